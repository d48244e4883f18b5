/** `connector snapshot`: rows of single tables are read once more, or for the first time, while the connector streams. */
import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { type SnapshotTable, snapshotTables } from '../../../app/capture/snapshot-tables.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { captureSettings } from '../../../core/capture/connector/read-settings.ts'
import { signalTable } from '../../../core/capture/connector/snapshot-signal.ts'
import { dialects } from '../../../core/capture/positions/dialects.ts'
import { parseTableName, type TableName } from '../../../core/catalog/table-name.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../../core/diagnostics/nearest-name.ts'
import { declaredSource } from '../../../config/project-config.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
import { progressOf } from '../../progress.ts'
import { chosenSources } from '../../sources.ts'
import { timeoutOption } from '../../whole-number.ts'

interface SnapshotOptions extends CommandOptions {
  readonly timeout: number
}

/** A connector that runs begins within seconds. */
const timeoutSeconds = 60

const columns: readonly Column<SnapshotTable>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'ROWS', align: 'right', text: ({ rows }) => String(rows) },
  { title: 'OUTCOME', text: ({ outcome }) => outcome },
]

export function addConnectorSnapshot(connector: Command, shell: Shell): void {
  withCommonOptions(connector.command('snapshot'))
    .argument('<source>')
    .argument('<table...>', 'schema.table, of the catalog')
    .description(
      'let the connector read tables while it streams, and wait for it; exit 1 when it has not read all rows',
    )
    .addOption(timeoutOption(timeoutSeconds))
    .action(async (source: string, names: string[], options: SnapshotOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const [named = source] = chosenSources(wiring, [source])
        const items = await snapshotted(wiring, shell, { source: named, names, timeoutMs: options.timeout * 1_000 })
        if (items === null) {
          shell.streams.err('the connector goes on with the snapshot all the same\n')
          return exitCode.interrupted
        }
        printReading(shell.streams, options.output, {
          kind: 'SnapshotTables',
          items,
          columns,
          empty: '',
          nextSteps: nextSteps(named, items),
        })
        return items.every(({ isWhole }) => isWhole) ? exitCode.done : exitCode.no
      })
    })
}

/** A connector reads the schemas of its tables when it starts, and that of a new table at its first change. */
function nextSteps(source: string, items: readonly SnapshotTable[]): readonly string[] {
  const unknown = items.filter(({ outcome }) => outcome === 'UNKNOWN_SCHEMA').map(({ table }) => table)
  if (unknown.length === 0) return []
  return [
    `\`falsework connector restart ${source}\` lets the connector know tables that are new, then \`falsework connector snapshot ${source} ${unknown.join(' ')}\` again`,
  ]
}

async function snapshotted(
  wiring: Wiring,
  shell: Shell,
  { source, names, timeoutMs }: { readonly source: string; readonly names: string[]; readonly timeoutMs: number },
): Promise<readonly SnapshotTable[] | null> {
  const config = await wiring.connectorConfig(source)
  const signals = signalTable(config)
  if (signals.kind === 'missing') {
    throw new FalseworkError('SNAPSHOT_NOT_ASKED', `the connector of ${source} lacks ${signals.settings.join(', ')}`)
  }
  const tables = await knownTables(wiring, { source, names })
  const read = captureSettings(config)
  if (read.kind === 'refused') {
    throw new FalseworkError('CAPTURE_SETTINGS', read.refusals.map(({ message }) => message).join('; '))
  }
  const sender = await wiring.openSignalSender(source)
  const rawLog = await wiring.kafka.openRawLog(wiring.names.rawLog(source))
  const { clock, uuid, schemaRegistry } = wiring
  const progress = progressOf(shell.streams, `reading ${tables.join(', ')}`, () => clock.nowMs())
  try {
    return await snapshotTables(
      { signals: signals.table, tables, id: `falsework-${uuid()}` },
      {
        sender,
        rawLog,
        form: { format: read.settings.format, dialect: dialects[declaredSource(wiring.config, source).kind] },
        schemas: new FetchedSchemas(schemaRegistry),
        clock,
        timeoutMs,
        ended: shell.interrupted,
        reached: progress.at,
      },
    )
  } finally {
    progress.end()
    await Promise.all([sender.close(), rawLog.close()])
  }
}

/** Raises `UNKNOWN_NAME` for one that the catalog of the project has not. */
async function knownTables(
  wiring: Wiring,
  { source, names }: { readonly source: string; readonly names: readonly string[] },
): Promise<readonly TableName[]> {
  const catalog = validateProject(await wiring.readProject(), wiring.names).catalogs.get(source)
  const known = [...(catalog?.tables.keys() ?? [])]
  return [...new Set(names)].map((name) => {
    const table = parseTableName(name)
    if (table !== null && known.includes(table)) return table
    const near = suggestion(name, known)
    const hint = near === '' ? 'run `falsework catalog pull` when it is new' : near
    throw new FalseworkError('UNKNOWN_NAME', `the catalog of ${source} has no table ${name}; ${hint}`)
  })
}
