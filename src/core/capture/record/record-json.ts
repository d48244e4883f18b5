/** The JSON of a record: refused when malformed, parsed again when a number was rounded. */
import { isUtf8 } from 'node:buffer'
import { judgeNumbers, NumberOutOfRange, parseExactly } from '../../values/exact-json.ts'
import { type RecordPlace, recordError } from './raw-records.ts'

/** Far above what a broker takes by default (1 MB), far below what a process can hold. */
export const valueBytesMax = 64 * 1024 * 1024
export const keyBytesMax = 1024 * 1024

export type JsonObject = Readonly<Record<string, unknown>>

/** Raises `TOO_LARGE` and `BAD_UTF8`: a byte that is no text is refused, never replaced. */
export function readText(bytes: Buffer, bytesMax: number, at: RecordPlace): string {
  if (bytes.length > bytesMax) throw recordError('TOO_LARGE', at, `more than ${bytesMax} bytes`)
  if (!isUtf8(bytes)) throw recordError('BAD_UTF8', at, 'bytes that are not UTF-8')
  return bytes.toString('utf8')
}

/** Numbers beyond 2^53 are rounded in the result: see `isRounded`. Raises `BAD_JSON`. */
export function parseObject(text: string, at: RecordPlace): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold anybody's data.
    throw recordError('BAD_JSON', at, 'no JSON')
  }
  if (!isObject(parsed)) throw recordError('BAD_JSON', at, 'JSON, but no object')
  return parsed
}

/** Whether a number in this row was rounded, so that `parseObjectExactly` is needed. Raises `TOO_LARGE`. */
export function isRounded(row: JsonObject, at: RecordPlace): boolean {
  const verdict = judgeNumbers(row)
  if (verdict === 'tooDeep') throw recordError('TOO_LARGE', at, 'a value that is nested too deeply')
  if (verdict === 'tooWide') throw recordError('TOO_LARGE', at, 'a row of too many columns')
  return verdict === 'rounded'
}

/** Of a text that `parseObject` has accepted. Raises `NUMBER_OUT_OF_RANGE`. */
export function parseObjectExactly(text: string, at: RecordPlace): JsonObject {
  try {
    return parseExactly(text) as JsonObject
  } catch (error) {
    if (error instanceof NumberOutOfRange) {
      throw recordError('NUMBER_OUT_OF_RANGE', at, 'a number that no double can hold')
    }
    throw error
  }
}

/** A row or key that stands alone, every integer exact. */
export function parseRow(text: string, at: RecordPlace): JsonObject {
  const row = parseObject(text, at)
  return isRounded(row, at) ? parseObjectExactly(text, at) : row
}

/** A key with its text. */
export function readKey(key: Buffer, at: RecordPlace): { readonly text: string; readonly row: JsonObject } {
  const text = readText(key, keyBytesMax, at)
  return { text, row: parseRow(text, at) }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
