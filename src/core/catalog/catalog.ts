/** What is known of a source's tables: pulled from the database, committed under `catalog/`, part of each revision. */
import type { TableName } from './table-name.ts'

export { type TableName, tableName } from './table-name.ts'

export const sourceKinds = ['postgres', 'mariadb', 'mysql'] as const
export type SourceKind = (typeof sourceKinds)[number]

export interface Catalog {
  readonly source: string
  readonly kind: SourceKind
  readonly tables: ReadonlyMap<TableName, Table>
}

export interface Table {
  readonly name: TableName
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  /** Two rows may hold one key in mid-transaction. */
  readonly deferrablePrimaryKey?: boolean
  /** Unique keys beside the primary key, each a list of column names. */
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  /** Nothing of events depends on them, so no revision has them. */
  readonly triggers?: readonly Trigger[]
  readonly replicaIdentity: 'default' | 'full' | 'index' | 'nothing' | null
  readonly comment?: string
}

export interface Column {
  readonly name: string
  /** The database's own spelling of the type, with length and scale: `numeric(10,2)`, `character(6)`, `bigint`. */
  readonly type: string
  readonly nullable: boolean
  readonly collation?: Collation
  /** Values of an enum type or of a CHECK of the form `col IN (…)`, where the database knows them. */
  readonly values?: readonly string[]
  /** Personal data: the kind, added by hand, kept by a pull. */
  readonly pii?: string
  /** Postgres may leave an unchanged value of this column out of an update. */
  readonly toastable?: boolean
  /** The database computes it from other columns. */
  readonly generated?: boolean
  /** Declared dimensions of an array, where they are more than one; the database does not hold rows to it. */
  readonly dimensions?: number
  /** NOT NULL, and the database takes 0000-00-00, which the connector sends as the beginning of 1970. */
  readonly zeroDates?: boolean
  readonly comment?: string
}

/**
 * How the database compares texts, where not by their characters alone. `nondeterministic`: texts that differ may be
 * equal. `padded`: trailing blanks do not count. `folded`: nor does the case of letters; texts that differ in accents may be
 * equal to the database, and are not here.
 */
export const collations = ['nondeterministic', 'padded', 'folded'] as const
export type Collation = (typeof collations)[number]

export const keyActions = ['no action', 'restrict', 'cascade', 'set null', 'set default'] as const
export type KeyAction = (typeof keyActions)[number]

export interface ForeignKey {
  readonly columns: readonly string[]
  readonly references: TableName
  readonly referencedColumns: readonly string[]
  readonly onDelete: KeyAction
  /** Where the database does not log what a foreign key changes as a change of its own. */
  readonly onUpdate?: KeyAction
}

export const triggerTimings = ['before', 'after'] as const
export const triggerEvents = ['insert', 'update', 'delete', 'truncate'] as const

/** What the database does by itself in the transaction that changes the table, unless it is `disabled`. */
export interface Trigger {
  readonly name: string
  readonly timing: (typeof triggerTimings)[number]
  readonly events: readonly (typeof triggerEvents)[number][]
  readonly disabled?: boolean
}
