import type { Command } from 'commander'
import {
  type EventLine,
  eventLines,
  type MappingLine,
  mappingLines,
  readRegistry,
  type SourceLine,
  sourceLines,
} from '../../app/observe/registered.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'

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
  withCommonOptions(get.command('mappings'))
    .description('mappings with revision and stage')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka }) => {
        const items = mappingLines(await readRegistry(kafka.openControlLog))
        const empty = 'no mapping is registered'
        printReading(shell.streams, options.output, { kind: 'Mappings', items, columns: mappingColumns, empty })
        return exitCode.done
      })
    })
  withCommonOptions(get.command('events'))
    .description('event types with topic and schema')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const items = eventLines(await readRegistry(kafka.openControlLog), names)
        const empty = 'no event is registered'
        printReading(shell.streams, options.output, { kind: 'Events', items, columns: eventColumns, empty })
        return exitCode.done
      })
    })
  withCommonOptions(get.command('sources'))
    .description('sources with raw log and mappings')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const items = sourceLines(await readRegistry(kafka.openControlLog), names)
        const empty = 'no source has a mapping'
        printReading(shell.streams, options.output, { kind: 'Sources', items, columns: sourceColumns, empty })
        return exitCode.done
      })
    })
}
