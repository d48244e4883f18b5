/**
 * Reads any topic for people, `tail`, `dead-letters`, `status`, and for the comparison of two. Only committed records.
 *
 * To the implementer: all partitions, each in order; no group, nothing committed, nothing skipped.
 */
export interface TopicReader {
  /** Everything from the given start to the end as of the call, then (with `follow`) what comes, until aborted. */
  read(
    topic: string,
    options: { readonly from: 'beginning' | 'end'; readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<TopicRecord>
  /** The newest committed record with that key in a one-partition topic, or null. Reads backwards from the end. */
  latest(topic: string, key: string): Promise<TopicRecord | null>
  /** First offset and the offset after the last committed record, for each partition. */
  range(topic: string): Promise<readonly { readonly first: number; readonly end: number }[]>
  /** For each partition the offset of the first record that was appended at that time, ms since the epoch, or later. */
  offsetsAt(topic: string, sinceMs: number): Promise<readonly number[]>
  /**
   * Some records of each partition, from its offset in `from` on, which has one for each; waits up to `maxWaitMs` for the
   * first of them. Raises `RAW_GAP` where a partition does not hold its offset any more.
   */
  readFrom(topic: string, from: readonly number[], options: { readonly maxWaitMs: number }): Promise<TopicBatch>
  close(): Promise<void>
}

export interface TopicBatch {
  /** Partition by partition, each in order. */
  readonly records: readonly TopicRecord[]
  /** Where to go on in each partition. */
  readonly next: readonly number[]
  /** Where each ended as of this read: the offset after its last committed record. */
  readonly ends: readonly number[]
}

export interface TopicRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: ReadonlyMap<string, Buffer>
}
