/** Time as the shop writes it: what the clock on the wall in Berlin shows, without a zone. Instants are µs since 1970. */

const usPerHour = 3_600_000_000

/** `2026-03-29T03:15:00.000001`: the wall time of an instant. */
export function wallTime(instantUs: number): string {
  return textOf(instantUs + offsetHours(instantUs) * usPerHour)
}

/** RFC 3339 in UTC, with microseconds. */
export const instantText = (instantUs: number): string => `${textOf(instantUs)}Z`

/** In the hour that the wall shows twice, the first of the two instants. */
export function instantOfWall(wall: string): number {
  const asUtc = microsOf(wall)
  const inSummer = asUtc - 2 * usPerHour
  return wallTime(inSummer) === wall ? inSummer : asUtc - usPerHour
}

/** Of a wall time: 20260329. */
export const dayNumber = (wall: string): number => Number(wall.slice(0, 10).replaceAll('-', ''))

/** Of a text that `textOf` wrote. */
export function microsOf(text: string): number {
  return Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(text.slice(20, 26))
}

function textOf(us: number): string {
  const fraction = String(us % 1_000_000).padStart(6, '0')
  return `${new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, 19)}.${fraction}`
}

/** Summer time in the European Union: from the last Sunday of March to that of October, each at 01:00 UTC. */
function offsetHours(instantUs: number): 1 | 2 {
  const year = new Date(instantUs / 1000).getUTCFullYear()
  return instantUs >= lastSundayUs(year, 2) && instantUs < lastSundayUs(year, 9) ? 2 : 1
}

/** At 01:00 UTC; months count from 0 and both have 31 days. */
function lastSundayUs(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month, 31))
  return Date.UTC(year, month, 31 - lastDay.getUTCDay(), 1) * 1000
}
