/** Looks at a PostgreSQL database through its system catalogs, in read-only transactions. */
import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import { postgresNames } from '../../core/catalog/sql-names.ts'
import { identifiersOf } from '../../core/catalog/table-name.ts'
import type { SampledColumn, TableSample, WantedSample } from '../../core/scaffold/table-sample.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import { captureFacts } from './capture-facts.ts'
import {
  type AccountRow,
  accountQuery,
  type CapturedColumnRow,
  type CapturedTableRow,
  capturedColumnsQuery,
  capturedTablesQuery,
  type LeafRow,
  leavesQuery,
  type PublicationRow,
  type PublishedRow,
  publicationQuery,
  publishedTablesQuery,
  type RightsRow,
  rightsQuery,
  type SettingsRow,
  type SlotRow,
  slotPositionQuery,
  settingsQuery,
  slotQuery,
  type TypeRow,
  typesWithoutLabelsQuery,
} from './capture-queries.ts'
import { type Ask, connect, type PostgresAddress, type Session } from './connection.ts'
import { readTables } from './read-tables.ts'

const { quoted, quotedTable } = postgresNames

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED`, `CONFIG_INVALID` and, from its methods, `DATABASE_REFUSED`. */
export async function openPostgresInspector(address: PostgresAddress): Promise<DatabaseInspector> {
  const session = await connect(address, { default_transaction_read_only: 'on' })
  const { ask, end } = session
  return {
    tables: async ({ source, schemas }) => ({ source, kind: 'postgres', tables: await readTables(ask, schemas) }),
    capture: async (names) => await capture(ask, names),
    slotPosition: async (slot) => await slotPosition(ask, slot),
    sample: async (wanted) => await sample(session, wanted),
    close: end,
  }
}

async function slotPosition(ask: Ask, name: string): Promise<string | null> {
  const [slot] = await ask<Pick<SlotRow, 'confirmedLsn'>>(slotPositionQuery, [name])
  return slot?.confirmedLsn ?? null
}

async function capture(ask: Ask, names: Parameters<DatabaseInspector['capture']>[0]): Promise<CaptureFacts> {
  const published = await ask<PublishedRow>(publishedTablesQuery, [names.publication])
  const tables = [...names.tables, ...published.map(({ schema, name }) => tableName(schema, name))]
  const [settings] = await ask<SettingsRow>(settingsQuery, [])
  const [account] = await ask<AccountRow>(accountQuery, [])
  const [slot] = await ask<SlotRow>(slotQuery, [names.slot])
  const [publication] = await ask<PublicationRow>(publicationQuery, [names.publication])
  return captureFacts({
    settings,
    account,
    rights: await ask<RightsRow>(rightsQuery, [tables]),
    slot,
    publication,
    published,
    tables: await ask<CapturedTableRow>(capturedTablesQuery, [tables]),
    leaves: await ask<LeafRow>(leavesQuery, [tables]),
    columns: await ask<CapturedColumnRow>(capturedColumnsQuery, [tables]),
    types: await ask<TypeRow>(typesWithoutLabelsQuery, []),
  })
}

interface SizeRow {
  readonly partitioned: boolean
  /** Not above zero: nobody has counted. */
  readonly estimated: number
}
const sizeQuery = `
  SELECT c.relkind = 'p' AS partitioned, c.reltuples::float8 AS estimated
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = $2`

async function sample(
  { ask, askTexts }: Pick<Session, 'ask' | 'askTexts'>,
  wanted: WantedSample,
): Promise<TableSample> {
  const { table, columns, rows } = wanted
  const { schema, table: name } = identifiersOf(table)
  const [size = { partitioned: false, estimated: 0 }] = await ask<SizeRow>(sizeQuery, [schema, name])
  const texts = columns.map((column) => sampledText(column, wanted))
  // Rows of a table that inherits from another are changes of their own table.
  const from = `${size.partitioned ? '' : 'ONLY '}${quotedTable(table)}${someBlocks(size, rows)}`
  const read = await askTexts(`SELECT ${[...texts, '1'].join(', ')} FROM ${from} LIMIT ${rows}`)
  const estimatedRows = size.estimated > 0 ? size.estimated : null
  return { rows: read.map((row) => row.slice(0, columns.length)), estimatedRows }
}

const sampledText = ({ name, read }: SampledColumn, { characters }: WantedSample): string =>
  read === 'text' ? `left(${quoted(name)}::text, ${characters})` : `CASE WHEN ${quoted(name)} IS NOT NULL THEN '' END`

/** A table's first blocks have its oldest rows. Four times as many as are wanted, since statistics may be old. */
function someBlocks({ partitioned, estimated }: SizeRow, rows: number): string {
  const percent = (100 * 4 * rows) / estimated
  return partitioned || estimated <= 0 || percent >= 100
    ? ''
    : ` TABLESAMPLE SYSTEM (${percent.toFixed(6)}) REPEATABLE (1)`
}
