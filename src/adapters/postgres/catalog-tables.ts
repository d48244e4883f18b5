/** Rows of the system catalogs to tables of the catalog. */
import {
  type Column,
  type ForeignKey,
  type KeyAction,
  type Table,
  type TableName,
  tableName,
  type Trigger,
  triggerEvents,
} from '../../core/catalog/catalog.ts'
import { isOfGuard } from '../../core/migration/guard/guard-triggers.ts'
import type { CheckRow, ColumnRow, ForeignKeyRow, KeyRow, TableRow, TriggerRow } from './catalog-queries.ts'
import { checkValues, refusesNull } from './check-values.ts'

export interface CatalogRows {
  readonly tables: readonly TableRow[]
  readonly columns: readonly ColumnRow[]
  readonly keys: readonly KeyRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  readonly triggers: readonly TriggerRow[]
  readonly checks: readonly CheckRow[]
}

const identities: Readonly<Record<string, Table['replicaIdentity']>> = {
  d: 'default',
  f: 'full',
  i: 'index',
  n: 'nothing',
}
export const replicaIdentityOf = (letter: string): Table['replicaIdentity'] => identities[letter] ?? null

const deleteActions: Readonly<Record<string, KeyAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

export function catalogTables(rows: CatalogRows): ReadonlyMap<TableName, Table> {
  const columns = Map.groupBy(rows.columns, ({ table }) => table)
  const keys = Map.groupBy(rows.keys, ({ table }) => table)
  const foreignKeys = Map.groupBy(rows.foreignKeys, ({ table }) => table)
  const triggers = Map.groupBy(
    rows.triggers.filter(({ name }) => !isOfGuard(name)),
    ({ table }) => table,
  )
  const checks = Map.groupBy(rows.checks, ({ table }) => table)
  const tables = rows.tables.map((row): Table => {
    const ownKeys = keys.get(row.oid) ?? []
    const primary = ownKeys.find((key) => key.primary)
    const ownTriggers = triggers.get(row.oid) ?? []
    return {
      name: tableName(row.schema, row.name),
      columns: (columns.get(row.oid) ?? []).map((column) => columnOf(column, checks.get(row.oid) ?? [])),
      primaryKey: primary?.columns ?? [],
      ...(primary?.immediate === false && { deferrablePrimaryKey: true }),
      uniqueKeys: ownKeys.filter((key) => !key.primary).map((key) => key.columns),
      foreignKeys: (foreignKeys.get(row.oid) ?? []).map(foreignKeyOf),
      ...(ownTriggers.length > 0 && { triggers: ownTriggers.map(triggerOf) }),
      replicaIdentity: replicaIdentityOf(row.identity),
      ...(row.comment !== null && { comment: row.comment }),
    }
  })
  return new Map(tables.map((table) => [table.name, table]))
}

/**
 * A validated `CHECK (x IS NOT NULL)` is as good as NOT NULL in all that a catalog proves. PostgreSQL checks it at once
 * for every row, it cannot be deferred, and the rows that were there before have passed it; so a unique key of such
 * columns tells rows apart under REPLICA IDENTITY FULL. Only what PostgreSQL itself derives from `attnotnull` differs,
 * which is REPLICA IDENTITY USING INDEX: the catalog takes no key from it.
 */
function columnOf(row: ColumnRow, checks: readonly CheckRow[]): Column {
  const definitions = checks.filter(({ column }) => column === row.name).map(({ definition }) => definition)
  const lists = definitions.map(checkValues).filter((list) => list !== null)
  const values = row.values ?? lists[0]
  return {
    name: row.name,
    type: row.type,
    nullable: row.nullable && !definitions.some(refusesNull),
    ...(row.loose && { collation: 'nondeterministic' as const }),
    ...(values !== undefined && { values }),
    ...(row.toastable && { toastable: true }),
    ...(row.generated && { generated: true }),
    ...(row.dimensions > 1 && { dimensions: row.dimensions }),
    ...(row.comment !== null && { comment: row.comment }),
  }
}

const foreignKeyOf = (row: ForeignKeyRow): ForeignKey => ({
  columns: row.columns,
  references: tableName(row.schema, row.name),
  referencedColumns: row.referencedColumns,
  onDelete: deleteActions[row.onDelete] ?? 'no action',
})

/** `pg_trigger.tgtype`. */
const beforeBit = 2
const eventBits: Readonly<Record<Trigger['events'][number], number>> = {
  insert: 4,
  delete: 8,
  update: 16,
  truncate: 32,
}

const triggerOf = ({ name, type, enabled }: TriggerRow): Trigger => ({
  name,
  timing: (type & beforeBit) === 0 ? 'after' : 'before',
  events: triggerEvents.filter((event) => (type & eventBits[event]) !== 0),
  ...(!enabled && { disabled: true }),
})
