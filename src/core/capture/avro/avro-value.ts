/** From a type of a writer schema to what passes its values by, and what reads them as JsonConverter would write them. */
import type { AvroCursor } from './avro-cursor.ts'
import type { AvroType, RecordType } from './avro-type.ts'

/** Raises AvroFault for all that `Read` would raise it for: what was passed by can be read. */
export type Skip = (cursor: AvroCursor) => void
/** The JSON value, integers beyond 2^53 as bigints. Raises AvroFault. */
export type Read = (cursor: AvroCursor) => unknown

export function skipOf(type: AvroType): Skip {
  switch (type.kind) {
    case 'null':
      return () => undefined
    case 'boolean':
      return (cursor) => void cursor.boolean()
    case 'int':
      return (cursor) => void cursor.int()
    case 'long':
      return (cursor) => {
        cursor.passLong()
      }
    case 'float':
      return (cursor) => void cursor.pass(4)
    case 'double':
      return (cursor) => void cursor.pass(8)
    case 'bytes':
      return (cursor) => void cursor.passBytes()
    case 'string':
      return (cursor) => void cursor.passText()
    case 'fixed':
      return (cursor) => void cursor.pass(type.size)
    case 'enum':
      return (cursor) => void cursor.index(type.symbols.length)
    case 'array': {
      const skip = skipOf(type.items)
      return (cursor) => {
        cursor.blocks(() => {
          skip(cursor)
        })
      }
    }
    case 'map': {
      const skip = skipOf(type.values)
      return (cursor) => {
        cursor.blocks(() => {
          cursor.passText()
          skip(cursor)
        })
      }
    }
    case 'union': {
      const skips = type.branches.map(skipOf)
      return (cursor) => {
        skips[cursor.index(skips.length)]?.(cursor)
      }
    }
    case 'record': {
      const skips = type.fields.map((field) => skipOf(field.type))
      return (cursor) => {
        for (const skip of skips) skip(cursor)
      }
    }
  }
}

export function readOf(type: AvroType): Read {
  switch (type.kind) {
    case 'null':
      return () => null
    case 'boolean':
      return (cursor) => cursor.boolean()
    case 'int':
      return (cursor) => cursor.int()
    case 'long':
      return (cursor) => cursor.long()
    case 'float':
      return (cursor) => jsonNumber(shortestFloat(cursor.float()))
    case 'double':
      return (cursor) => jsonNumber(cursor.double())
    case 'bytes':
      return (cursor) => readBase64(cursor, cursor.passBytes())
    case 'string':
      return readText
    case 'fixed':
      return (cursor) => readBase64(cursor, cursor.pass(type.size))
    case 'enum':
      return (cursor) => type.symbols[cursor.index(type.symbols.length)]
    case 'array':
      return readList(readOf(type.items))
    case 'map':
      return readMap(readOf(type.values))
    case 'union': {
      const reads = type.branches.map(readOf)
      return (cursor) => reads[cursor.index(reads.length)]?.(cursor)
    }
    case 'record':
      return type.isMapEntry ? readPair(type) : readRecord(type)
  }
}

function readText(cursor: AvroCursor): string {
  const start = cursor.passText()
  return cursor.bytes.toString('utf8', start, cursor.at)
}

/** For texts that are the same in nearly all records. Each reader remembers its own. */
export function readTextAgain(): Read {
  let known: KnownText = { bytes: Buffer.alloc(0), text: '' }
  return (cursor) => {
    const start = cursor.passText()
    const size = cursor.at - start
    let same = size === known.bytes.length
    for (let index = 0; same && index < size; index += 1) same = cursor.bytes[start + index] === known.bytes[index]
    // A copy: the bytes of a record are let go.
    if (!same) known = copyOf(cursor.bytes, start, cursor.at)
    return known.text
  }
}

interface KnownText {
  readonly bytes: Buffer
  readonly text: string
}

function copyOf(bytes: Buffer, start: number, end: number): KnownText {
  const copy = Buffer.from(bytes.subarray(start, end))
  return { bytes: copy, text: copy.toString('utf8') }
}

const readBase64 = (cursor: AvroCursor, start: number): string => cursor.bytes.toString('base64', start, cursor.at)

const readList =
  (read: Read): Read =>
  (cursor) => {
    const items: unknown[] = []
    cursor.blocks(() => items.push(read(cursor)))
    return items
  }

const readMap =
  (read: Read): Read =>
  (cursor) => {
    const entries: [string, unknown][] = []
    cursor.blocks(() => entries.push([readText(cursor), read(cursor)]))
    return Object.fromEntries(entries)
  }

function readRecord({ fields }: RecordType): Read {
  const reads = fields.map(({ name, type }) => [name, readOf(type)] as const)
  return (cursor) => Object.fromEntries(reads.map(([name, read]) => [name, read(cursor)]))
}

function readPair({ fields }: RecordType): Read {
  const reads = fields.map(({ type }) => readOf(type))
  return (cursor) => reads.map((read) => read(cursor))
}

/** JSON has no number for these three: JsonConverter writes them as text. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

const smallestNormal = 2 ** -126
/** So many digits tell any float from all others. */
const floatDigitsMax = 9
/** Whole numbers below it are floats, each of them. */
const wholeMax = 2 ** 24

/** The double of the decimal that Java writes for a float: the shortest that is this float, of two digits at least. */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < wholeMax)) return value
  // Every decimal of six digits is the one of its float, but near 0, where floats have fewer digits.
  for (let digits = Math.abs(value) < smallestNormal ? 2 : 6; digits < floatDigitsMax; digits += 1) {
    const decimal = Number(value.toPrecision(digits))
    if (Math.fround(decimal) === value) return decimal
  }
  return Number(value.toPrecision(floatDigitsMax))
}
