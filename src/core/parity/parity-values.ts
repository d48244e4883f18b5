/** What the comparator has found, as the gates ask for it. */
import type { FoundInParity, ParityValues } from '../migration/gates.ts'
import type { ParityTally } from './causes.ts'
import type { ParityReport } from './parity-report.ts'
import type { ParityOutcome } from './verdict.ts'

export interface FoundSoFar {
  readonly report: Pick<ParityReport, 'tally' | 'sinceMs' | 'stalled' | 'pendingSinceMs' | 'wrongPartitions'>
  /** Classes of differences that somebody answers for, see `acceptedOutcomes`. */
  readonly accepted: ReadonlySet<ParityOutcome>
  readonly nowMs: number
}

/** Both null as long as no event has come. */
export function parityValuesOf({ report, accepted, nowMs }: FoundSoFar): FoundInParity {
  const { tally, sinceMs, pendingSinceMs, stalled, wrongPartitions } = report
  if (sinceMs === null) return { parity: null, wrongPartitions: null }
  const parity: ParityValues = {
    cleanDays: daysBetween(lastFoundMs(tally, accepted) ?? sinceMs, nowMs),
    compared: new Map(Object.entries(tally.types).map(([type, { outcomes }]) => [type, pairsOf(outcomes)])),
    outcomes: outcomesOf(tally),
    oldestPendingSeconds: pendingSinceMs === null ? null : Math.max(0, Math.ceil((nowMs - pendingSinceMs) / 1_000)),
    isStalled: stalled === 'native',
  }
  return { parity, wrongPartitions }
}

const daysBetween = (fromMs: number, toMs: number): number => Math.max(0, Math.floor((toMs - fromMs) / 8_640_000)) / 10

type Outcomes = ParityTally['types'][string]['outcomes']

const countedOf = (outcomes: Outcomes) => Object.entries(outcomes) as [ParityOutcome, NonNullable<Outcomes['match']>][]

/** When the latest difference was found for which nobody answers; null: there is none. */
function lastFoundMs({ types }: ParityTally, accepted: ReadonlySet<ParityOutcome>): number | null {
  const times = Object.values(types).flatMap(({ outcomes }) =>
    countedOf(outcomes).flatMap(([outcome, { count, lastMs }]) =>
      count > 0 && outcome !== 'match' && !accepted.has(outcome) ? [lastMs] : [],
    ),
  )
  return times.length === 0 ? null : Math.max(...times)
}

/** Outcomes of two events that were put beside each other. */
const pairOutcomes: ReadonlySet<ParityOutcome> = new Set(['match', 'field-mismatch', 'order-mismatch', 'late'])

const pairsOf = (outcomes: Outcomes): number =>
  countedOf(outcomes).reduce((sum, [outcome, { count }]) => (pairOutcomes.has(outcome) ? sum + count : sum), 0)

function outcomesOf({ types }: ParityTally): ReadonlyMap<ParityOutcome, number> {
  const sums = new Map<ParityOutcome, number>()
  for (const { outcomes } of Object.values(types)) {
    for (const [outcome, { count }] of countedOf(outcomes)) sums.set(outcome, (sums.get(outcome) ?? 0) + count)
  }
  return sums
}
