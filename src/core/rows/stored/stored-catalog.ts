/** What a catalog says of the tables whose rows are kept: which they are, and no more of them than that needs. */
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import type { Catalog, Column, Table, TableName } from '../../catalog/catalog.ts'
import { provenKeys } from '../../catalog/proven-keys.ts'
import { changesSilently } from '../cascades/cascade.ts'
import type { StoredTables } from '../hydration.ts'
import { mayBeLeftOut, StoredTable } from './stored-table.ts'

/** Part of what a registration tells about the tables of a source. */
export interface StoredCatalog {
  readonly capture: CaptureSettings
  readonly catalog: Catalog
}

/** Of the tables that are not excluded, those with a proven key; of these, the columns that decide about their rows. */
export function storedCatalog({ capture, catalog }: StoredCatalog, excluded: ReadonlySet<string>): StoredCatalog {
  const kept = [...catalog.tables.values()].filter((table) => isStored(table) && !excluded.has(table.name))
  return { capture, catalog: { ...catalog, tables: new Map(kept.map((table) => [table.name, reduced(table)])) } }
}

/** Whether anything tells the rows of a table apart. */
export const isStored = (table: Table): boolean => provenKeys(table).length > 0

function reduced(table: Table): Table {
  const { name, columns, primaryKey, deferrablePrimaryKey, uniqueKeys, replicaIdentity } = table
  const keys = new Set([...primaryKey, ...uniqueKeys.flat()])
  const foreignKeys = table.foreignKeys.filter(changesSilently)
  const referring = new Set(foreignKeys.flatMap((key) => key.columns))
  const isComputed = ({ generated }: Column): boolean => foreignKeys.length > 0 && generated === true
  return {
    name,
    columns: columns
      .filter((column) => {
        return keys.has(column.name) || mayBeLeftOut(column) || referring.has(column.name) || isComputed(column)
      })
      .map((column) => ({
        name: column.name,
        type: column.type,
        nullable: column.nullable,
        ...(column.toastable === undefined ? {} : { toastable: column.toastable }),
        ...(referring.has(column.name) && column.collation !== undefined && { collation: column.collation }),
        ...(isComputed(column) && { generated: true }),
      })),
    primaryKey,
    ...(deferrablePrimaryKey === undefined ? {} : { deferrablePrimaryKey }),
    uniqueKeys,
    foreignKeys,
    replicaIdentity,
  }
}

export const storedTables = ({ capture, catalog }: StoredCatalog): StoredTables =>
  new Map([...catalog.tables.values()].map((table) => [table.name, new StoredTable(table, capture)]))

/** By table, the columns of its key: rows that were kept under another key are found no more. */
export function keysOf({ catalog }: StoredCatalog): ReadonlyMap<TableName, string> {
  return new Map([...catalog.tables.values()].map((table) => [table.name, (provenKeys(table)[0] ?? []).join(',')]))
}

/** Whether the same tables are kept under the same keys, and foreign keys do the same to their rows. */
export function keepsTheSame(one: StoredCatalog, other: StoredCatalog): boolean {
  const [a, b] = [keysOf(one), keysOf(other)]
  return (
    a.size === b.size && [...a].every(([table, key]) => b.get(table) === key) && cascadesIn(one) === cascadesIn(other)
  )
}

/** What decides about foreign keys, as a text. */
function cascadesIn({ catalog }: StoredCatalog): string {
  const referring = [...catalog.tables.values()].filter(({ foreignKeys }) => foreignKeys.length > 0)
  const told = referring.map(({ name, foreignKeys, columns }) => JSON.stringify([name, foreignKeys, columns]))
  return told.toSorted().join('\n')
}
