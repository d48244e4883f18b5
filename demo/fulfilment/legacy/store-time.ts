/** Time as the shop's tables have it. Instants are µs since 1970, days are counted from 1970-01-01. */

const usPerMinute = 60_000_000n
const usPerDay = 86_400_000_000n

const inBerlin = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' })

/** The instant at which the clocks of the stores show a time, given as if it were UTC; the first of two. */
export function instantOfStoreTime(wallUs: bigint): bigint {
  const candidates = [wallUs - usPerDay, wallUs + usPerDay].map((near) => wallUs - offsetAt(near))
  const [first = wallUs] = candidates
  return candidates.find((instant) => instant + offsetAt(instant) === wallUs) ?? first
}

/** The day that the calendars of the stores show at an instant. */
export const storeDayOf = (instantUs: bigint): number => Number((instantUs + offsetAt(instantUs)) / usPerDay)

/** What the clocks of the stores show at an instant, without a zone. */
export const storeTimeOf = (instantUs: bigint): string => textOfInstant(instantUs + offsetAt(instantUs)).slice(0, -1)

function offsetAt(instantUs: bigint): bigint {
  const parts = inBerlin.formatToParts(Number(instantUs / 1000n))
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [hours = 0, minutes = 0] = name.replace('GMT', '').split(':').map(Number)
  return BigInt(hours * 60 + minutes) * usPerMinute
}

/** Of RFC 3339 in UTC, by `Z` or `+00:00`, with up to six digits of a second. */
export function instantOfText(text: string): bigint {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  return BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

/** 20260131 as days since 1970; null for a day that does not exist. */
export function dayOfNumber(number: number): number | null {
  const digits = String(number).padStart(8, '0')
  return dayOfText(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`)
}

/** Days since 1970 as 20260131. */
export const numberOfDay = (day: number): number => Number(textOfDay(day).replaceAll('-', ''))

/** 2026-01-31 as days since 1970; null for a day that does not exist. */
export function dayOfText(text: string): number | null {
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms / 86_400_000 : null
}

/** Days since 1970 as 2026-01-31. */
export const textOfDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** RFC 3339 in UTC, with microseconds. */
export function textOfInstant(instantUs: bigint): string {
  const fraction = String(instantUs % 1_000_000n).padStart(6, '0')
  return `${new Date(Number(instantUs / 1000n)).toISOString().slice(0, 19)}.${fraction}Z`
}
