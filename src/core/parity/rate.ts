/** How many verdicts there were over time, and how many of them are matches: for a chart. */
import type { Verdict } from './verdict.ts'

/** Plain data, to be stored as JSON. Spans of time of one width, of which there is a bounded number. */
export interface ParityRate {
  /** Doubles when there is no more room. */
  readonly widthMs: number
  /** In the order of time; where nothing was counted there is none. */
  readonly buckets: readonly RateBucket[]
}

export interface RateBucket {
  /** A multiple of the width, ms since the epoch. */
  readonly fromMs: number
  readonly matches: number
  readonly others: number
}

/** As many as a chart has room for. */
export const bucketsMax = 200

const firstWidthMs = 60_000

export const emptyRate: ParityRate = { widthMs: firstWidthMs, buckets: [] }

/** Adds verdicts at the time of the events that decided them; one that replaces another counts beside it. */
export function rated(rate: ParityRate, verdicts: readonly Verdict[]): ParityRate {
  if (verdicts.length === 0) return rate
  const added = verdicts.map(({ outcome, atMs }): RateBucket => {
    const isMatch = outcome === 'match'
    return { fromMs: atMs, matches: isMatch ? 1 : 0, others: isMatch ? 0 : 1 }
  })
  return fitted({ ...rate, buckets: [...rate.buckets, ...added] })
}

/** From the first bucket to the last one, gaps included, as a chart shows it. */
function fitted({ widthMs, buckets }: ParityRate): ParityRate {
  const joined = joinedBy(widthMs, buckets)
  const [first, last] = [joined[0], joined.at(-1)]
  const isFull = first !== undefined && last !== undefined && (last.fromMs - first.fromMs) / widthMs >= bucketsMax
  return isFull ? fitted({ widthMs: 2 * widthMs, buckets: joined }) : { widthMs, buckets: joined }
}

function joinedBy(widthMs: number, buckets: readonly RateBucket[]): readonly RateBucket[] {
  const byTime = new Map<number, RateBucket>()
  for (const { fromMs, matches, others } of buckets) {
    const at = Math.floor(fromMs / widthMs) * widthMs
    const known = byTime.get(at)
    byTime.set(at, { fromMs: at, matches: (known?.matches ?? 0) + matches, others: (known?.others ?? 0) + others })
  }
  return [...byTime.values()].sort((a, b) => a.fromMs - b.fromMs)
}
