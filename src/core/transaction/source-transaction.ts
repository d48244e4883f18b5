import type { RawOffset, RowChange, SourcePosition } from '../capture/row-change.ts'

/** The row changes of one database transaction, proven complete by its END. */
export interface SourceTransaction {
  /** Identity that survives replays and xid wrap-around: on Postgres `<xid>:<commit ts_us>`. */
  readonly key: string
  /** Where the commit stands in the source's history. */
  readonly position: SourcePosition
  /** Commit time, µs since the epoch. */
  readonly committedAtUs: bigint
  /** In commit order, at least one. */
  readonly changes: readonly RowChange[]
  /** Offset of its BEGIN (or first row) and the offset after its END. */
  readonly from: RawOffset
  readonly to: RawOffset
  readonly proof: 'end'
}
