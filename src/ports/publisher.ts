import type { Checkpoint } from '../core/delivery/checkpoint.ts'
import type { OutputRecord } from '../core/event/event-record.ts'

/** What becomes visible together: events, dead letters and the checkpoint that accounts for them. */
export interface OutputBatch {
  /** In order; records of one topic and partition keep it. May be empty. */
  readonly records: readonly OutputRecord[]
  readonly checkpoint: Checkpoint
  /** Set when this batch activates registry records: leaves `applied/<offset>` on the checkpoint topic. */
  readonly applied?: number
}

/**
 * Publishes for one source.
 *
 * To the implementer: `publish` makes the whole batch visible to read_committed readers, or nothing of it. There is
 * no retry and no abort in here: after any failure the publisher is spent, every later call fails, and the caller
 * opens a new one and replays from the checkpoint that this one returns.
 */
export interface Publisher {
  /** The newest checkpoint, read behind a barrier after every older publisher of the source was fenced. */
  readonly checkpoint: Checkpoint | null
  /**
   * Raises `FENCED` when another publisher has opened the source since, `PUBLISH_REFUSED` when the broker says no to
   * these very records (too large, not authorised, unknown topic), `PUBLISH_UNCERTAIN` for everything else: the batch
   * may or may not have become visible.
   */
  publish(batch: OutputBatch): Promise<void>
  /** Ends it without touching what is open at the broker. Idempotent. */
  close(): Promise<void>
}

/** Fences every older publisher of the source, reads the checkpoint behind a barrier of its own, and is ready. */
export type OpenPublisher = (options: {
  readonly source: string
  /** How long the broker lets a transaction of this publisher stay open. */
  readonly transactionTimeoutMs: number
}) => Promise<Publisher>
