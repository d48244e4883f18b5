/** The batches of one partition in order, with the sequence numbers of this producer. */
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { ByteWriter } from './codec/byte-writer.ts'
import { noProducer, type ProducerIdentity, RecordBatchWriter } from './codec/record-batch-writer.ts'

/**
 * What a batch holds before the next one is begun: far below the megabyte that a broker takes by default, since a
 * topic may take less. A request carries one batch for each partition, so what is more goes with the next request.
 */
const batchBytesMax = 262_144

export class PartitionQueue {
  private readonly writers = [new RecordBatchWriter()]
  private filling = 0
  private sealing = 0
  private nextSequence: number

  /** Sequences begin at 0 with every epoch of a producer. */
  constructor(firstSequence = 0) {
    this.nextSequence = firstSequence
  }

  get waiting(): boolean {
    return this.writer(this.sealing).recordCount > 0
  }

  append(record: OutputRecord): void {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    const writer = this.writer(this.filling)
    if (writer.recordCount > 0 && writer.byteLength + size > batchBytesMax) this.filling += 1
    this.writer(this.filling).append(record)
  }

  /** Appends the next batch to `target`. */
  sealInto(
    target: ByteWriter,
    { producer, timestampMs }: { readonly producer: ProducerIdentity; readonly timestampMs: number },
  ): void {
    const writer = this.writer(this.sealing)
    const plain = producer.producerId === noProducer.producerId
    const baseSequence = plain ? -1 : this.nextSequence
    // A producer's sequence numbers are modulo 2^31, one after the other.
    this.nextSequence = (this.nextSequence + writer.recordCount) % 2 ** 31
    writer.sealInto(target, { producer, baseSequence, timestampMs })
    const last = this.sealing === this.filling
    this.sealing = last ? 0 : this.sealing + 1
    if (last) this.filling = 0
  }

  private writer(index: number): RecordBatchWriter {
    const known = this.writers[index]
    if (known !== undefined) return known
    const added = new RecordBatchWriter()
    this.writers.push(added)
    return added
  }
}
