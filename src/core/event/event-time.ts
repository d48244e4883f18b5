/** Microseconds since the epoch as RFC 3339 text. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'

/** RFC 3339 has four digits for the year. */
const firstSecond = Date.parse('0000-01-01T00:00:00Z') / 1000
const afterLastSecond = Date.parse('9999-12-31T23:59:59Z') / 1000 + 1

const firstUs = BigInt(firstSecond) * 1_000_000n
const afterLastUs = BigInt(afterLastSecond) * 1_000_000n

/** Whether a text in RFC 3339 can say it: false for infinity, too. */
export const isRfc3339Time = (us: unknown): us is bigint => typeof us === 'bigint' && us >= firstUs && us < afterLastUs

/** Most events have the time of their source transaction. */
let last = { us: 0n, text: '1970-01-01T00:00:00.000000Z' }

/**
 * The instant with six decimals, in UTC.
 *
 * Only for what `isRfc3339Time` says yes to: rules ask before they make an event.
 */
export function rfc3339(us: bigint): string {
  if (us !== last.us) last = { us, text: textOf(us) }
  return last.text
}

function textOf(us: bigint): string {
  const remainder = us % 1_000_000n
  const fraction = remainder < 0n ? remainder + 1_000_000n : remainder
  const second = Number((us - fraction) / 1_000_000n)
  return `${secondText(second)}.${fraction.toString().padStart(6, '0')}Z`
}

/** Events of one source transaction share their second, and so do many after it. */
let lastSecond = 0
let lastText = '1970-01-01T00:00:00'

function secondText(second: number): string {
  if (second === lastSecond) return lastText
  if (second < firstSecond || second >= afterLastSecond) {
    throw new FalseworkError('INTERNAL', 'a time outside the years 0000 to 9999')
  }
  lastText = new Date(second * 1000).toISOString().slice(0, 19)
  lastSecond = second
  return lastText
}
