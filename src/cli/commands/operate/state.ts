/** `state show|rebuild|copy`: the row stores of this machine; but for a copy, while no daemon has them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import type { RowStartParts } from '../../../app/observe/next-row-start.ts'
import { type RowState, rowState } from '../../../app/observe/row-state.ts'
import { type ClearedRows, clearRows, type CopiedRows, copyRows } from '../../../app/operate/row-store.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { FindRowStore } from '../../../ports/row-store.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { askDaemon } from '../../daemon-report.ts'
import { type ExitCode, exitCode, exitCodeOf } from '../../exit-code.ts'
import { type Column, printReading, renderTable } from '../../output.ts'
import { progressOf } from '../../progress.ts'
import { rowStateReading, tableColumns } from '../../readings/row-state-reading.ts'
import { chosenSources } from '../../sources.ts'

interface RebuildOptions extends CommandOptions {
  readonly force?: boolean
}

const clearedColumns: readonly Column<ClearedRows>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'REMOVED', align: 'right', text: ({ entries }) => String(entries) },
  { title: 'BUILT FROM', align: 'right', text: ({ from }) => (from === null ? '-' : String(from)) },
  { title: 'TO', align: 'right', text: ({ to }) => (to === null ? '-' : String(to)) },
]

const copiedColumns: readonly Column<CopiedRows>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'DIRECTORY', text: ({ directory }) => directory },
  { title: 'POSITION', align: 'right', text: ({ position }) => (position === null ? '-' : String(position)) },
  { title: 'ENTRIES', align: 'right', text: ({ entries }) => String(entries) },
]

export function addState(program: Command, shell: Shell): void {
  const state = program.command('state').description('the row stores of this machine')
  addShow(state, shell)
  addRebuild(state, shell)
  addCopy(state, shell)
}

function addShow(state: Command, shell: Shell): void {
  withCommonOptions(state.command('show'))
    .argument('[source...]', 'sources; none: all')
    .description('what a row store holds, and what the daemon would do with it; exit 1 when another process has it')
    .action(async (only: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const items: RowState[] = []
        for (const source of chosenSources(wiring, only)) items.push(await rowState(source, partsOf(wiring)))
        const isInUse = items.some(({ store }) => store === 'inUse')
        const url = wiring.config.settings.daemonUrl
        const report = isInUse ? await askDaemon(url) : null
        printReading(shell.streams, options.output, rowStateReading(items, { url, report }))
        const tables = items.flatMap(({ source, tables: kept }) => kept.map((table) => ({ source, ...table })))
        if (options.output === 'table' && tables.length > 0) {
          shell.streams.out(`\n${renderTable(tableColumns, tables)}`)
        }
        return exitCodeOfStates(items)
      })
    })
}

function addRebuild(state: Command, shell: Shell): void {
  withCommonOptions(state.command('rebuild'))
    .argument('<source>')
    .description(
      'clear a row store: the daemon builds it from the raw log at its next start, and publishes nothing before',
    )
    .addOption(new Option('--yes', 'what the store holds is removed').makeOptionMandatory())
    .option('--force', 'also when the raw log does not go back far enough to build it')
    .action(async (source: string, { force = false, ...options }: RebuildOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const [named = source] = chosenSources(wiring, [source])
        const gap = force ? 'accepted' : 'refused'
        const item = await clearRows({ source: named, gap }, partsOf(wiring))
        const warning = `${named} will halt with ${item.gap?.code ?? ''}: ${item.gap?.message ?? ''}`
        printReading(shell.streams, options.output, {
          kind: 'ClearedRows',
          items: [item],
          columns: clearedColumns,
          empty: '',
          warnings: item.gap === null ? [] : [warning],
          nextSteps: ['start the daemon; `falsework status` shows how far it has built the store'],
        })
        return exitCode.done
      })
    })
}

function addCopy(state: Command, shell: Shell): void {
  withCommonOptions(state.command('copy'))
    .argument('<source>')
    .argument('<directory>', 'one that is not there yet')
    .description('a whole copy of a row store, for another host or to keep; a daemon that has it goes on')
    .action(async (source: string, directory: string, options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const [named = source] = chosenSources(wiring, [source])
        const { clock, config, names } = wiring
        const target = resolve(shell.workingFolder, directory)
        if (existsSync(target)) throw new FalseworkError('TARGET_EXISTS', `${target} is there already`)
        const progress = progressOf(shell.streams, `copying the rows of ${named}`, () => clock.nowMs())
        const item = await copyRows(
          { source: named, directory: target },
          {
            copyRowStore: wiring.copyRowStore,
            copied: (bytes, of) => progress.at(Math.min(100, Math.floor((bytes / Math.max(1, of)) * 100))),
          },
        ).finally(() => progress.end())
        const place = `${config.settings.rowsDirectory}/${config.settings.topicPrefix}${named}`
        printReading(shell.streams, options.output, {
          kind: 'CopiedRows',
          items: [item],
          columns: copiedColumns,
          empty: '',
          nextSteps: [
            `on another host: end its daemon, and put the directory into rows.directory under the name ${config.settings.topicPrefix}${named} (${place}), in the place of what is there`,
            `the daemon there reads ${names.rawLog(named)} on from ${item.position ?? 'its beginning'}, if its checkpoint on Kafka is not before that`,
          ],
        })
        return exitCode.done
      })
    })
}

const partsOf = ({
  names,
  kafka,
  schemaRegistry,
  findRowStore,
}: Wiring): RowStartParts & { readonly findRowStore: FindRowStore } => ({
  names,
  openControlLog: kafka.openControlLog,
  topicReader: kafka.topicReader,
  openRawLog: kafka.openRawLog,
  schemas: new FetchedSchemas(schemaRegistry),
  findRowStore,
})

/** What could not be asked stands above what is in use. */
function exitCodeOfStates(items: readonly RowState[]): ExitCode {
  const unknown = items.find(({ next }) => next?.kind === 'unknown')?.next
  if (unknown?.kind === 'unknown') return exitCodeOf(unknown.code)
  return items.some(({ store }) => store === 'inUse') ? exitCode.no : exitCode.done
}
