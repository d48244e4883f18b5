import type { SpilledAggregate, SpilledChanges, SpilledKey, SpilledMark } from '../core/parity/kept/spilled.ts'

/** What is written in one step: after a crash all of it is there, or nothing. */
export interface ParityBatch extends SpilledChanges {
  /** Replaces that of the batch before: comparator, tally, and the offsets up to which both streams have been taken. */
  readonly state: Buffer
}

/**
 * What the comparator of a mapping keeps between restarts, on a local disk, and for one process at a time. All of it can
 * be lost: then the streams are compared anew, from where they begin.
 *
 * To the implementer: what is read is what every batch has left whose `write` has been fulfilled. Times that are due are
 * not negative; ids are texts of any length. A crash of the process or of the machine may lose the last batches, never
 * a part of one, and never the order. What was changed on the disk by anything else is never given out: whoever comes upon
 * it has `STORE_DAMAGED`, and whoever opens the store next, an empty one; so has who opens one of another build.
 */
export interface ParityStore {
  /** The state of the last batch; null for a store in which nothing was ever written. */
  state(): Buffer | null
  /** Null: it is not there. */
  spilled(key: SpilledKey): SpilledAggregate | null
  /** Of all that are there, in the order of the times at which they are due. */
  spilledMarks(): Iterable<readonly [aggregate: string, mark: SpilledMark]>
  /**
   * Removes first, whether it is there or not. Batches are written in the order of the calls. Raises `STORE_FAILED` when
   * the disk refuses: then the store is spent, and everything but `close` raises it.
   */
  write(batch: ParityBatch): Promise<void>
  /** Removes everything. */
  clear(): Promise<void>
  /** Everything written is on the disk behind it. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the store of a mapping. Raises `STORE_IN_USE` while another process has it, `STORE_FAILED` where the directory
 * cannot be used, or holds something else.
 */
export type OpenParityStore = (mapping: string) => Promise<ParityStore>
