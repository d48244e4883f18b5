/**
 * Reads any topic for people: `tail`, `dead-letters`, `status`. Only committed records.
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
  close(): Promise<void>
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
