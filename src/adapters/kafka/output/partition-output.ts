/** The batches of one partition in order, with the sequence numbers of this producer. */
import type { OutputRecord } from '../../../core/event/event-record.ts'
import type { BufferSource } from '../codec/byte-writer.ts'
import {
  type LargestRecord,
  noProducer,
  type ProducerIdentity,
  RecordBatchWriter,
} from '../codec/record-batch-writer.ts'

/**
 * What a batch holds before the next one is begun: far below the megabyte that a broker takes by default, since a
 * topic may take less; and a power of two, as buffers are.
 */
export const batchBytesMax = 262_144
/** What a record takes beside its key and value, as a rule: with more, the buffer of a full batch grows once. */
const usualHeaderBytes = 1_024

/** Ready to be sent. Its bytes must stay untouched until they are answered, and are then released. */
export interface SealedBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
  readonly recordCount: number
  readonly largest: LargestRecord
  readonly release: () => void
}

export class PartitionOutput {
  readonly topic: string
  readonly partition: number
  /** Whether anything was appended since the last flush. */
  touched = false
  private readonly producer: ProducerIdentity
  private readonly buffers: BufferSource
  private nextSequence: number
  private filling: RecordBatchWriter | null = null
  /** The next batch is as long as the last one, as a rule. */
  private lastBytes = 0

  /** Sequences begin at 0 with every epoch of a producer. */
  constructor(parts: {
    readonly topic: string
    readonly partition: number
    readonly producer: ProducerIdentity
    readonly buffers: BufferSource
    readonly firstSequence?: number
  }) {
    this.topic = parts.topic
    this.partition = parts.partition
    this.producer = parts.producer
    this.buffers = parts.buffers
    this.nextSequence = parts.firstSequence ?? 0
  }

  /** Of the batch at hand. */
  get fillingBytes(): number {
    return this.filling?.byteLength ?? 0
  }

  /** Gives the batch before this record when the record has no room in it. */
  append(record: OutputRecord): SealedBatch | null {
    const full = this.filling !== null && this.filling.byteLength + roomFor(record) > batchBytesMax ? this.seal() : null
    this.filling ??= new RecordBatchWriter(this.buffers, this.lastBytes)
    this.filling.append(record)
    return full
  }

  /** Ends the batch at hand. Batches must be sent in the order in which they were sealed. */
  seal(): SealedBatch | null {
    const writer = this.filling
    if (writer === null) return null
    this.filling = null
    const { topic, partition, producer } = this
    const { recordCount, largest } = writer
    const baseSequence = producer.producerId === noProducer.producerId ? -1 : this.nextSequence
    // A producer's sequence numbers are modulo 2^31, one after the other.
    this.nextSequence = (this.nextSequence + recordCount) % 2 ** 31
    const bytes = writer.seal({ producer, baseSequence, timestampMs: Date.now() })
    this.lastBytes = Math.min(bytes.length, batchBytesMax)
    return { topic, partition, bytes, recordCount, largest, release: () => writer.release() }
  }
}

const roomFor = ({ key, value }: OutputRecord): number => (key?.length ?? 0) + (value?.length ?? 0) + usualHeaderBytes
