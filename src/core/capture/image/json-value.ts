/** Values of JSON read from the bytes in which a scan has found them, every integer exact. */
import { judgeNumbers, parseExactly } from '../../values/exact-json.ts'

/** A whole number of so many digits, or of less, is summed up without rounding: it is below 2^53 or is seen to be not. */
const digitsMax = 16

const quote = 0x22
const minus = 0x2d
const zero = 0x30
const nine = 0x39

/**
 * What `JSON.parse` gives for the value at `start`, but integers beyond 2^53 as bigints. `plain`: no text among these
 * bytes has an escape or a character beyond ASCII.
 */
export function readValue(bytes: Buffer, start: number, end: number, plain: boolean): unknown {
  const first = bytes[start] ?? 0
  if (first === quote) return readText(bytes, start, end, plain)
  if (first === minus || (first >= zero && first <= nine)) return readNumber(bytes, start, end)
  // n, t, f
  if (first === 0x6e) return null
  if (first === 0x74) return true
  if (first === 0x66) return false
  return readNested(bytes.toString('utf8', start, end))
}

/** Of a text with its quotes. */
export function readText(bytes: Buffer, start: number, end: number, plain: boolean): string {
  if (plain) return bytes.toString('latin1', start + 1, end - 1)
  for (let at = start + 1; at < end - 1; at += 1) {
    // A backslash
    if (bytes[at] === 0x5c) return JSON.parse(bytes.toString('utf8', start, end)) as string
  }
  return bytes.toString('utf8', start + 1, end - 1)
}

function readNumber(bytes: Buffer, start: number, end: number): unknown {
  const negative = bytes[start] === minus
  const digits = negative ? start + 1 : start
  if (end - digits > digitsMax) return readLongNumber(bytes.toString('latin1', start, end))
  let value = 0
  for (let at = digits; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < zero || byte > nine) return Number(bytes.toString('latin1', start, end))
    value = value * 10 + (byte - zero)
  }
  if (value > Number.MAX_SAFE_INTEGER) return readLongNumber(bytes.toString('latin1', start, end))
  return negative ? -value : value
}

const integer = /^-?\d+$/

function readLongNumber(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) || !integer.test(text) ? value : BigInt(text)
}

function readNested(text: string): unknown {
  const parsed: unknown = JSON.parse(text)
  return judgeNumbers([parsed]) === 'rounded' ? parseExactly(text) : parsed
}
