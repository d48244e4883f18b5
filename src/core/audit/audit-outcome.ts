/** What an audit of a source has found: counts for everybody, keys for whoever ran it, and never a value. */
import type { RawOffset } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'

/** `changed`: some columns differ. `missing`: the row store has no such row. `extra`: the database has none. */
export type DifferenceKind = 'changed' | 'missing' | 'extra'

export interface RowDifference {
  readonly table: TableName
  readonly kind: DifferenceKind
  /** The row's key, column by column. */
  readonly key: Readonly<Record<string, string>>
  /** Those that differ; of a row that only one side has there are none. */
  readonly columns: readonly string[]
}

export interface AuditedTable {
  readonly table: TableName
  /** Of the database and of the store, each row once. */
  readonly rows: number
  readonly differences: number
  /** Differences that are counted and were not looked at again. */
  readonly unconfirmed: number
  /** By column, rows in which nobody can say whether it differs. */
  readonly unknown: Readonly<Record<string, number>>
}

/** A table or column that was not compared, and why. */
export interface NotCompared {
  readonly what: string
  readonly reason: string
}

export interface AuditOutcome {
  readonly source: string
  /** Where in the raw log the rows were brought to. */
  readonly position: RawOffset
  readonly tables: readonly AuditedTable[]
  readonly differences: readonly RowDifference[]
  readonly notCompared: readonly NotCompared[]
}

export const rowsOf = (tables: readonly Pick<AuditedTable, 'rows'>[]): number =>
  tables.reduce((sum, { rows }) => sum + rows, 0)

/** Confirmed or not. */
export const differencesOf = (tables: readonly Pick<AuditedTable, 'differences' | 'unconfirmed'>[]): number =>
  tables.reduce((sum, { differences, unconfirmed }) => sum + differences + unconfirmed, 0)
