/** Records on their way to Kafka. Batch-level: plain data, nothing promised per record. */

/** Headers that are the same for many records: one frozen object per event type, so that adapters encode it once. */
export type FixedHeaders = readonly (readonly [name: string, value: string])[]

export interface OutputRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly fixedHeaders: FixedHeaders
  /** The headers of this record alone, flat: name, value, name, value … */
  readonly headers: readonly string[]
}
