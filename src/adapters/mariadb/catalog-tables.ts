/** Rows of the information schema to tables of the catalog. */
import {
  type Collation,
  type Column,
  type ForeignKey,
  keyActions,
  type Table,
  type TableName,
  tableName,
  type Trigger,
  triggerEvents,
} from '../../core/catalog/catalog.ts'
import { isOfGuard } from '../../core/migration/guard/guard-triggers.ts'
import type { CheckRow, ColumnRow, ForeignKeyRow, KeyRow, TableRow, TriggerRow } from './catalog-queries.ts'
import { type CheckClause, declaredValues, parseCheckClause } from './check-clause.ts'

export interface CatalogRows {
  readonly tables: readonly TableRow[]
  readonly columns: readonly ColumnRow[]
  readonly keys: readonly KeyRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  readonly triggers: readonly TriggerRow[]
  readonly checks: readonly CheckRow[]
  /** `sql_mode`, as the server says it. */
  readonly sqlMode: string
}

interface OfColumn {
  readonly checks: readonly CheckClause[]
  readonly sqlMode: string
}

export function catalogTables(rows: CatalogRows): ReadonlyMap<TableName, Table> {
  const columns = Map.groupBy(rows.columns, nameOf)
  const keys = Map.groupBy(rows.keys, nameOf)
  const foreignKeys = Map.groupBy(rows.foreignKeys, nameOf)
  const triggers = Map.groupBy(
    rows.triggers.filter(({ name }) => !isOfGuard(name)),
    nameOf,
  )
  const checks = Map.groupBy(rows.checks, nameOf)
  const tables = rows.tables.map((row): Table => {
    const name = nameOf(row)
    const ownKeys = keyColumns(keys.get(name) ?? [])
    const ownTriggers = triggers.get(name) ?? []
    const clauses = (checks.get(name) ?? []).map(({ clause }) => parseCheckClause(clause))
    const known = { checks: clauses.filter((clause) => clause !== null), sqlMode: rows.sqlMode }
    return {
      name,
      columns: (columns.get(name) ?? []).map((column) => columnOf(column, known)),
      primaryKey: ownKeys.get('PRIMARY') ?? [],
      uniqueKeys: [...ownKeys].filter(([key]) => key !== 'PRIMARY').map(([, key]) => key),
      foreignKeys: foreignKeysOf(foreignKeys.get(name) ?? []),
      ...(ownTriggers.length > 0 && { triggers: ownTriggers.map(triggerOf) }),
      // The connector demands that the log holds rows whole.
      replicaIdentity: null,
      ...(row.comment !== '' && { comment: row.comment }),
    }
  })
  return new Map(tables.map((table) => [table.name, table]))
}

export const nameOf = ({ schema, table }: { readonly schema: string; readonly table: string }): TableName =>
  tableName(schema, table)

function keyColumns(rows: readonly KeyRow[]): ReadonlyMap<string, readonly string[]> {
  const keys = Map.groupBy(rows, ({ name }) => name)
  return new Map([...keys].map(([name, columns]) => [name, columns.map(({ column }) => column)]))
}

function columnOf(row: ColumnRow, { checks, sqlMode }: OfColumn): Column {
  const own = checks.filter(({ column }) => column === row.name)
  const type = row.type === 'longtext' && own.some(({ kind }) => kind === 'json') ? 'json' : row.type
  const values = declaredValues(row.type) ?? own.find((clause) => clause.kind === 'values')?.values
  const nullable = row.nullable === 'YES'
  // Of an enum or a set the log has numbers, and the connector writes each value as it was declared.
  const collation = declaredValues(row.type) === null ? collationOf(row.collation) : null
  return {
    name: row.name,
    type,
    nullable,
    ...(collation !== null && type !== 'json' && { collation }),
    ...(values !== undefined && { values }),
    ...(row.generated === 'ALWAYS' && { generated: true }),
    ...(!nullable && takesZeroDates(row.type, sqlMode) && { zeroDates: true }),
    ...(row.comment !== '' && { comment: row.comment }),
  }
}

/**
 * What can be repeated elsewhere. Of those that are blind to case the ones for many languages: two letters of ASCII are
 * one to them where they differ in case alone, which is not so in Turkish or Lithuanian (tried with each pair on 10.11).
 */
function collationOf(name: string | null): Collation | null {
  if (name === null || name.endsWith('_nopad_bin')) return null
  if (name.endsWith('_bin')) return 'padded'
  return foldedNames.test(name) ? 'folded' : 'nondeterministic'
}

const foldedNames =
  /^(?:(?:utf8|utf8mb[34]|ucs2|utf16|utf32|latin1|ascii)_(?:general|unicode|unicode_520)|latin1_swedish)_ci$/

/** What an older or laxer session has written may be there nevertheless. */
function takesZeroDates(type: string, sqlMode: string): boolean {
  const modes = sqlMode.split(',')
  const refuses =
    modes.includes('NO_ZERO_DATE') &&
    modes.some((mode) => mode === 'STRICT_TRANS_TABLES' || mode === 'STRICT_ALL_TABLES')
  return /^(date|datetime|timestamp)\b/.test(type) && !refuses
}

function foreignKeysOf(rows: readonly ForeignKeyRow[]): readonly ForeignKey[] {
  return [...Map.groupBy(rows, ({ name }) => name).values()].flatMap((parts) => {
    const [first] = parts
    if (first === undefined) return []
    return [
      {
        columns: parts.map(({ column }) => column),
        references: tableName(first.referencedSchema, first.referencedTable),
        referencedColumns: parts.map(({ referencedColumn }) => referencedColumn),
        onDelete: actionOf(first.onDelete),
        onUpdate: actionOf(first.onUpdate),
      },
    ]
  })
}

const actionOf = (rule: string): ForeignKey['onDelete'] =>
  keyActions.find((action) => action === rule.toLowerCase()) ?? 'no action'

/** It has one event, and cannot be disabled. */
const triggerOf = ({ name, timing, event }: TriggerRow): Trigger => ({
  name,
  timing: timing.toLowerCase() === 'before' ? 'before' : 'after',
  events: triggerEvents.filter((one) => one === event.toLowerCase()),
})
