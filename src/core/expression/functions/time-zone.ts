/** Local times to instants, by the time zone database of the JavaScript engine. */

export interface TimeZone {
  /** µs "as if UTC" to µs since the epoch; in a gap by the later offset, in an overlap by the first. */
  readonly instantOf: (localUs: bigint) => bigint
}

const usPerMs = 1000n
const msPerHour = 3_600_000
/** Offsets change at most at whole quarters of an hour; most values of a stream lie in a few of them. */
const windowMs = msPerHour / 4
/** Keeps a stream of random dates from filling the memory. */
const windowsMax = 10_000

/** null: the engine knows no such zone. */
export function timeZone(name: string): TimeZone | null {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
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
  const offsets = new Map<number, number>()
  const offsetOf = (localMs: number): number => {
    const window = Math.floor(localMs / windowMs)
    const known = offsets.get(window)
    if (known !== undefined) return known
    if (offsets.size >= windowsMax) offsets.clear()
    const offset = localOffset(format, window * windowMs)
    offsets.set(window, offset)
    return offset
  }
  return {
    instantOf: (localUs) => {
      const localMs = Number(localUs / usPerMs)
      return localUs - BigInt(offsetOf(localMs)) * usPerMs
    },
  }
}

/** Milliseconds that the zone is ahead of UTC at a local time. */
function localOffset(format: Intl.DateTimeFormat, localMs: number): number {
  // The instants a day before and after have the offsets on both sides of any change nearby.
  const before = offsetAt(format, localMs - 24 * msPerHour)
  const after = offsetAt(format, localMs + 24 * msPerHour)
  if (offsetAt(format, localMs - before) === before) return before
  return after
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
