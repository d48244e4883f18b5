import type { OutputRecord } from '../../core/event/event-record.ts'

/** What a transaction leaves in its state topic for whoever opens next; the newest record of a key counts. */
export type StateRecord = readonly [key: string, value: Buffer]

/** A compacted topic of one partition, written by one transactional id alone. */
export interface StateTopic {
  readonly topic: string
  /** Of the records that say how far the id has come. */
  readonly stateKey: string
  /** Of the nonces behind which they are read. */
  readonly barrierKey: string
}

/**
 * Transactions under one transactional id, one after the other, each with the state that accounts for it.
 *
 * To the implementer: what is appended may be sent at once, and is seen by no read_committed reader before `commit`,
 * which makes all of it visible together with the state, or nothing. A transaction may be larger than memory. There is
 * no retry and no abort in here: after any failure the output is spent, every later call fails, and the caller opens a
 * new one and goes on from the state that this one returns. What was sent meanwhile stays open at the broker until the
 * next opener of the id fences it, or its time is over.
 *
 * Failures are `FENCED` when another one has opened the id since, `PUBLISH_REFUSED` when the broker says no to these
 * very records (too large, not authorised, unknown topic), `PUBLISH_UNCERTAIN` for everything else: nobody knows what has
 * become of the transaction. Whoever calls next is told of what has failed meanwhile, and `PUBLISHER_SPENT` from then
 * on.
 */
export interface TransactionalOutput {
  /** The newest record of the state key, read behind a barrier after every older output of the id was fenced. */
  readonly state: Buffer | null
  /**
   * Adds to the transaction at hand, which begins with its first record; records of one topic and partition keep their
   * order. Everything in the record is written before this returns, and may be used again. Null as long as there is
   * room; else a promise to wait for before the next record, so that little is in memory. Raises what has failed.
   */
  append(record: OutputRecord): Promise<void> | null
  /** Ends the transaction at hand, which may be without records. One at a time, and with no `append` meanwhile. */
  commit(state: readonly StateRecord[]): Promise<void>
  /** Ends it without touching what is open at the broker, and waits for nothing there. Idempotent. */
  close(): Promise<void>
}

export interface TransactionalOutputOptions {
  readonly transactionalId: string
  /** How long the broker lets a transaction stay open. */
  readonly transactionTimeoutMs: number
  readonly stateTopic: StateTopic
}

/**
 * Fences everybody before under the id, commits a barrier, reads the state behind it, and is ready. Raises
 * `BARRIER_NOT_SEEN` beside what an output fails with: such a read is stale, whatever it shows.
 */
export type OpenTransactionalOutput = (options: TransactionalOutputOptions) => Promise<TransactionalOutput>
