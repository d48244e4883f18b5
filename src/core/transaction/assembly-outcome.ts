/** What one message of a raw log did to the source transaction under assembly. */
import type { RawOffset, SourcePosition } from '../capture/row-change.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import type { LargeTransaction, SourceTransaction } from './source-transaction.ts'

export type AssemblyOutcome =
  /** END has proven a transaction that is to be translated. */
  | { readonly kind: 'complete'; readonly transaction: SourceTransaction; readonly suspect: SuspectedHead | null }
  /** The same of one whose rows are not held: it is to be read again. */
  | { readonly kind: 'large'; readonly transaction: LargeTransaction; readonly suspect: SuspectedHead | null }
  /** END has proven a transaction without any row that is read: empty, of other tables, of messages alone. */
  | { readonly kind: 'passed'; readonly rows: number; readonly suspect: SuspectedHead | null }
  /** A transaction that was translated before, come again: dropped whole. */
  | { readonly kind: 'replayed'; readonly rows: number }
  /** A row of the open transaction, come again and equal: dropped. */
  | { readonly kind: 'repeatedRow' }
  | { readonly kind: 'snapshotRow' }
  | { readonly kind: 'nothing' }

/**
 * A source transaction that is complete by its END and may all the same have lost its first rows at a restart of the
 * connector, which the raw log cannot prove either way (docs/decisions/0004-no-row-is-lost-before-the-raw-log.md).
 */
export interface SuspectedHead {
  readonly transaction: string
  /** Of its END. */
  readonly offset: RawOffset
}

/** How far the source may be called done: no source transaction is open, and none is owed. */
export interface SafePosition {
  /** The next raw offset to read. */
  readonly next: RawOffset
  /** The last record before it; null while nothing was read since the start. */
  readonly anchorOffset: RawOffset | null
  /** Commit position of the last transaction that completed. */
  readonly position: SourcePosition | null
  /** Latest commit time of all transactions that completed, µs since the epoch; see `Assembler`. */
  readonly latestCommitUs: bigint | null | undefined
  readonly snapshot: Checkpoint['snapshot']
}
