/** The tables of a database, as its system catalogs describe them. */
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import {
  type CheckRow,
  type ColumnRow,
  checksQuery,
  columnsQuery,
  type ForeignKeyRow,
  foreignKeysQuery,
  type KeyRow,
  keysQuery,
  type TableRow,
  tablesQuery,
  type TriggerRow,
  triggersQuery,
} from './catalog-queries.ts'
import { catalogTables } from './catalog-tables.ts'
import type { Ask } from './connection.ts'

/** Of schemas, or tables as schema.table. Raises what asking raises. */
export async function readTables(ask: Ask, schemas: readonly string[]): Promise<ReadonlyMap<TableName, Table>> {
  return catalogTables({
    tables: await ask<TableRow>(tablesQuery, [schemas]),
    columns: await ask<ColumnRow>(columnsQuery, [schemas]),
    keys: await ask<KeyRow>(keysQuery, [schemas]),
    foreignKeys: await ask<ForeignKeyRow>(foreignKeysQuery, [schemas]),
    triggers: await ask<TriggerRow>(triggersQuery, [schemas]),
    checks: await ask<CheckRow>(checksQuery, [schemas]),
  })
}
