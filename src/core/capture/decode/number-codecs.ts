/** Booleans, integers and floating-point numbers. */
import { NEGATIVE_INFINITY, NOT_A_NUMBER, POSITIVE_INFINITY, type Value } from '../../values/value.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from './value-codec.ts'

export function boolCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'bool' },
    decode: (raw) => {
      if (typeof raw === 'boolean') return raw
      throw decodeError(column, 'true or false', raw)
    },
    encode: (value) => {
      if (typeof value === 'boolean') return value
      throw encodeError(column, 'true or false')
    },
  }
}

/** smallint and integer: at most 32 bits. */
export function intCodec(bits: 16 | 32): (context: CodecContext) => ValueCodec {
  const limit = 2 ** (bits - 1)
  return rangedIntCodec({ first: -limit, last: limit - 1, expected: `an integer of ${bits} bits` })
}

/** Integers of a range that 32 bits hold. */
export function rangedIntCodec(range: {
  readonly first: number
  readonly last: number
  readonly expected: string
}): (context: CodecContext) => ValueCodec {
  const { first, last, expected } = range
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= first && value <= last
  return ({ column }) => ({
    type: { kind: 'int' },
    decode: (raw) => {
      // -0 and 0 are one integer; + 0 makes them one number.
      if (fits(raw)) return raw + 0
      throw decodeError(column, expected, raw)
    },
    encode: (value) => {
      if (fits(value)) return value
      throw encodeError(column, expected)
    },
  })
}

/** bigint and oid. Beyond 2^53 the image holds a bigint; a number there would already be rounded. */
export function longCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'long' },
    decode: (raw) => exactInteger(raw, column),
    encode: (value) => {
      if (typeof value === 'bigint') return encodeInteger(value)
      throw encodeError(column, 'a bigint')
    },
  }
}

/** The exact integer of a JSON value that was parsed without loss; raises ValueError `decode` for anything else. */
export function exactInteger(raw: unknown, column: string): bigint {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return BigInt(raw)
  if (typeof raw === 'bigint' && BigInt.asIntN(64, raw) === raw) return raw
  throw decodeError(column, 'an integer of 64 bits', raw)
}

/** A bigint as the image of a row holds it: a number where it is exact. */
export function encodeInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** JSON has no number for these three: Kafka's JsonConverter writes them as text. */
const specialNumbers: ReadonlyMap<unknown, Value> = new Map<unknown, Value>([
  ['NaN', NOT_A_NUMBER],
  ['Infinity', POSITIVE_INFINITY],
  ['-Infinity', NEGATIVE_INFINITY],
])
const specialTexts = new Map([...specialNumbers].map(([text, value]) => [value, text]))

export function floatCodec(kind: 'float' | 'double'): (context: CodecContext) => ValueCodec {
  return ({ column }) => ({
    type: { kind },
    decode: (raw) => {
      if (typeof raw === 'number') return raw + 0
      // An integer-valued double beyond 2^53 may have been read exactly: as a double it is the nearest one.
      if (typeof raw === 'bigint') return Number(raw)
      const special = specialNumbers.get(raw)
      if (special !== undefined) return special
      throw decodeError(column, 'a number, NaN or an infinity', raw)
    },
    encode: (value) => {
      if (typeof value === 'number' && Number.isFinite(value)) return value
      const text = specialTexts.get(value)
      if (text !== undefined) return text
      throw encodeError(column, 'a number, NaN or an infinity')
    },
  })
}
