/** Dates and times as PostgreSQL writes them under DateStyle ISO, TimeZone UTC and IntervalStyle iso_8601. */
import { daysOf } from '../values/calendar.ts'
import { NEGATIVE_INFINITY, POSITIVE_INFINITY, type Value } from '../values/value.ts'

const usPerSecond = 1_000_000n
const usPerDay = 86_400n * usPerSecond

const infinities: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['infinity', POSITIVE_INFINITY],
  ['-infinity', NEGATIVE_INFINITY],
])

const date = /^(\d{4,})-(\d\d)-(\d\d)$/
const time = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/
const zone = /^(.*)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

/** Days since 1970-01-01, or an infinity; null for another text. */
export function databaseDate(text: string): Value {
  return infinities.get(text) ?? daysIn(text.replace(/ BC$/, ''), text.endsWith(' BC'))
}

/** Microseconds of the day; null for another text. */
export function databaseTimeUs(text: string): bigint | null {
  const [, hours, minutes, seconds, fraction = ''] = time.exec(text) ?? []
  if (hours === undefined) return null
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return BigInt(whole) * usPerSecond + BigInt(fraction.padEnd(6, '0'))
}

/** Microseconds since the epoch of a timestamp, its zone being UTC where it has one, or an infinity; null for another text. */
export function databaseTimestamp(text: string): Value {
  const infinity = infinities.get(text)
  if (infinity !== undefined) return infinity
  const [day = '', clock = ''] = text.replace(/ BC$/, '').split(' ')
  const days = daysIn(day, text.endsWith(' BC'))
  const us = databaseTimeUs(clock.replace(/\+00$/, ''))
  return days === null || us === null ? null : BigInt(days) * usPerDay + us
}

function daysIn(text: string, beforeChrist: boolean): number | null {
  const [, year, month, day] = date.exec(text) ?? []
  if (year === undefined) return null
  return daysOf({ year: beforeChrist ? 1 - Number(year) : Number(year), month: Number(month), day: Number(day) })
}

/** Of a time with a zone, the microseconds of the day in UTC, which is all that the connector keeps of it. */
export function zonedTimeUs(text: string): bigint | null {
  const [, clock = '', sign, hours = '0', minutes = '0', seconds = '0'] = zone.exec(text.replace(/Z$/, '+00')) ?? []
  const us = databaseTimeUs(clock)
  if (us === null || sign === undefined) return null
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  const inUtc = us + (sign === '-' ? 1n : -1n) * BigInt(offset) * usPerSecond
  return ((inUtc % usPerDay) + usPerDay) % usPerDay
}

const interval =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?$/

/** Months, days and microseconds, which are what an interval is; null for another text. */
export function intervalParts(text: string): string | null {
  const match = interval.exec(text)
  if (match === null) return null
  const part = (index: number): bigint => BigInt(match[index] ?? 0)
  const [sign, fraction = ''] = [match[6] === '-' ? -1n : 1n, match[8]]
  const seconds = sign * (part(7) * usPerSecond + BigInt(fraction.slice(0, 6).padEnd(6, '0')))
  const us = (part(4) * 3600n + part(5) * 60n) * usPerSecond + seconds
  return `${part(1) * 12n + part(2)} months ${part(3)} days ${us} us`
}
