/** Rows of MariaDB's tables in one consistent snapshot, and marks in its binlog. */
import type { TextRow } from '../../core/audit/table-comparison.ts'
import { mariadbDialect } from '../../core/capture/positions/gtid.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TableReader, TableSnapshot, Watermark } from '../../ports/database/table-reader.ts'
import { connect, type MariadbAddress, type Session } from './connection.ts'
import { readTables } from './mariadb-inspector.ts'
import { mariadbNames } from '../../core/catalog/sql-names.ts'
import { textOfColumn } from './text-of-column.ts'

const { quoted, quotedTable } = mariadbNames

/** That are given at once. */
const pageRows = 1_000
/** Reading a large table takes longer than a question of the catalog may. */
const readingSession = "SET SESSION max_statement_time = 0, SESSION time_zone = '+00:00'"

/** `signals`: the table into which watermarks are written, and taken out again in the same transaction. */
export async function openMariadbTableReader(address: MariadbAddress, signals: TableName): Promise<TableReader> {
  const session = await connect(address, 'writes')
  return {
    snapshot: async (tables) => {
      const reading = await connect(address)
      return await openSnapshot(reading, tables).catch(async (error: unknown) => {
        await reading.end()
        throw error
      })
    },
    emitWatermark: async (content) => await emitWatermark(session, { signals, content }),
    close: session.end,
  }
}

/** The connector reads the row and knows no signal of the type: it logs that, and goes on. */
async function emitWatermark(
  { ask }: Session,
  { signals, content }: { readonly signals: TableName; readonly content: string },
): Promise<Watermark> {
  const table = quotedTable(signals)
  const id = content.slice(0, 40)
  await ask('START TRANSACTION', [])
  await ask(`INSERT INTO ${table} VALUES (?, 'falsework-watermark', '{}')`, [id])
  const [key] = await ask<{ Column_name: string }>(`SHOW KEYS FROM ${table} WHERE Key_name = 'PRIMARY'`, [])
  await ask(`DELETE FROM ${table} WHERE ${quoted(key?.Column_name ?? 'id')} = ?`, [id])
  await ask('COMMIT', [])
  const [said] = await ask<{ gtid: string }>('SELECT @@last_gtid AS gtid', [])
  const position = mariadbDialect.positionOf(said?.gtid ?? '')
  if (said === undefined || position === null) throw new FalseworkError('INTERNAL', 'no answer about a watermark')
  return { transaction: said.gtid, position }
}

async function openSnapshot(session: Session, names: readonly TableName[]): Promise<TableSnapshot> {
  const { ask, end } = session
  await ask(readingSession, [])
  const tables = new Map([...(await readTables(ask, names))].filter(([name]) => names.includes(name)))
  await ask('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', [])
  await ask('START TRANSACTION WITH CONSISTENT SNAPSHOT', [])
  const visible = { upTo: await snapshotGtid(session) }
  // From its first row on nobody alters or truncates a table; one that was in between is refused (error 1412).
  for (const name of tables.keys()) await ask(`SELECT 1 FROM ${quotedTable(name)} LIMIT 1`, [])
  return {
    visible,
    tables,
    rows: (table, columns) => rowsOf(session, { table: tables.get(table), columns }),
    close: end,
  }
}

/** Where in the binlog the snapshot stands: MariaDB commits to both in one order (its group commit). */
async function snapshotGtid({ ask }: Session): Promise<string | null> {
  const said = await ask<{ Variable_name: string; Value: string }>("SHOW STATUS LIKE 'binlog_snapshot_%'", [])
  const valueOf = (name: string): string =>
    said.find(({ Variable_name }) => Variable_name.toLowerCase() === name)?.Value ?? ''
  const [found] = await ask<{ gtid: string | null }>('SELECT BINLOG_GTID_POS(?, CAST(? AS unsigned)) AS gtid', [
    valueOf('binlog_snapshot_file'),
    valueOf('binlog_snapshot_position'),
  ])
  const gtid = found?.gtid ?? ''
  if (gtid.includes(',')) throw new FalseworkError('DATABASE_REFUSED', `the binlog has several domains: ${gtid}`)
  return gtid === '' ? null : gtid
}

async function* rowsOf(
  { stream }: Session,
  { table, columns }: { readonly table: Table | undefined; readonly columns: readonly string[] },
): AsyncGenerator<readonly TextRow[]> {
  if (table === undefined) return
  const texts = columns.map((name, at) => {
    const column = table.columns.find((one) => one.name === name)
    return `${column === undefined ? 'NULL' : textOfColumn(column)} AS c${at}`
  })
  let page: TextRow[] = []
  const query = `SELECT ${texts.join(', ')} FROM ${quotedTable(table.name)}`
  for await (const row of stream<Readonly<Record<string, string | null>>>(query)) {
    page.push(columns.map((_, at) => row[`c${at}`] ?? null))
    if (page.length < pageRows) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
