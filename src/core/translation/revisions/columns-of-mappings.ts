/** What the catalogs that mappings were registered with say of the columns of their tables. */
import type { TableName } from '../../catalog/catalog.ts'
import type { KnownColumns } from '../../catalog/unknown-columns.ts'
import type { ActiveMapping } from './active-mapping.ts'

type Registered = Pick<ActiveMapping, 'record' | 'mapping'>

/** Of the tables that they name. */
export function knownColumns(mappings: readonly Registered[]): KnownColumns {
  const known = new Map<TableName, Set<string>>()
  for (const table of mappings.flatMap(({ record }) => [...record.content.catalog.tables.values()])) {
    const ofTable = known.get(table.name) ?? new Set()
    for (const { name } of table.columns) ofTable.add(name)
    known.set(table.name, ofTable)
  }
  return known
}
