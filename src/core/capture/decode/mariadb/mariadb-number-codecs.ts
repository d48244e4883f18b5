/** Numbers that MariaDB has and PostgreSQL has not: of 8 bits, unsigned ones of 64, years. */
import { encodeInteger, exactInteger, rangedIntCodec } from '../number-codecs.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from '../value-codec.ts'

/** A truth value is 1 or 0: what else the column may hold, the connector has lost then. */
export function tinyintCodec({ first, last }: { readonly first: number; readonly last: number }) {
  const integers = rangedIntCodec({ first, last, expected: `an integer from ${first} to ${last}` })
  return (context: CodecContext): ValueCodec => {
    const { type, decode, encode } = integers(context)
    return { type, decode: (raw) => decode(typeof raw === 'boolean' ? Number(raw) : raw), encode }
  }
}

const bits = 64

/** Under `bigint.unsigned.handling.mode=long`: what is above 2^63-1 arrives as a negative number of 64 bits. */
export function unsignedBigintCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'decimal', precision: 20, scale: 0 },
    decode: (raw) => BigInt.asUintN(bits, exactInteger(raw, column)),
    encode: (value) => {
      if (typeof value === 'bigint' && BigInt.asUintN(bits, value) === value) {
        return encodeInteger(BigInt.asIntN(bits, value))
      }
      throw encodeError(column, 'an unsigned integer of 64 bits')
    },
  }
}

const years = { first: 1901, last: 2155 }
/** The year 0000, which the column may hold, counted from 1900 as the log counts years. */
const zeroYears: ReadonlySet<unknown> = new Set<unknown>([0, 1900])

/** `io.debezium.time.Year`; 0 is 0000. */
export function yearCodec({ column }: CodecContext): ValueCodec {
  const isYear = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= years.first && value <= years.last
  return {
    type: { kind: 'int' },
    decode: (raw) => {
      if (isYear(raw)) return raw
      if (zeroYears.has(raw)) return 0
      throw decodeError(column, `a year from ${years.first} to ${years.last}, or 0`, raw)
    },
    encode: (value) => {
      if (value === 0 || isYear(value)) return value
      throw encodeError(column, `a year from ${years.first} to ${years.last}, or 0`)
    },
  }
}
