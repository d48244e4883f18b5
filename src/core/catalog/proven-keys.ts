/** What a catalog proves of the identity of a table's rows. */
import type { Table } from './catalog.ts'

/** Whether the connector knows all of what a row was. MySQL and MariaDB have no replica identity. */
export const sendsWholeRows = ({ replicaIdentity }: Table): boolean =>
  replicaIdentity === 'full' || replicaIdentity === null

/**
 * Lists of columns each of which tells a row from all others at every moment, and whose values the connector knows of
 * what was: the primary key unless it is deferrable; without one, unique keys of columns that are NOT NULL.
 */
export function provenKeys(table: Table): readonly (readonly string[])[] {
  const { primaryKey, uniqueKeys, columns, replicaIdentity } = table
  if (primaryKey.length > 0) {
    const isKnown = sendsWholeRows(table) || replicaIdentity === 'default'
    return isKnown && table.deferrablePrimaryKey !== true ? [primaryKey] : []
  }
  if (!sendsWholeRows(table)) return []
  const required = new Set(columns.filter(({ nullable }) => !nullable).map(({ name }) => name))
  return uniqueKeys.filter((key) => key.length > 0 && key.every((column) => required.has(column)))
}
