import type { RawOffset } from '../../core/capture/row-change.ts'

/**
 * The records of a raw log, batch by batch.
 *
 * To the implementer: only committed records, in log order, none skipped, none twice. Values are views into your
 * buffer, given as they stand in the log: they stay valid while the next batch is asked for and read, since consumers
 * ask ahead, and may be overwritten once the batch after it is asked for.
 */
export interface RecordBatch {
  readonly count: number
  offset(index: number): RawOffset
  /** The timestamp that stands in the log, ms since the epoch: the same whenever the record is read. */
  timestampMs(index: number): number
  key(index: number): Buffer | null
  value(index: number): Buffer | null
  /** The value of the first header of that name, or null. Decoded only when asked. */
  header(index: number, name: string): Buffer | null
  /** Where to go on reading: after the last record and every control record that followed it. */
  readonly next: RawOffset
  /** Where the log ended as of this read: the offset after its last committed record. Tells how far there is to go. */
  readonly end: RawOffset
  /** What the last of these records is compressed with in the log, as Kafka calls it; null: there are none. */
  readonly codec: string | null
}

/** Reads one raw log (one partition). */
export interface RawLog {
  /**
   * Records from `from` on, at most about `maxBytes`; waits up to `maxWaitMs` for the first one and then gives an
   * empty batch whose `next` may still have moved past invisible records.
   *
   * Raises `RAW_GAP` when the log starts after `from` or ends before it, `WRONG_LOG` when the topic's identity has
   * changed since the first read, `CORRUPT_BATCH` for what is not what the protocol says, `UNSUPPORTED_CODEC` for a
   * compression that is not known. Any other failure is the connection's: the caller
   * opens the log again. Never skip.
   */
  read(from: RawOffset, options: { readonly maxWaitMs: number; readonly maxBytes: number }): Promise<RecordBatch>
  /** The first offset that is still there, and the offset after the last committed record. */
  range(): Promise<{ readonly first: RawOffset; readonly end: RawOffset }>
  close(): Promise<void>
}

/** Opens the raw log of a source. */
export type OpenRawLog = (topic: string) => Promise<RawLog>
