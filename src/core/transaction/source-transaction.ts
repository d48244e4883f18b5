import type { RawOffset, RowChange, SourcePosition } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { KeyTally } from './large/key-tally.ts'

/** What is known of a database transaction that is complete. */
export interface TransactionFacts {
  /** Identity that survives replays and xid wrap-around: on Postgres `<xid>:<commit ts_us>`. */
  readonly key: string
  /** Where the commit stands in the source's history. */
  readonly position: SourcePosition
  /** Commit time, µs since the epoch. */
  readonly committedAtUs: bigint
  /** Offset of its BEGIN (or first row) and the offset after its END. */
  readonly from: RawOffset
  readonly to: RawOffset
  /** What proves it complete: its END, or a snapshot that was read whole, for a row that is none's. */
  readonly proof: 'end' | 'snapshot'
  /** Of one that brings back what a new service has written: of the ownerships under which its scopes are nobody's. */
  readonly sync?: readonly number[]
}

/** One whose row changes are in memory. */
export interface SourceTransaction extends TransactionFacts {
  /** In commit order, at least one. */
  readonly changes: readonly RowChange[]
}

/** One that is larger than what is held: it was read through to its END, and is read again to be translated. */
export interface LargeTransaction extends TransactionFacts {
  /** As BEGIN, rows and END name it. */
  readonly id: string
  /** Rows, messages included, each of which was read once. */
  readonly rows: number
  readonly bytes: number
  /** Those of whose rows it changes some. */
  readonly tables: ReadonlySet<TableName>
  /** Which rows are changed more than once. */
  readonly keys: KeyTally
}
