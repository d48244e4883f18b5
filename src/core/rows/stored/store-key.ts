/**
 * Keys of the row store: bytes as text, one character for each (latin1), so that text order is byte order. A row stands
 * under its table and its key, whose values keep their order: the tuple encoding of FoundationDB (design/tuple.md),
 * with a text of its own for numbers that are not whole.
 */
import { hash } from 'node:crypto'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { TableName } from '../../catalog/catalog.ts'

export type StoreKey = string & { readonly __brand: 'StoreKey' }

/** Longer words of facts are hashed. */
const textMax = 256

/** LMDB takes keys of up to 1,978 bytes. Keys of rows that would be longer are hashed, and have lost their order. */
export const keyBytesMax = 1_024

/** Key spaces: rows, marks of rows, and facts about tables; entries of indexes have one of their own. */
const rowSpace = 'r'
const markSpace = 'n'
const facts = 'f'

/** Type codes: before each value of a tuple; greater than the zero that ends what stands before them. */
const textCode = '\u0002'
/** Whole numbers: so many bytes above or below it, as the number has. */
const zeroCode = 0x20
const bytesMax = 12
const fractionCode = '\u0040'
const falseCode = '\u0041'
const trueCode = '\u0042'
/** Greater than all of them. */
const hashedCode = '\u007f'

/** Keys from `from` up to but without `to`. */
export interface StoreSpace {
  readonly from: StoreKey
  readonly to: StoreKey
}

/** Where the rows of a table stand. */
export const rowRange = (table: TableName): StoreSpace => rangeOf(rowSpace, table)

/** Where the marks of its rows stand, in their order. */
export const markRange = (table: TableName): StoreSpace => rangeOf(markSpace, table)

function rangeOf(space: string, table: TableName): StoreSpace {
  const name = bytesOfText(table)
  return { from: `${space}${name}\u0000` as StoreKey, to: `${space}${name}\u0001` as StoreKey }
}

export const markOfRowKey = (key: StoreKey): StoreKey => (markSpace + key.slice(rowSpace.length)) as StoreKey

export const rowKeyOfMark = (mark: StoreKey): StoreKey => (rowSpace + mark.slice(markSpace.length)) as StoreKey

/** Where facts stand. */
export const factSpace: StoreSpace = { from: facts as StoreKey, to: 'g' as StoreKey }

/** Of a kind of fact, and what it is about. */
export const factKey = (...words: readonly [string, ...string[]]): StoreKey =>
  (facts + words.map((word) => encoded(word.length > textMax ? hash('sha256', word) : word)).join('')) as StoreKey

/** Gives the key of a row; `from` is where the rows of its table begin. Columns come in the order of the table's key. */
export function rowKey(from: StoreKey, key: RowImage): StoreKey {
  let tuple = ''
  for (const column of key.columns) tuple += encoded(key.get(column))
  if (from.length + tuple.length <= keyBytesMax) return (from + tuple) as StoreKey
  return (from + hashedCode + hash('sha256', tuple)) as StoreKey
}

function encoded(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? wholeNumber(value) : fraction(value)
  if (typeof value === 'string') return `${textCode}${bytesOfText(value).replaceAll('\u0000', '\u0000\u00ff')}\u0000`
  if (typeof value === 'bigint') return bigNumber(value)
  if (typeof value === 'boolean') return value ? trueCode : falseCode
  // A key has plain values (`row-keys.ts`); anything else tells rows apart by its JSON.
  return encoded(JSON.stringify(value))
}

function wholeNumber(value: number): string {
  if (value === 0) return String.fromCharCode(zeroCode)
  const negative = value < 0
  let rest = negative ? -value : value
  let bytes = ''
  let size = 0
  while (rest > 0) {
    const byte = rest % 256
    bytes = String.fromCharCode(negative ? 255 - byte : byte) + bytes
    rest = (rest - byte) / 256
    size += 1
  }
  return String.fromCharCode(negative ? zeroCode - size : zeroCode + size) + bytes
}

function bigNumber(value: bigint): string {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return wholeNumber(Number(value))
  }
  const negative = value < 0n
  let hex = (negative ? -value : value).toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length > bytesMax) return encoded(value.toString())
  if (negative) for (let at = 0; at < bytes.length; at += 1) bytes[at] = 255 - (bytes[at] ?? 0)
  return String.fromCharCode(negative ? zeroCode - bytes.length : zeroCode + bytes.length) + bytes.toString('latin1')
}

/** Its order is that of its text. */
const fraction = (value: number): string => `${fractionCode}${String(value)}\u0000`

const beyondLatin = /[^\u0000-\u007f]/

/** UTF-8, as text of one character for each byte. */
export const bytesOfText = (text: string): string =>
  beyondLatin.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text

/** All changes of a batch, before any of them is carried out. Raises RangeError for a key without bytes, or too many. */
export function storedChanges(
  entries: Iterable<readonly [StoreKey, Buffer | null]>,
): readonly (readonly [StoreKey, Buffer | null])[] {
  const changes = [...entries]
  for (const [{ length }] of changes) {
    if (length === 0 || length > keyBytesMax) {
      throw new RangeError(`expected a key of 1 to ${keyBytesMax} bytes, got one of ${length}`)
    }
  }
  return changes
}
