/** Encodes output records as one record batch (format v2) per partition. See https://kafka.apache.org/documentation/#recordbatch */
import { crc32c } from '@node-rs/crc32'
import type { FixedHeaders, OutputRecord } from '../../../core/event/event-record.ts'
import { ByteWriter, varintSize } from './byte-writer.ts'

export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** A batch of somebody who is no producer in the protocol's sense: a plain append. */
export const noProducer: ProducerIdentity = { producerId: -1n, producerEpoch: -1 }

const noBytes: Buffer = Buffer.alloc(0)
const headerBytes = 61
const magic = 2
const transactionalAttribute = 0x10
const attributesAt = 21

/** The records of one partition on their way: appended one by one, then sealed into a batch. */
export class RecordBatchWriter {
  private readonly body = new ByteWriter(16_384)
  private count = 0
  private lastHeaders: FixedHeaders | null = null
  private lastBlock = noBytes

  get recordCount(): number {
    return this.count
  }

  /** Of the records so far. */
  get byteLength(): number {
    return this.body.length
  }

  append(record: OutputRecord): void {
    const { key, value, headers, fixedHeaders } = record
    const { body } = this
    const start = body.length
    body.ensure(usualSizeBytes)
    body.length += usualSizeBytes
    // attributes and timestamp delta, both zero
    body.int16(0)
    body.varint(this.count++)
    writeSized(body, key)
    writeSized(body, value)
    body.varint(fixedHeaders.length + headers.length / 2)
    body.raw(this.fixedBlock(fixedHeaders))
    for (const text of headers) body.varintText(text)
    writeSizeAt(body, start)
  }

  /** Most records of a partition have the headers of the one before. */
  private fixedBlock(headers: FixedHeaders): Buffer {
    if (headers.length === 0) return noBytes
    if (headers !== this.lastHeaders) {
      this.lastHeaders = headers
      this.lastBlock = fixedHeaderBlock(headers)
    }
    return this.lastBlock
  }

  /** Appends the whole batch to `target` and empties this writer. */
  sealInto(
    target: ByteWriter,
    batch: { readonly producer: ProducerIdentity; readonly baseSequence: number; readonly timestampMs: number },
  ): void {
    const { producer, baseSequence, timestampMs } = batch
    const records = this.body.written
    const start = target.length
    target.ensure(headerBytes + records.length)
    target.int64(0n)
    target.int32(headerBytes - 12 + records.length)
    target.int32(-1)
    target.int8(magic)
    target.int32(0)
    target.int16(producer.producerId === noProducer.producerId ? 0 : transactionalAttribute)
    target.int32(this.count - 1)
    target.int64FromNumber(timestampMs)
    target.int64FromNumber(timestampMs)
    target.int64(producer.producerId)
    target.int16(producer.producerEpoch)
    target.int32(baseSequence)
    target.int32(this.count)
    target.raw(records)
    const checksum = crc32c(target.bytes.subarray(start + attributesAt, target.length))
    target.bytes.writeUInt32BE(checksum, start + attributesAt - 4)
    this.body.reset()
    this.count = 0
  }
}

/** Encoded once for each frozen list of headers, which is one per event type. */
const fixedBlocks = new WeakMap<FixedHeaders, Buffer>()

function fixedHeaderBlock(headers: FixedHeaders): Buffer {
  const known = fixedBlocks.get(headers)
  if (known !== undefined) return known
  const writer = new ByteWriter(512)
  for (const [name, value] of headers) {
    writer.varintText(name)
    writer.varintText(value)
  }
  const block = Buffer.from(writer.written)
  fixedBlocks.set(headers, block)
  return block
}

/** Of the varint of a record's size: right for 64 to 8,191 bytes. */
const usualSizeBytes = 2

/** Writes the size of the record that was written behind the gap at `start`, and moves it when the gap does not fit. */
function writeSizeAt(body: ByteWriter, start: number): void {
  const end = body.length
  const size = end - start - usualSizeBytes
  const shift = varintSize(size) - usualSizeBytes
  if (shift !== 0) {
    body.ensure(Math.max(0, shift))
    body.bytes.copyWithin(start + usualSizeBytes + shift, start + usualSizeBytes, end)
  }
  body.length = start
  body.varint(size)
  body.length = end + shift
}

function writeSized(writer: ByteWriter, bytes: Buffer | null): void {
  if (bytes === null) {
    writer.varint(-1)
    return
  }
  writer.varint(bytes.length)
  writer.raw(bytes)
}
