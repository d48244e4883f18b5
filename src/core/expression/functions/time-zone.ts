/** Local times to instants, by the time zone database of the JavaScript engine. */

export interface TimeZone {
  /** µs "as if UTC" to µs since the epoch; in a gap by the later offset, in an overlap by the first. */
  readonly instantOf: (localUs: bigint) => bigint
}

const usPerMs = 1000n
const msPerDay = 86_400_000
/** The last instant that a Date holds, less the days that are looked at around a local time. */
const msMax = 8.64e15 - 2 * msPerDay
/** Keeps a stream of random dates from filling the memory. */
const daysMax = 10_000

/** Null: the engine knows no such zone. */
export function timeZone(name: string): TimeZone | null {
  const format = formatIn(name)
  if (format === null) return null
  // Asking the engine takes some 10 µs; nearly every day has one offset, and most values of a stream lie in a few days.
  const offsets = new Map<number, number | 'changes'>()
  const offsetOf = (localMs: number): number => {
    const day = Math.floor(localMs / msPerDay)
    let known = offsets.get(day)
    if (known === undefined) {
      if (offsets.size >= daysMax) offsets.clear()
      known = offsetOfDay(format, day * msPerDay)
      offsets.set(day, known)
    }
    return known === 'changes' ? localOffset(format, localMs) : known
  }
  return {
    instantOf: (localUs) => {
      // A database's range is wider than that of Date; out there no offset changes any more.
      const localMs = Math.min(Math.max(Math.floor(Number(localUs) / 1000), -msMax), msMax)
      return localUs - BigInt(offsetOf(localMs)) * usPerMs
    },
  }
}

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

/** Offsets are at most a day, so that a day before and after has those on both sides of any change in the day. */
function offsetOfDay(format: Intl.DateTimeFormat, localMs: number): number | 'changes' {
  const before = offsetAt(format, localMs - msPerDay)
  return before === offsetAt(format, localMs + 2 * msPerDay) ? before : 'changes'
}

/** Milliseconds that the zone is ahead of UTC at a local time. */
function localOffset(format: Intl.DateTimeFormat, localMs: number): number {
  const before = offsetAt(format, localMs - msPerDay)
  if (offsetAt(format, localMs - before) === before) return before
  return offsetAt(format, localMs + msPerDay)
}

function offsetAt(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts = new Map(format.formatToParts(new Date(instantMs)).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  const local = new Date(0)
  local.setUTCFullYear(year, number('month') - 1, number('day'))
  local.setUTCHours(number('hour'), number('minute'), number('second'))
  return local.getTime() - Math.floor(instantMs / 1000) * 1000
}
