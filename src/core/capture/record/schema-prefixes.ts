/**
 * Records that JsonConverter has written with their schemas, `{"schema":…,"payload":…}`. All that stands before the
 * payload is compared with what was there before, byte by byte: kilobytes a record that are the same each time.
 */
import { type RawRecords, type RecordPlace, recordError } from './raw-records.ts'
import { parseObject, readText, valueBytesMax } from './record-json.ts'

/** One for each table and each state of it, some kilobytes each: as many as tables that change at the same time. */
const prefixesMax = 256

const opening = Buffer.from('{"schema":')
const payloadOpening = Buffer.from(',"payload":')
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
/** The letter with which `null` begins. */
const nullLetter = 0x6e

/** What keys, or values, of one source begin with. */
export class SchemaPrefixes {
  /** Each was once the beginning of a whole record that `JSON.parse` has read. The one that came last stands first. */
  private readonly known: Buffer[] = []

  /**
   * The payload, a slice of the same bytes: JSON if and only if the record is. Raises `FORMAT_MISMATCH` for what is
   * not written as JsonConverter writes it, and what record-json.ts raises.
   */
  payloadOf(bytes: Buffer, at: RecordPlace): Buffer {
    const isClosed = bytes[bytes.length - 1] === closeBrace
    const prefixLength = (isClosed ? this.find(bytes) : null) ?? this.learn(bytes, at)
    return bytes.subarray(prefixLength, bytes.length - 1)
  }

  private find(bytes: Buffer): number | null {
    const { known } = this
    for (let index = 0; index < known.length; index += 1) {
      // `index` is below the length.
      const prefix = known[index] as Buffer
      const { length } = prefix
      if (bytes.length <= length || bytes.compare(prefix, 0, length, 0, length) !== 0) continue
      if (index > 0) {
        known.splice(index, 1)
        known.unshift(prefix)
      }
      return length
    }
    return null
  }

  private learn(bytes: Buffer, at: RecordPlace): number {
    parseObject(readText(bytes, valueBytesMax, at), at)
    const length = prefixEnd(bytes)
    if (length === null) {
      throw recordError('FORMAT_MISMATCH', at, 'a record that is not a schema and its payload, as it is declared to be')
    }
    // A copy: the bytes that it was learned from are let go.
    this.known.unshift(Buffer.from(bytes.subarray(0, length)))
    this.known.length = Math.min(this.known.length, prefixesMax)
    return length
  }
}

/**
 * Of JSON, an object: where the payload begins. Null where it is not the second member, behind a schema or null, or where
 * blanks stand between. What stands behind the payload makes it no JSON.
 */
function prefixEnd(bytes: Buffer): number | null {
  if (!standsAt(bytes, opening, 0) || bytes[bytes.length - 1] !== closeBrace) return null
  const first = bytes[opening.length]
  if (first !== openBrace && first !== nullLetter) return null
  const schemaEnd = valueEnd(bytes, opening.length)
  return standsAt(bytes, payloadOpening, schemaEnd) ? schemaEnd + payloadOpening.length : null
}

const standsAt = (bytes: Buffer, wanted: Buffer, at: number): boolean =>
  bytes.length >= at + wanted.length && bytes.compare(wanted, 0, wanted.length, at, at + wanted.length) === 0

/** Where a value ends in an object that is known to be JSON: at the next comma or brace that is not inside of it. */
function valueEnd(bytes: Buffer, at: number): number {
  let depth = 0
  for (let position = at; position < bytes.length; position += 1) {
    const byte = bytes[position]
    if (byte === quote) position = textEnd(bytes, position)
    else if (byte === openBrace || byte === openBracket) depth += 1
    else if (depth === 0 && (byte === comma || byte === closeBrace)) return position
    else if (byte === closeBrace || byte === closeBracket) depth -= 1
  }
  return bytes.length
}

/** The closing quote of the text whose opening one stands at `at`. */
function textEnd(bytes: Buffer, at: number): number {
  let position = at + 1
  while (position < bytes.length && bytes[position] !== quote) position += bytes[position] === backslash ? 2 : 1
  return position
}

/** A view of records with their schemas: keys and values are the payloads. */
export class PayloadRecords implements RawRecords {
  readonly whole: RawRecords
  private readonly prefixes: PrefixesOfSource

  constructor(whole: RawRecords, prefixes: PrefixesOfSource) {
    this.whole = whole
    this.prefixes = prefixes
  }

  offset(index: number): number {
    return this.whole.offset(index)
  }

  timestampMs(index: number): number {
    return this.whole.timestampMs(index)
  }

  header(index: number, name: string): Buffer | null {
    return this.whole.header(index, name)
  }

  key(index: number): Buffer | null {
    return this.payload(this.whole.key(index), index, this.prefixes.keys)
  }

  value(index: number): Buffer | null {
    return this.payload(this.whole.value(index), index, this.prefixes.values)
  }

  private payload(bytes: Buffer | null, index: number, prefixes: SchemaPrefixes): Buffer | null {
    return bytes === null ? null : prefixes.payloadOf(bytes, { records: this.whole, index })
  }
}

export interface PrefixesOfSource {
  readonly keys: SchemaPrefixes
  readonly values: SchemaPrefixes
}
