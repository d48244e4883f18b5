/** Dates and times of MariaDB under `time.precision.mode=adaptive_time_microseconds`. It has no infinite ones. */
import { ValueError } from '../../../values/value-error.ts'
import { formatInstant, parseInstant } from '../../../values/instant-text.ts'
import { encodeInteger, exactInteger } from '../number-codecs.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from '../value-codec.ts'

/** MariaDB's dates: 0000-01-01 to 9999-12-31, in days since 1970. */
const days = { first: -719_528, last: 2_932_896 }
const usPerDay = 86_400_000_000n
const us = { first: BigInt(days.first) * usPerDay, last: BigInt(days.last + 1) * usPerDay - 1n }

/** `io.debezium.time.Date`: days since 1970-01-01. */
export function calendarDateCodec({ column }: CodecContext): ValueCodec {
  const expected = 'a date from 0000-01-01 to 9999-12-31'
  const isDate = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= days.first && value <= days.last
  return {
    type: { kind: 'date' },
    decode: (raw) => {
      if (isDate(raw)) return raw + 0
      throw decodeError(column, expected, raw)
    },
    encode: (value) => {
      if (isDate(value)) return value
      throw encodeError(column, expected)
    },
  }
}

const nsPerUs = 1_000n

/** `io.debezium.time.MicroTime`. The column may also hold a span of time, below zero or above a day: it is refused. */
export function timeOfDayCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'time' },
    decode: (raw) => {
      const micros = exactInteger(raw, column)
      if (micros < 0n || micros > usPerDay) throw decodeError(column, 'a time of day, from 00:00:00 to 24:00:00', raw)
      return micros * nsPerUs
    },
    encode: (value) => {
      if (typeof value === 'bigint' && value % nsPerUs === 0n) return encodeInteger(value / nsPerUs)
      throw encodeError(column, 'a time of whole microseconds')
    },
  }
}

/** `io.debezium.time.Timestamp` (ms) up to three digits of fraction, `io.debezium.time.MicroTimestamp` (µs) beyond. */
export function dateTimeCodec({ column, modifiers }: CodecContext): ValueCodec {
  const [digits = 0] = modifiers
  const usPerUnit = digits <= 3 ? 1_000n : 1n
  return {
    type: { kind: 'localdatetime' },
    decode: (raw) => {
      const units = exactInteger(raw, column)
      if (isHeld(units * usPerUnit)) return units * usPerUnit
      // Microseconds of our time are milliseconds of years that the column cannot hold.
      if (usPerUnit > 1n && isHeld(units)) throw retyped(column)
      throw decodeError(column, 'a time from the year 0 to 9999', raw)
    },
    encode: (value) => {
      if (typeof value === 'bigint' && value % usPerUnit === 0n) return encodeInteger(value / usPerUnit)
      throw encodeError(column, `a date and time of ${digits} digits of fraction`)
    },
  }
}

const isHeld = (value: bigint): boolean => value >= us.first && value <= us.last

const retyped = (column: string): ValueError =>
  new ValueError(
    'schemaDrift',
    `column ${column}: microseconds where the catalog promises milliseconds, as if the column had been retyped to more than three digits`,
  )

/** `io.debezium.time.ZonedTimestamp`: an instant as ISO text. */
export function utcTimestampCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'timestamp' },
    decode: (raw) => {
      const instant = typeof raw === 'string' ? parseInstant(raw) : null
      if (instant === null || !isHeld(instant)) throw decodeError(column, 'an ISO timestamp with a zone', raw)
      return instant
    },
    encode: (value) => {
      if (typeof value === 'bigint') return formatInstant(value)
      throw encodeError(column, 'an instant')
    },
  }
}

/**
 * Of a nullable column: 0000-00-00 arrives as the beginning of 1970, which no TIMESTAMP can hold, or, read by a snapshot,
 * as null.
 */
export const withoutZero = ({ type, decode, encode }: ValueCodec): ValueCodec => ({
  type,
  decode: (raw) => {
    const instant = decode(raw)
    return instant === 0n ? null : instant
  },
  encode,
})
