/** Dates and times under `time.precision.mode=adaptive_time_microseconds`, with PostgreSQL's infinities. */
import { NEGATIVE_INFINITY, POSITIVE_INFINITY } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { formatInstant, parseInstant } from '../../values/instant-text.ts'
import { encodeInteger, exactInteger } from './number-codecs.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from './value-codec.ts'

/**
 * What the connector sends for an infinite date, as days: the constants of its `PostgresValueConverter`. PostgreSQL
 * holds none of them as a finite date, so those of every release are read. The last is the newest release's (3.7).
 */
const infiniteDays = { positive: [-2_147_472_692, 2_146_033_979], negative: [-2_147_472_691] }

/** PostgreSQL's dates: 4714-11-24 BC to 5874897-12-31. What is outside was written by nobody. */
const days = { first: -2_440_588, last: 2_145_042_905 }
/** Its timestamps begin on the same day and end with the year 294276; in µs the connector's long ends a little earlier. */
const us = { first: -210_866_803_200_000_000n, last: 9_224_318_015_999_999_999n }

/** `io.debezium.time.Date`: days since 1970-01-01. */
export function dateCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'date' },
    decode: (raw) => {
      if (typeof raw !== 'number' || !Number.isInteger(raw)) throw decodeError(column, 'a number of days', raw)
      if (infiniteDays.positive.includes(raw)) return POSITIVE_INFINITY
      if (infiniteDays.negative.includes(raw)) return NEGATIVE_INFINITY
      if (raw < days.first || raw > days.last) throw decodeError(column, 'a date that PostgreSQL can hold', raw)
      return raw + 0
    },
    encode: (value) => {
      if (value === POSITIVE_INFINITY) return infiniteDays.positive.at(-1)
      if (value === NEGATIVE_INFINITY) return infiniteDays.negative.at(-1)
      if (typeof value === 'number' && Number.isInteger(value)) return value
      throw encodeError(column, 'a number of days')
    },
  }
}

const nsPerUs = 1_000n
/** 24:00:00 is a time of day in PostgreSQL. */
const usPerDay = 86_400_000_000n

/** `io.debezium.time.MicroTime`: µs of the day, at any precision. */
export function timeCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'time' },
    decode: (raw) => {
      const us = exactInteger(raw, column)
      if (us < 0n || us > usPerDay) throw decodeError(column, 'microseconds of a day', raw)
      return us * nsPerUs
    },
    encode: (value) => {
      if (typeof value === 'bigint' && value % nsPerUs === 0n) return encodeInteger(value / nsPerUs)
      throw encodeError(column, 'a time of whole microseconds')
    },
  }
}

/**
 * What the connector sends for an infinite timestamp without zone, in its unit (µs, ms). Until 3.6 the JDBC driver's
 * `DATE_POSITIVE_INFINITY` and `DATE_NEGATIVE_INFINITY` taken as µs, or as ms; since 3.7 the limits of a long, and the
 * driver's constants. None of them is a time that PostgreSQL can hold.
 */
const infinities = {
  us: {
    positive: [9_223_372_036_825_200_000n, 9_223_372_036_854_775_807n],
    negative: [-9_223_372_036_832_400_000n, -9_223_372_036_854_775_808n],
  },
  ms: {
    positive: [9_223_372_036_825_200n, 9_223_372_036_825_200_000n],
    negative: [-9_223_372_036_832_400n, -9_223_372_036_832_400_000n],
  },
}

/**
 * The years 2000 to 2100 in µs. As ms they are the years 31969 to 131971, which a column of at most three digits holds
 * by nobody's mistake: years such as 20226 lie before them, and PostgreSQL's last one, 294276, behind.
 */
const likelyUs = { first: 946_684_800_000_000n, last: 4_102_444_800_000_000n }

/** `io.debezium.time.Timestamp` (ms) up to three digits of fraction, `io.debezium.time.MicroTimestamp` (µs) beyond. */
export function localDateTimeCodec({ column, modifiers }: CodecContext): ValueCodec {
  const [digits = 6] = modifiers
  const usPerUnit = digits <= 3 ? 1_000n : 1n
  const { positive, negative } = digits <= 3 ? infinities.ms : infinities.us
  return {
    type: { kind: 'localdatetime' },
    decode: (raw) => {
      const units = exactInteger(raw, column)
      if (positive.includes(units)) return POSITIVE_INFINITY
      if (negative.includes(units)) return NEGATIVE_INFINITY
      if (digits <= 3 && units >= likelyUs.first && units <= likelyUs.last) throw lookRetyped(column)
      return possibleInstant(units * usPerUnit, { column, raw })
    },
    encode: (value) => {
      const special = value === POSITIVE_INFINITY ? positive : value === NEGATIVE_INFINITY ? negative : []
      const newest = special.at(-1)
      if (newest !== undefined) return encodeInteger(newest)
      if (typeof value === 'bigint' && value % usPerUnit === 0n) return encodeInteger(value / usPerUnit)
      throw encodeError(column, `a date and time of ${digits} digits of fraction`)
    },
  }
}

const lookRetyped = (column: string): ValueError =>
  new ValueError(
    'schemaDrift',
    `column ${column}: microseconds where the catalog promises milliseconds, as if the column had been retyped to more than three digits`,
  )

/** `io.debezium.time.ZonedTimestamp`: an instant as ISO text. */
export function instantCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'timestamp' },
    decode: (raw) => {
      if (raw === 'infinity') return POSITIVE_INFINITY
      if (raw === '-infinity') return NEGATIVE_INFINITY
      const instant = typeof raw === 'string' ? parseInstant(raw) : null
      if (instant === null) throw decodeError(column, 'an ISO timestamp with a zone', raw)
      return possibleInstant(instant, { column, raw })
    },
    encode: (value) => {
      if (value === POSITIVE_INFINITY) return 'infinity'
      if (value === NEGATIVE_INFINITY) return '-infinity'
      if (typeof value === 'bigint') return formatInstant(value)
      throw encodeError(column, 'an instant')
    },
  }
}

function possibleInstant(
  instantUs: bigint,
  { column, raw }: { readonly column: string; readonly raw: unknown },
): bigint {
  if (instantUs >= us.first && instantUs <= us.last) return instantUs
  throw decodeError(column, 'a time that PostgreSQL can hold', raw)
}
