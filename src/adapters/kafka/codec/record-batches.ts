/**
 * Walks fetched record batches as bytes: positions of records in typed arrays, aborted transactions left out.
 * Format v2, see https://kafka.apache.org/documentation/#recordbatch
 */
import { gunzipSync } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { RecordBatch } from '../../../ports/raw-log.ts'
import type { AbortedTransaction } from './fetch.ts'
import { VarintCursor } from './varint-cursor.ts'

const magicAt = 16
const checksumAt = 17
const attributesAt = 21
const lastOffsetDeltaAt = 23
const baseTimestampAt = 27
const producerIdAt = 43
const recordCountAt = 57
const headerBytes = 61
/** Base offset and length, which the batch's own length does not count. */
const prefixBytes = 12

const codecMask = 0x07
const transactionalBit = 0x10
const controlBit = 0x20
const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

interface BatchHeader {
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly attributes: number
  readonly baseTimestampMs: number
  readonly producerId: bigint
  readonly recordCount: number
}

/** Positions of one record, in arrays side by side: nothing is allocated per record. */
export class FetchedRecords implements RecordBatch {
  count = 0
  next: number
  /** The last stable offset as the answer said it. */
  end: number
  /** The first offset that no batch covers although a later one does; null: they follow one another. */
  hole: number | null = null
  private readonly sources: Buffer[] = []
  private readonly offsets: Float64Array
  private readonly timestamps: Float64Array
  /** Six numbers a record: source, key start, key length, value start, value length, start of the headers. */
  private readonly places: Int32Array

  /** `capacity`: the most records that will be added. */
  constructor(next: number, capacity: number) {
    this.next = next
    this.end = next
    this.offsets = new Float64Array(capacity)
    this.timestamps = new Float64Array(capacity)
    this.places = new Int32Array(capacity * placeSize)
  }

  offset(index: number): number {
    return this.offsets[index] ?? -1
  }

  timestampMs(index: number): number {
    return this.timestamps[index] ?? -1
  }

  key(index: number): Buffer | null {
    return this.slice(index, 1)
  }

  value(index: number): Buffer | null {
    return this.slice(index, 3)
  }

  header(index: number, name: string): Buffer | null {
    for (const [found, value] of this.headers(index)) if (found === name) return value
    return null
  }

  /** All headers of a record, in order, repeated names included. */
  headers(index: number): [name: string, value: Buffer][] {
    const at = index * placeSize
    const source = this.sources[this.places[at] ?? 0]
    if (source === undefined) return []
    const cursor = new VarintCursor(source, this.places[at + 5] ?? 0)
    const headers: [string, Buffer][] = []
    for (let rest = cursor.next(); rest > 0; rest--) {
      const name = cursor.take(cursor.next()).toString('utf8')
      const size = cursor.next()
      headers.push([name, size < 0 ? Buffer.alloc(0) : cursor.take(size)])
    }
    return headers
  }

  private slice(index: number, field: 1 | 3): Buffer | null {
    const at = index * placeSize
    const start = this.places[at + field] ?? 0
    const size = this.places[at + field + 1] ?? -1
    return size < 0 ? null : (this.sources[this.places[at] ?? 0]?.subarray(start, start + size) ?? null)
  }

  /** Notes the records of one batch whose offsets are at or after `from`. */
  addBatch(header: BatchHeader, body: { readonly source: Buffer; readonly start: number }, from: number): void {
    const source = this.sources.push(body.source) - 1
    const cursor = new VarintCursor(body.source, body.start)
    for (let rest = header.recordCount; rest > 0; rest--) {
      const size = cursor.next()
      const end = cursor.position + size
      cursor.position += 1
      const timestampDelta = cursor.nextLong()
      const offset = header.baseOffset + cursor.next()
      const keySize = cursor.next()
      const keyStart = cursor.position
      if (keySize > 0) cursor.position += keySize
      const valueSize = cursor.next()
      const valueStart = cursor.position
      if (valueSize > 0) cursor.position += valueSize
      const headersStart = cursor.position
      if (end > body.source.length || headersStart > end) throw corrupt(header.baseOffset, 'a record leaves its batch')
      cursor.position = end
      if (offset < from) continue
      const at = this.count * placeSize
      this.offsets[this.count] = offset
      this.timestamps[this.count] = header.baseTimestampMs + timestampDelta
      this.places[at] = source
      this.places[at + 1] = keyStart
      this.places[at + 2] = keySize
      this.places[at + 3] = valueStart
      this.places[at + 4] = valueSize
      this.places[at + 5] = headersStart
      this.count += 1
    }
  }
}

const placeSize = 6

