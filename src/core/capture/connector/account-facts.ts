/** What the account of a connector may do in the database. */
import type { TableName } from '../../catalog/table-name.ts'

export const tableRights = ['usage', 'select', 'insert', 'update', 'delete'] as const
/** `usage`: of the schema, without which no other right helps. */
export type TableRight = (typeof tableRights)[number]

export interface AccountFacts {
  /** As the database's GRANT takes it. */
  readonly name: string
  /** Rights in the whole server that capture needs and the account lacks, as its GRANT names them. */
  readonly missing: readonly string[]
  /** Of the tables that were asked for, as far as they exist. */
  readonly tables: ReadonlyMap<TableName, ReadonlySet<TableRight>>
}
