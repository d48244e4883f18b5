import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'

/** What a transaction ends with. */
export interface Commit {
  /** Accounts for everything that was appended to the transaction. */
  readonly checkpoint: Checkpoint
  /** Set when this transaction activates registry records: leaves `applied/<offset>` on the checkpoint topic. */
  readonly applied?: number
}

/**
 * Publishes for one source, one transaction after the other.
 *
 * To the implementer: what is appended may be sent at once, and is seen by no read_committed reader before `commit`,
 * which makes all of it visible together with the checkpoint, or nothing. A transaction may be larger than memory. There
 * is no retry and no abort in here: after any failure the publisher is spent, every later call fails, and the caller
 * opens a new one and replays from the checkpoint that this one returns. What was sent meanwhile stays open at the
 * broker until the next publisher of the source fences it, or its time is over.
 *
 * Failures are `FENCED` when another publisher has opened the source since, `PUBLISH_REFUSED` when the broker says no
 * to these very records (too large, not authorised, unknown topic), `PUBLISH_UNCERTAIN` for everything else: nobody
 * knows what has become of the transaction. Whoever calls next is told of what has failed meanwhile, and
 * `PUBLISHER_SPENT` from then on.
 */
export interface Publisher {
  /** The newest checkpoint, read behind a barrier after every older publisher of the source was fenced. */
  readonly checkpoint: Checkpoint | null
  /**
   * Adds to the transaction at hand, which begins with its first record; records of one topic and partition keep their
   * order. Everything in the record is written before this returns, and may be used again. Null as long as there is
   * room; else a promise to wait for before the next record, so that little is in memory. Raises what has failed.
   */
  append(record: OutputRecord): Promise<void> | null
  /** Ends the transaction at hand, which may be without records. One at a time, and with no `append` meanwhile. */
  commit(commit: Commit): Promise<void>
  /** Ends it without touching what is open at the broker, and waits for nothing there. Idempotent. */
  close(): Promise<void>
}

/** Fences every older publisher of the source, reads the checkpoint behind a barrier of its own, and is ready. */
export type OpenPublisher = (options: {
  readonly source: string
  /** How long the broker lets a transaction of this publisher stay open. */
  readonly transactionTimeoutMs: number
}) => Promise<Publisher>
