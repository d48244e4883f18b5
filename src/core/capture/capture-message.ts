/** What one record of a raw log says. */
import type { TableName } from '../catalog/catalog.ts'
import type { ImageBytes } from './image/sliced-image.ts'
import type { TableRename } from './record/table-renames.ts'
import type { SnapshotNote } from './record/snapshot-note.ts'
import type { RawOffset, RowChange, SourcePosition } from './row-change.ts'
import type { FenceMove } from './own-tables.ts'
import type { SnapshotRequest } from './snapshot-request.ts'

export type CaptureMessage =
  | RowMessage
  | LogicalMessage
  | BeginMessage
  | EndMessage
  | SnapshotRowMessage
  /** Says nothing of rows or transactions. */
  | { readonly kind: 'heartbeat' | 'tombstone'; readonly offset: RawOffset }
  | SchemaChangeMessage
  | NotificationMessage

/** Of MySQL and MariaDB: a statement of DDL, at its place in the history. */
export interface SchemaChangeMessage {
  readonly kind: 'schemaChange'
  readonly offset: RawOffset
  /** Tables that have got other names. */
  readonly renames: readonly TableRename[]
}

/** The connector speaks of itself. */
export interface NotificationMessage {
  readonly kind: 'notification'
  readonly offset: RawOffset
  /** Null: it is not about a snapshot. */
  readonly snapshot: SnapshotNote | null
}

/** A place in a source transaction. */
export interface InTransaction {
  readonly offset: RawOffset
  /** The same text in BEGIN, rows and END of one source transaction. */
  readonly transaction: string
  /** The id as the record has it: where the source says so, with the place of this very record in its history. */
  readonly recordId: string
  /** `total_order`: 1 for the first record of the transaction. */
  readonly totalOrder: number
  /** Where the first record of a transaction stands in the source's history; null for all others: nobody asks. */
  readonly position: SourcePosition | null
  /** Commit time, µs since the epoch. */
  readonly committedAtUs: bigint
}

/** What the record of a row holds. */
export interface RowRecord {
  readonly table: TableName
  /** The record's key as it stands in the log: tells a repeat from another row. Null without key. */
  readonly key: ImageBytes | null
  /** What the images of the change are slices of; null when they are not. */
  readonly value: ImageBytes | null
  /** Of the record's value. */
  readonly bytes: number
  /** Null: the table is none of those whose rows are read. */
  readonly change: RowChange | null
}

export interface RowMessage extends InTransaction, RowRecord {
  readonly kind: 'row'
  readonly op: 'c' | 'u' | 'd' | 't'
  /** Set when the row is a signal that asks the connector for a snapshot. */
  readonly request?: SnapshotRequest
  /** Set when the row moves the fence of a migration. */
  readonly fence?: FenceMove
  /** Set when the row marks its transaction as one that brings back what a new service has written: `syncEpoch`. */
  readonly sync?: number
}

/** `pg_logical_emit_message` in a transaction: counted, and nothing more. */
export interface LogicalMessage extends InTransaction {
  readonly kind: 'logicalMessage'
}

export interface BeginMessage {
  readonly kind: 'begin'
  readonly offset: RawOffset
  readonly transaction: string
  /** Where the transaction's first record stands in the source's history, where the source tells. */
  readonly position: SourcePosition | null
}

export interface EndMessage {
  readonly kind: 'end'
  readonly offset: RawOffset
  readonly transaction: string
  /** Where the commit stands. */
  readonly position: SourcePosition
  /** `event_count`, and the sum of the counts in `data_collections`. */
  readonly eventCount: number
  readonly collectionsCount: number
}

/**
 * Rows of an incremental snapshot stand between those of transactions; the others are of an initial or blocking one.
 * The change of each is a row as it was read: `r`, without anything before it.
 */
export interface SnapshotRowMessage extends RowRecord {
  readonly kind: 'snapshotRow'
  readonly offset: RawOffset
  readonly place: 'firstOfTable' | 'middle' | 'last' | 'incremental'
}
