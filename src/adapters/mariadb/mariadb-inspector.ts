/** Looks at a MariaDB server through its information schema, in read-only sessions. */
import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import { captureFacts } from './capture-facts.ts'
import {
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
} from './catalog-queries.ts'
import { type CatalogRows, catalogTables } from './catalog-tables.ts'
import { type Ask, connect, type MariadbAddress } from './connection.ts'

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
    checks: await selected<CheckRow>(checksQuery),
    sqlMode: mode?.mode ?? '',
  }
}

async function capture(ask: Ask, tables: readonly TableName[]): Promise<CaptureFacts> {
  const rows = await catalogRows(ask, tables)
  const [settings] = await ask<SettingsRow>(settingsQuery, [])
  return captureFacts({
    settings,
    retention: await ask<RetentionRow>(retentionQuery, []),
    tables: rows.tables,
    catalog: catalogTables(rows),
    unreadableColumns: await ask<UnreadableColumnRow>(unreadableColumnsQuery, []),
  })
}
