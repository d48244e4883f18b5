/** Encodes output records as one record batch (format v2) per partition. See https://kafka.apache.org/documentation/#recordbatch */
import { crc32c } from '@node-rs/crc32'
import type { FixedHeaders, OutputRecord } from '../../../core/event/event-record.ts'
import { type BufferSource, ByteWriter, varintSize } from './byte-writer.ts'

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

/** The largest record of a batch: without its headers, and its `ce_id` if it is an event. */
export interface LargestRecord {
  readonly bytes: number
  readonly id: string | null
}

/** Modes: filling · sealed, in which it is one batch as brokers take it · released. */
export class RecordBatchWriter {
  private readonly writer: ByteWriter
  private count = 0
  private lastHeaders: FixedHeaders | null = null
  private lastBlock = noBytes
  private largestBytes = -1
  private largestHeaders: readonly string[] = []

  constructor(buffers?: BufferSource, expectedBytes = 4_096) {
    this.writer = new ByteWriter(Math.max(expectedBytes, headerBytes), buffers)
    // The header is written last.
    this.writer.length = headerBytes
  }

  get recordCount(): number {
    return this.count
  }

  /** Of the batch so far. */
  get byteLength(): number {
    return this.writer.length
  }

  get largest(): LargestRecord {
    const at = this.largestHeaders.findIndex((text, index) => index % 2 === 0 && text === 'ce_id')
    return { bytes: this.largestBytes, id: at === -1 ? null : (this.largestHeaders[at + 1] ?? null) }
  }

  append(record: OutputRecord): void {
    const { key, value, headers, fixedHeaders } = record
    const { writer } = this
    const start = writer.length
    writer.ensure(usualSizeBytes)
    writer.length += usualSizeBytes
    // attributes and timestamp delta, both zero
    writer.int16(0)
    writer.varint(this.count++)
    writeSized(writer, key)
    writeSized(writer, value)
    const bytes = writer.length - start
    if (bytes > this.largestBytes) {
      this.largestBytes = bytes
      this.largestHeaders = headers
    }
    writer.varint(fixedHeaders.length + headers.length / 2)
    writer.raw(this.fixedBlock(fixedHeaders))
    for (const text of headers) writer.varintText(text)
    writeSizeAt(writer, start)
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

  /** The whole batch, which stays valid until it is released. */
  seal(batch: {
    readonly producer: ProducerIdentity
    readonly baseSequence: number
    readonly timestampMs: number
  }): Buffer {
    const { producer, baseSequence, timestampMs } = batch
    const { writer } = this
    const end = writer.length
    writer.length = 0
    writer.int64(0n)
    writer.int32(end - 12)
    writer.int32(-1)
    writer.int8(magic)
    writer.int32(0)
    writer.int16(producer.producerId === noProducer.producerId ? 0 : transactionalAttribute)
    writer.int32(this.count - 1)
    writer.int64FromNumber(timestampMs)
    writer.int64FromNumber(timestampMs)
    writer.int64(producer.producerId)
    writer.int16(producer.producerEpoch)
    writer.int32(baseSequence)
    writer.int32(this.count)
    writer.length = end
    const checksum = crc32c(writer.bytes.subarray(attributesAt, end))
    writer.bytes.writeUInt32BE(checksum, attributesAt - 4)
    return writer.written
  }

  /** Gives its buffer back: nobody may look at the batch any more. */
  release(): void {
    this.writer.release()
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
