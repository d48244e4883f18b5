import type { TextRow } from '../../core/audit/table-comparison.ts'
import type { VisibleTransactions } from '../../core/audit/visible-transactions.ts'
import type { SourcePosition } from '../../core/capture/row-change.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'

/**
 * Reads the rows of a legacy database as of one moment, and marks a moment in its history.
 *
 * To the implementer: change nothing but by `emitWatermark`. Values are texts, as PostgreSQL writes them with ISO dates, in
 * UTC, intervals in ISO 8601, floating-point numbers with all of their digits. Every method raises `DATABASE_UNREACHABLE`,
 * `DATABASE_REFUSED` and `NOT_AUTHORISED`.
 */
export interface TableReader {
  /** One moment: those of the tables that are there. Until it is closed nobody truncates or alters them. */
  snapshot(tables: readonly TableName[]): Promise<TableSnapshot>
  /** Commits a transaction that stands behind everything that a snapshot before it sees. */
  emitWatermark(content: string): Promise<Watermark>
  close(): Promise<void>
}

export interface TableSnapshot {
  readonly visible: VisibleTransactions
  /** As they are at that moment. */
  readonly tables: ReadonlyMap<TableName, Table>
  /** All rows of one of the tables, in any order, some at a time. One table at a time. */
  rows(table: TableName, columns: readonly string[]): AsyncIterable<readonly TextRow[]>
  close(): Promise<void>
}

export interface Watermark {
  /** An xid with its epoch, or a GTID. */
  readonly transaction: bigint | string
  /** No commit beyond it is before the watermark's. */
  readonly position: SourcePosition
}

/** Opens the database that the connector of the source names. */
export type OpenTableReader = (source: string) => Promise<TableReader>
