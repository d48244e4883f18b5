/** Positions of records in the bytes that hold them. */
import type { RecordBatch } from '../../../../ports/kafka/raw-log.ts'
import { VarintCursor } from '../varint-cursor.ts'
import { type BatchHeader, corruptBatch } from './batch-header.ts'

/** The records of one batch, decompressed. */
export interface BatchBody {
  readonly source: Buffer
  readonly start: number
  readonly end: number
}

/** Length, attributes, differences of time and offset, lengths of key and value, number of headers: a byte each. */
const shortestRecordBytes = 7

/** Positions of one record, in arrays side by side: nothing is allocated per record. */
export class FetchedRecords implements RecordBatch {
  count = 0
  next: number
  /** The last stable offset as the answer said it. */
  end: number
  /** The first offset that no batch covers although a later one does; null: they follow one another. */
  hole: number | null = null
  codec: string | null = null
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
    const at = index * placeSize
    const source = this.sources[this.places[at] ?? 0]
    if (source === undefined) return null
    const cursor = new VarintCursor(source, this.places[at + 5] ?? 0)
    for (let rest = cursor.next(); rest > 0; rest--) {
      const nameSize = cursor.next()
      const isAsked = standsAt(source, { start: cursor.position, size: nameSize }, name)
      cursor.position += nameSize
      const size = cursor.next()
      if (cursor.position + Math.max(0, size) > source.length) throw this.headerLeaves(index)
      if (isAsked) return size < 0 ? Buffer.alloc(0) : cursor.take(size)
      cursor.position += Math.max(0, size)
    }
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
      if (cursor.position > source.length) throw this.headerLeaves(index)
    }
    return headers
  }

  private headerLeaves(index: number): Error {
    return corruptBatch(this.offset(index), 'a header leaves its batch')
  }

  private slice(index: number, field: 1 | 3): Buffer | null {
    const at = index * placeSize
    const start = this.places[at + field] ?? 0
    const size = this.places[at + field + 1] ?? -1
    return size < 0 ? null : (this.sources[this.places[at] ?? 0]?.subarray(start, start + size) ?? null)
  }

  /** Notes the records of one batch whose offsets are at or after `from`. */
  addBatch(header: BatchHeader, body: BatchBody, from: number): void {
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
      if (end > body.end || headersStart > end) throw corruptBatch(header.baseOffset, 'a record leaves its batch')
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
      this.codec = header.codec
    }
    if (cursor.position !== body.end) throw corruptBatch(header.baseOffset, 'it holds more than its records')
  }
}

const placeSize = 6

/** Whether a name stands there: one of ASCII is compared without making a text of the bytes. */
function standsAt(
  bytes: Buffer,
  { start, size }: { readonly start: number; readonly size: number },
  name: string,
): boolean {
  for (let index = 0; index < size; index += 1) {
    const byte = bytes[start + index] ?? 0
    if (byte > 0x7f) return bytes.toString('utf8', start, start + size) === name
    if (byte !== name.charCodeAt(index)) return false
  }
  return size === name.length
}

/** Before room is made for them: a batch cannot hold more records than its bytes allow. */
export function expectRoomForRecords({ baseOffset, recordCount }: BatchHeader, { start, end }: BatchBody): void {
  if (recordCount >= 0 && recordCount * shortestRecordBytes <= end - start) return
  throw corruptBatch(baseOffset, `${recordCount} records are not in ${end - start} bytes`)
}
