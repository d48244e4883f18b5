/** `io.debezium.time.ZonedTimestamp`: ISO text with a zone, between it and µs since the epoch. */
import { dateOf, daysOf, isDate } from './calendar.ts'

const isoInstant =
  /^([+-]\d{4,9}|\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d)(?::(\d\d))?)$/

const usPerSecond = 1_000_000n

/** Null when the text is no ISO timestamp with a zone, or is finer than a microsecond. */
export function parseInstant(text: string): bigint | null {
  const match = isoInstant.exec(text)
  if (match === null) return null
  const part = (index: number): number => Number(match[index] ?? 0)
  const date = { year: part(1), month: part(2), day: part(3) }
  const fraction = (match[7] ?? '').padEnd(9, '0')
  if (!isDate(date) || part(4) > 23 || part(5) > 59 || part(6) > 59 || !fraction.endsWith('000')) return null
  const zoneSign = match[8] === '-' ? -1 : 1
  const zoneSeconds = zoneSign * (part(9) * 3600 + part(10) * 60 + part(11))
  const seconds = daysOf(date) * 86_400 + part(4) * 3600 + part(5) * 60 + part(6) - zoneSeconds
  return BigInt(seconds) * usPerSecond + BigInt(fraction.slice(0, 6))
}

/** In UTC with six digits of fraction, as Java writes the year. */
export function formatInstant(us: bigint): string {
  const usOfDay = ((us % usPerDay) + usPerDay) % usPerDay
  const seconds = Number(usOfDay / usPerSecond)
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':')
  const fraction = (usOfDay % usPerSecond).toString().padStart(6, '0')
  return `${formatDate(Number((us - usOfDay) / usPerDay))}T${time}.${fraction}Z`
}

/** Days since 1970-01-01 as a calendar day, with a sign before a year that has not four digits. */
export function formatDate(days: number): string {
  const { year, month, day } = dateOf(days)
  return `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}`
}

const usPerDay = 86_400n * usPerSecond

const twoDigits = (value: number): string => value.toString().padStart(2, '0')

function formatYear(year: number): string {
  const digits = Math.abs(year).toString().padStart(4, '0')
  if (year < 0) return `-${digits}`
  return year > 9999 ? `+${digits}` : digits
}
