/** Where falsework's own tables stand in a legacy database, and how a statement is shown. */
import * as ownTables from '../../capture/own-tables.ts'
import type { SourceKind } from '../../catalog/catalog.ts'
import { tableName, type TableName } from '../../catalog/table-name.ts'

export interface GuardStatement {
  readonly purpose: string
  /** One statement, without the semicolon at its end. */
  readonly sql: string
}

/** `schema`: one of PostgreSQL, or a database of MariaDB. */
export interface GuardPlace {
  readonly kind: SourceKind
  readonly schema: string
}

/** Whoever has this name writes past the guard: the reverse sync of a team that goes back. */
export const syncRole = 'falsework_sync'

export const fenceTable = ({ schema }: Pick<GuardPlace, 'schema'>): TableName => tableName(schema, ownTables.fenceTable)
export const syncTable = ({ schema }: Pick<GuardPlace, 'schema'>): TableName => tableName(schema, ownTables.syncTable)
