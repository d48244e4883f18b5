/** Looks at a MariaDB server through its information schema, in read-only sessions. */
import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import { mariadbNames } from '../../core/catalog/sql-names.ts'
import { identifiersOf } from '../../core/catalog/table-name.ts'
import type { SampledColumn, TableSample, WantedSample } from '../../core/scaffold/table-sample.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import { captureFacts, granteeOf } from './capture-facts.ts'
import {
  type AccountRow,
  accountQuery,
  type PrivilegeRow,
  privilegesQuery,
  type RetentionRow,
  retentionQuery,
  type SettingsRow,
  settingsQuery,
  type UnreadableColumnRow,
  unreadableColumnsQuery,
} from './capture-queries.ts'
import {
  type CheckRow,
  checksQuery,
  type ColumnRow,
  columnsQuery,
  type ForeignKeyRow,
  foreignKeysQuery,
  type KeyRow,
  keysQuery,
  type ModeRow,
  sqlModeQuery,
  type TableRow,
  tablesQuery,
  type TriggerRow,
  triggersQuery,
} from './catalog-queries.ts'
import { type CatalogRows, catalogTables } from './catalog-tables.ts'
import { type Ask, connect, type MariadbAddress } from './connection.ts'

const { quoted, quotedTable } = mariadbNames

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED`, `CONFIG_INVALID` and, from its methods, `DATABASE_REFUSED`. */
export async function openMariadbInspector(address: MariadbAddress): Promise<DatabaseInspector> {
  const { ask, end } = await connect(address)
  return {
    tables: async ({ source, schemas }) => ({
      source,
      kind: 'mariadb',
      tables: await readTables(ask, schemas),
    }),
    capture: async ({ tables }) => await capture(ask, tables),
    slotPosition: async () => await Promise.resolve(null),
    sample: async (wanted) => await sample(ask, wanted),
    close: end,
  }
}

/** Of tables as database.table, or of databases. */
export const readTables = async (ask: Ask, names: readonly string[]): Promise<ReadonlyMap<TableName, Table>> =>
  catalogTables(await catalogRows(ask, names))

/** Of databases, or tables as database.table. */
async function catalogRows(ask: Ask, schemas: readonly string[]): Promise<CatalogRows> {
  const selected = async <Row>(query: string): Promise<readonly Row[]> =>
    schemas.length === 0 ? [] : await ask<Row>(query, [schemas, schemas])
  const [mode] = await ask<ModeRow>(sqlModeQuery, [])
  return {
    tables: await selected<TableRow>(tablesQuery),
    columns: await selected<ColumnRow>(columnsQuery),
    keys: await selected<KeyRow>(keysQuery),
    foreignKeys: await selected<ForeignKeyRow>(foreignKeysQuery),
    triggers: await selected<TriggerRow>(triggersQuery),
    checks: await selected<CheckRow>(checksQuery),
    sqlMode: mode?.mode ?? '',
  }
}

async function capture(ask: Ask, tables: readonly TableName[]): Promise<CaptureFacts> {
  const rows = await catalogRows(ask, tables)
  const [settings] = await ask<SettingsRow>(settingsQuery, [])
  const [account] = await ask<AccountRow>(accountQuery, [])
  const grantee = account === undefined ? '' : granteeOf(account)
  return captureFacts({
    settings,
    account,
    privileges: await ask<PrivilegeRow>(privilegesQuery, [grantee, grantee, grantee, grantee]),
    retention: await ask<RetentionRow>(retentionQuery, []),
    tables: rows.tables,
    catalog: catalogTables(rows),
    unreadableColumns: await ask<UnreadableColumnRow>(unreadableColumnsQuery, []),
  })
}

interface SizeRow {
  readonly estimated: number | string | null
}
const sizeQuery = `
  SELECT t.table_rows AS estimated FROM information_schema.tables t WHERE t.table_schema = ? AND t.table_name = ?`

interface KeyColumnRow {
  readonly column: string
}
const primaryKeyQuery = `
  SELECT s.column_name AS \`column\` FROM information_schema.statistics s
   WHERE s.table_schema = ? AND s.table_name = ? AND s.index_name = 'PRIMARY' ORDER BY s.seq_in_index`

/** The newest rows, by the primary key: it is read from its end. */
async function sample(ask: Ask, wanted: WantedSample): Promise<TableSample> {
  const { schema, table } = identifiersOf(wanted.table)
  const [size] = await ask<SizeRow>(sizeQuery, [schema, table])
  const key = await ask<KeyColumnRow>(primaryKeyQuery, [schema, table])
  const order = key.map(({ column }) => `${quoted(column)} DESC`).join(', ')
  const texts = wanted.columns.map((column, at) => `${sampledText(column, wanted)} AS c${at}`)
  const read = await ask<Readonly<Record<string, string | null>>>(
    `SELECT ${[...texts, '1'].join(', ')} FROM ${quotedTable(wanted.table)}${order === '' ? '' : ` ORDER BY ${order}`} LIMIT ${wanted.rows}`,
    [],
  )
  const estimated = Number(size?.estimated ?? 0)
  return {
    rows: read.map((row) => wanted.columns.map((_, at) => row[`c${at}`] ?? null)),
    estimatedRows: estimated > 0 ? estimated : null,
  }
}

const sampledText = ({ name, read }: SampledColumn, { characters }: WantedSample): string =>
  read === 'text'
    ? `LEFT(CAST(${quoted(name)} AS char CHARACTER SET utf8mb4), ${characters})`
    : `IF(${quoted(name)} IS NULL, NULL, '')`