/**
 * The committed records of a fetched partition from `from` on. `next` stands after the last whole batch, control
 * batches included. What a log covers without a hole, aborted transactions and markers included, comes without one.
 *
 * Raises `CORRUPT_BATCH` and `UNSUPPORTED_CODEC`.
 */
export function readRecordBatches(
  fetched: { readonly batches: Buffer; readonly aborted: readonly AbortedTransaction[] },
  from: number,
): FetchedRecords {
  const headers = readHeaders(fetched.batches)
  const capacity = headers.reduce((total, { recordCount }) => total + recordCount, 0)
  const records = new FetchedRecords(from, capacity)
  const filter = new AbortedFilter(fetched.aborted)
  for (const header of headers) {
    if (filter.lets(header, fetched.batches)) records.addBatch(header, bodyOf(fetched.batches, header), from)
    if (header.baseOffset > records.next) records.hole ??= records.next
    records.next = Math.max(records.next, header.lastOffset + 1)
  }
  return records
}

/** Those of the batches that are there as a whole, which the checksum proves. */
function readHeaders(bytes: Buffer): BatchHeader[] {
  const headers: BatchHeader[] = []
  for (let header = readHeader(bytes, 0); header !== null; header = readHeader(bytes, header.end)) {
    verifyChecksum(bytes, header)
    headers.push(header)
  }
  return headers
}

function readHeader(bytes: Buffer, start: number): BatchHeader | null {
  if (start + headerBytes > bytes.length) return null
  const end = start + prefixBytes + bytes.readInt32BE(start + 8)
  if (end > bytes.length) return null
  const baseOffset = Number(bytes.readBigInt64BE(start))
  const magic = bytes[start + magicAt]
  if (magic !== 2) throw corrupt(baseOffset, `format ${magic ?? 'unknown'} is not 2`)
  return {
    start,
    end,
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + lastOffsetDeltaAt),
    attributes: bytes.readInt16BE(start + attributesAt),
    baseTimestampMs: Number(bytes.readBigInt64BE(start + baseTimestampAt)),
    producerId: bytes.readBigInt64BE(start + producerIdAt),
    recordCount: bytes.readInt32BE(start + recordCountAt),
  }
}

function verifyChecksum(bytes: Buffer, header: BatchHeader): void {
  const stated = bytes.readUInt32BE(header.start + checksumAt)
  if (crc32c(bytes.subarray(header.start + attributesAt, header.end)) !== stated) {
    throw corrupt(header.baseOffset, 'the checksum differs')
  }
}

function bodyOf(bytes: Buffer, header: BatchHeader): { readonly source: Buffer; readonly start: number } {
  const codec = codecNames[header.attributes & codecMask]
  const start = header.start + headerBytes
  if (codec === 'none') return { source: bytes, start }
  if (codec === 'gzip') return { source: unzipped(bytes.subarray(start, header.end), header), start: 0 }
  throw new FalseworkError(
    'UNSUPPORTED_CODEC',
    `the batch at offset ${header.baseOffset} is compressed with ${codec ?? 'an unknown codec'}`,
  )
}

function unzipped(bytes: Buffer, header: BatchHeader): Buffer {
  try {
    return gunzipSync(bytes)
  } catch (cause) {
    throw corrupt(header.baseOffset, cause instanceof Error ? cause.message : 'not gzip')
  }
}

const corrupt = (offset: number, what: string): FalseworkError =>
  new FalseworkError('CORRUPT_BATCH', `the batch at offset ${offset} cannot be read: ${what}`)

/**
 * Leaves out what belongs to aborted transactions. The broker lists them in the order in which they were *completed*,
 * so they are sorted by first offset; markers are known by the control bit alone, never by their key; and every entry
 * that starts at or before a batch counts, not one per batch.
 */
class AbortedFilter {
  private readonly waiting: AbortedTransaction[]
  private readonly active = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.waiting = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  lets(header: BatchHeader, bytes: Buffer): boolean {
    for (let first = this.waiting[0]; first !== undefined && first.firstOffset <= header.lastOffset; ) {
      this.active.add(first.producerId)
      this.waiting.shift()
      first = this.waiting[0]
    }
    if ((header.attributes & controlBit) !== 0) {
      if (isAbortMarker(bytes, header)) this.active.delete(header.producerId)
      return false
    }
    return (header.attributes & transactionalBit) === 0 || !this.active.has(header.producerId)
  }
}

/** The key of a control record: version int16, type int16; type 0 is abort. */
function isAbortMarker(bytes: Buffer, header: BatchHeader): boolean {
  const cursor = new VarintCursor(bytes, header.start + headerBytes)
  cursor.next()
  cursor.position += 1
  cursor.nextLong()
  cursor.next()
  const key = cursor.take(cursor.next())
  return key.length >= 4 && key.readInt16BE(2) === 0
}
