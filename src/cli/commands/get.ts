import type { Command } from 'commander'
import {
  type EventLine,
  eventLines,
  type MappingLine,
  mappingLines,
  readRegistry,
  registryWarnings,
  type SourceLine,
  sourceLines,
} from '../../app/observe/registered.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading, type Reading } from '../output.ts'

const mappingColumns: readonly Column<MappingLine>[] = [
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'REVISION', text: ({ revision }) => `r${revision}` },
  { title: 'STAGE', text: ({ stage }) => stage },
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'REGISTERED', text: ({ registeredAtMs }) => new Date(registeredAtMs).toISOString() },
  { title: 'BY', text: ({ actor }) => actor },
  { title: 'EVENTS', text: ({ events }) => events.join(' ') },
]

const eventColumns: readonly Column<EventLine>[] = [
  { title: 'EVENT', text: ({ event, version }) => `${event}.v${version}` },
  { title: 'TOPIC', text: ({ topic }) => topic },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'SCHEMA', align: 'right', text: ({ schemaId }) => String(schemaId) },
  { title: 'SUBJECT', text: ({ subject }) => subject },
]

const sourceColumns: readonly Column<SourceLine>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'INCARNATION', text: ({ incarnation }) => (incarnation === null ? 'not started' : String(incarnation)) },
  { title: 'RAW LOG', text: ({ rawLog }) => rawLog },
  { title: 'MAPPINGS', text: ({ mappings }) => mappings.join(' ') },
]

export function addGet(program: Command, shell: Shell): void {
  const get = program.command('get').description('what is registered')
  addListing(get, shell, {
    name: 'mappings',
    description: 'mappings with revision and stage',
    read: (state) => ({
      kind: 'Mappings',
      items: mappingLines(state),
      columns: mappingColumns,
      empty: 'no mapping is registered',
    }),
  })
  addListing(get, shell, {
    name: 'events',
    description: 'event types with topic and schema',
    read: (state, names) => ({
      kind: 'Events',
      items: eventLines(state, names),
      columns: eventColumns,
      empty: 'no event is registered',
    }),
  })
  addListing(get, shell, {
    name: 'sources',
    description: 'sources with raw log and mappings',
    read: (state, names) => ({
      kind: 'Sources',
      items: sourceLines(state, names),
      columns: sourceColumns,
      empty: 'no source has a mapping',
    }),
  })
}

interface Listing<Item> {
  readonly name: string
  readonly description: string
  readonly read: (state: RegistryState, names: TopicNames) => Reading<Item>
}

function addListing<Item>(get: Command, shell: Shell, { name, description, read }: Listing<Item>): void {
  withCommonOptions(get.command(name))
    .description(description)
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const registry = await readRegistry(kafka.openControlLog)
        const warnings = registryWarnings(registry)
        printReading(shell.streams, options.output, { ...read(registry, names), warnings })
        return exitCode.done
      })
    })
}
