/** Rows of PostgreSQL's tables in one REPEATABLE READ transaction, and marks in its log. */
import { parseVisible } from '../../core/audit/visible-transactions.ts'
import type { TextRow } from '../../core/audit/table-comparison.ts'
import { postgresPosition } from '../../core/capture/positions/postgres.ts'
import { identifiersOf, type TableName, tableName } from '../../core/catalog/table-name.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TableReader, TableSnapshot, Watermark } from '../../ports/database/table-reader.ts'
import { type TableRow, tablesQuery } from './catalog-queries.ts'
import { type Ask, connect, type PostgresAddress, type Session } from './connection.ts'
import { postgresNames } from '../../core/catalog/sql-names.ts'
import { readTables } from './read-tables.ts'

const { quoted, quotedTable } = postgresNames

const readingSession = {
  DateStyle: 'ISO',
  TimeZone: 'UTC',
  IntervalStyle: 'iso_8601',
  extra_float_digits: '3',
  bytea_output: 'hex',
  // Nothing is asked while the raw log is read.
  idle_in_transaction_session_timeout: '0',
} as const

/** What an ALTER TABLE or TRUNCATE that is under way may take. */
const lockWait = '10s'

/** What is asked for first, and at most. */
const pageRows = { first: 100, most: 1_000 } as const
/** Of the texts of a page, about: rows may have large values, and many of them. */
const pageCharacters = 4_194_304

/** The functions of before version 13, which later ones still have. */
const snapshotQuery = 'SELECT txid_current_snapshot()::text AS snapshot'
const watermarkQuery = `
  SELECT txid_current()::text AS transaction, pg_logical_emit_message(true, 'falsework', $1)::text AS lsn`
const positionQuery = `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS bytes`
const kindQuery = `
  SELECT c.relkind = 'p' AS partitioned FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname || '.' || c.relname = $1`

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function openPostgresTableReader(address: PostgresAddress): Promise<TableReader> {
  const session = await connect(address, {})
  return {
    snapshot: async (tables) => {
      const known = await session.ask<TableRow>(tablesQuery, [tables.map(plainName)])
      const reading = await connect(address, { ...readingSession, default_transaction_read_only: 'on' })
      return await openSnapshot(reading, known).catch(async (error: unknown) => {
        await reading.end()
        throw error
      })
    },
    emitWatermark: async (content) => await emitWatermark(session.ask, content),
    close: session.end,
  }
}

async function emitWatermark(ask: Ask, content: string): Promise<Watermark> {
  const [emitted] = await ask<{ transaction: string }>(watermarkQuery, [content])
  // Asked behind the commit: what is committed before it may stand before this, and what is beyond this stands behind it.
  const [now] = await ask<{ bytes: string }>(positionQuery, [])
  const position = now === undefined ? null : postgresPosition(BigInt(now.bytes))
  if (emitted === undefined || position === null) throw new FalseworkError('INTERNAL', 'no answer about a watermark')
  return { transaction: BigInt(emitted.transaction), position }
}

async function openSnapshot(session: Session, known: readonly TableRow[]): Promise<TableSnapshot> {
  const { ask, end } = session
  const names = known.map(({ schema, name }) => tableName(schema, name))
  await ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', [])
  await ask(`SET LOCAL lock_timeout = '${lockWait}'`, [])
  // Before the first question, which is what fixes the moment: a table that is truncated behind it would be read as empty.
  for (const name of names) await ask(`LOCK TABLE ${quotedTable(name)} IN ACCESS SHARE MODE`, [])
  const [said] = await ask<{ snapshot: string }>(snapshotQuery, [])
  const visible = parseVisible(said?.snapshot ?? '')
  if (visible === null) throw new FalseworkError('INTERNAL', 'a snapshot of PostgreSQL in another form')
  const tables = await readTables(ask, names.map(plainName))
  return { visible, tables, rows: (table, columns) => rowsOf(session, { table, columns }), close: end }
}

async function* rowsOf(
  { ask, askTexts }: Pick<Session, 'ask' | 'askTexts'>,
  { table, columns }: { readonly table: TableName; readonly columns: readonly string[] },
): AsyncGenerator<readonly TextRow[]> {
  const [kind] = await ask<{ partitioned: boolean }>(kindQuery, [plainName(table)])
  // Rows of a table that inherits from another are changes of their own table.
  const from = `${kind?.partitioned === true ? '' : 'ONLY '}${quotedTable(table)}`
  await ask(`DECLARE rows_of_table NO SCROLL CURSOR FOR SELECT ${columns.map(quoted).join(', ')} FROM ${from}`, [])
  for (let asked: number = pageRows.first; ; ) {
    const rows = await askTexts(`FETCH ${asked} FROM rows_of_table`)
    if (rows.length > 0) yield rows
    if (rows.length < asked) break
    asked = rowsNext(rows)
  }
  await ask('CLOSE rows_of_table', [])
}

/** So many as the next page may have, if its rows are as large as those of this one. */
function rowsNext(rows: readonly TextRow[]): number {
  let characters = 1
  for (const row of rows) for (const text of row) characters += text?.length ?? 0
  return Math.min(pageRows.most, Math.max(1, Math.floor((rows.length * pageCharacters) / characters)))
}

/** As the catalogs are asked for it. */
function plainName(name: TableName): string {
  const { schema, table } = identifiersOf(name)
  return `${schema}.${table}`
}
