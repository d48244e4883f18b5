/** Local times to instants and back, by the time zone database of the JavaScript engine. */
import { floorDivide } from '../../../values/calendar.ts'

export interface TimeZone {
  /** µs "as if UTC" to µs since the epoch; in a gap by the later offset, in an overlap by the first. */
  readonly instantOf: (localUs: bigint) => bigint
  /** µs since the epoch to µs "as if UTC". */
  readonly localOf: (instantUs: bigint) => bigint
}

const msPerDay = 86_400_000
const usPerDay = 86_400_000_000n
/** The last day that a Date holds, less those that are looked at around it. */
const daysMax = 100_000_000 - 3
/** Keeps a stream of random dates from filling the memory. */
const knownDaysMax = 10_000

/** Null: the engine knows no such zone. */
export function timeZone(name: string): TimeZone | null {
  const format = formatIn(name)
  if (format === null) return null
  const offsetsOf = remembered((day) => offsetsOfDay(format, day * msPerDay))
  const offsetOf = remembered((day) => steadyOffset(format, day * msPerDay))
  return {
    instantOf: (localUs) => {
      const { firstUs, changesAtUs, lastUs } = offsetsOf(dayOf(localUs))
      return localUs - (localUs < changesAtUs ? firstUs : lastUs)
    },
    localOf: (instantUs) => {
      const steady = offsetOf(dayOf(instantUs))
      return instantUs + (steady ?? microseconds(offsetAt(format, Number(floorDivide(instantUs, 1000n)))))
    },
  }
}

/** A database's range is wider than that of Date; out there no offset changes any more. */
const dayOf = (us: bigint): number => Math.min(Math.max(Number(floorDivide(us, usPerDay)), -daysMax), daysMax)

/** Asking the engine takes some 10 µs; most values of a stream lie in a few days. */
function remembered<T>(ask: (day: number) => T): (day: number) => T {
  const days = new Map<number, T>()
  return (day) => {
    const known = days.get(day)
    if (known !== undefined || days.has(day)) return known as T
    if (days.size >= knownDaysMax) days.clear()
    const answer = ask(day)
    days.set(day, answer)
    return answer
  }
}

/** How far the zone is ahead of UTC, in µs, on a day of UTC; null: it changes on that day. */
function steadyOffset(format: Intl.DateTimeFormat, startMs: number): bigint | null {
  const first = offsetAt(format, startMs)
  return first === offsetAt(format, startMs + msPerDay - 1) ? microseconds(first) : null
}

/** How far the zone is ahead of UTC in a local day: it changes once at most. */
interface OffsetsOfDay {
  readonly firstUs: bigint
  /** The first local time that `lastUs` is for. */
  readonly changesAtUs: bigint
  readonly lastUs: bigint
}

function offsetsOfDay(format: Intl.DateTimeFormat, localMs: number): OffsetsOfDay {
  const first = localOffset(format, localMs)
  const last = localOffset(format, localMs + msPerDay - 1000)
  let [before, change] = [localMs, first === last ? localMs : localMs + msPerDay - 1000]
  while (change - before > 1000) {
    const middle = before + Math.floor((change - before) / 2000) * 1000
    if (localOffset(format, middle) === last) change = middle
    else before = middle
  }
  return { firstUs: microseconds(first), changesAtUs: microseconds(change), lastUs: microseconds(last) }
}

const microseconds = (ms: number): bigint => BigInt(ms) * 1000n

function formatIn(timeZoneName: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timeZoneName,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return null
  }
}

/**
 * Milliseconds that the zone is ahead of UTC at a local time. Offsets are less than a day, so that a day before and
 * after are the instants with the offsets on both sides of a change nearby.
 */
function localOffset(format: Intl.DateTimeFormat, localMs: number): number {
  const before = offsetAt(format, localMs - msPerDay)
  return offsetAt(format, localMs - before) === before ? before : offsetAt(format, localMs + msPerDay)
}

/** Milliseconds that the zone is ahead of UTC at an instant. */
function offsetAt(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts = new Map(format.formatToParts(new Date(instantMs)).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  const local = new Date(0)
  local.setUTCFullYear(year, number('month') - 1, number('day'))
  local.setUTCHours(number('hour'), number('minute'), number('second'))
  return local.getTime() - Math.floor(instantMs / 1000) * 1000
}
