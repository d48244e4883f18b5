/** What comes of putting an event beside its counterpart: the closed list of outcomes, each with its causes. */
import type { ComparedEvent, RecordPlace, Side } from './compared-event.ts'
import { type Difference, differencesOf } from './difference.ts'
import type { Tolerance } from './tolerance.ts'

export const parityOutcomes = [
  'match',
  'field-mismatch',
  'order-mismatch',
  'duplicate',
  'missing-in-bridge',
  'missing-in-native',
  'late',
  'extra',
  'uncomparable',
] as const
export type ParityOutcome = (typeof parityOutcomes)[number]

export type Missing = Extract<ParityOutcome, `missing-in-${Side}`>

/** Of both events of a pair; any other is of one without its counterpart. */
export const isOfPair = ({ outcome }: Pick<Verdict, 'outcome'>): boolean =>
  outcome === 'match' || outcome === 'field-mismatch' || outcome === 'order-mismatch' || outcome === 'late'

/** Where the two records stand; null: there is none on that side. */
export type PairPlaces = Readonly<Record<Side, RecordPlace | null>>

/** No value of an event is in it. */
export interface Verdict {
  readonly outcome: ParityOutcome
  readonly type: string
  readonly aggregate: string
  /** That its event says, where it is about one without its counterpart; absent: none. */
  readonly scope?: string
  /** Of the event that decided it, ms since the epoch. */
  readonly atMs: number
  /** Of the first of the two, where there are two. */
  readonly firstMs: number
  readonly places: PairPlaces
  /** None of a match. */
  readonly causes: readonly Difference[]
  /** A verdict that was given too early, and is not to be counted any more. */
  readonly replaces?: { readonly outcome: Missing; readonly what: string }
}

export const missingFor = (side: Side): Missing => (side === 'bridge' ? 'missing-in-native' : 'missing-in-bridge')

/** A verdict on one event without its counterpart; `what` says why, without a value. */
export function loneVerdict(
  outcome: Exclude<ParityOutcome, 'match'>,
  event: Pick<ComparedEvent, 'type' | 'scope' | 'atMs' | 'side' | 'partition' | 'offset'>,
  { aggregate, what }: { readonly aggregate: string; readonly what: string },
): Verdict {
  const { type, scope, atMs, side } = event
  const places = placesOf({ [side]: event })
  const said = scope === undefined ? {} : { scope }
  return { outcome, type, aggregate, ...said, atMs, firstMs: atMs, places, causes: [{ path: '', what }] }
}

/** Of an event of each side, where there is one. */
export const placesOf = ({ bridge, native }: Partial<Record<Side, RecordPlace>>): PairPlaces => ({
  bridge: placeOf(bridge),
  native: placeOf(native),
})

const placeOf = (record: RecordPlace | undefined): RecordPlace | null =>
  record === undefined ? null : { partition: record.partition, offset: record.offset }

export interface Pair {
  readonly bridge: ComparedEvent
  readonly native: ComparedEvent
  readonly aggregate: string
  readonly isOutOfOrder: boolean
  /** Of their type. */
  readonly tolerance: Tolerance
}

/**
 * Of two events that are one. Other fields count before late, and late before another order, which lateness brings with
 * it; what else was found stands among the causes.
 */
export function pairVerdict({ bridge, native, aggregate, isOutOfOrder, tolerance }: Pair): Verdict {
  const fields = [...fieldDifferences({ bridge, native, tolerance }), ...recordDifferences(bridge, native)]
  const late = [bridge, native].flatMap(({ side, missedFor }) =>
    missedFor === undefined ? [] : [{ outcome: missingFor(side), what: missedFor }],
  )
  const otherwise =
    late.length > 0 ? lateCause(bridge) : isOutOfOrder ? [plain('another order of events in native')] : []
  return {
    outcome:
      fields.length > 0 ? 'field-mismatch' : late.length > 0 ? 'late' : isOutOfOrder ? 'order-mismatch' : 'match',
    type: bridge.type,
    aggregate,
    atMs: Math.max(bridge.atMs, native.atMs),
    firstMs: Math.min(bridge.atMs, native.atMs),
    places: placesOf({ bridge, native }),
    causes: [...fields, ...otherwise],
    ...(late[0] !== undefined && { replaces: late[0] }),
  }
}

const lateCause = ({ missedFor }: ComparedEvent): readonly Difference[] => [
  plain(`${missedFor === undefined ? 'bridge' : 'native'} came behind its window`),
]

const plain = (what: string): Difference => ({ path: '', what })

const fieldDifferences = ({ bridge, native, tolerance }: Omit<Pair, 'aggregate' | 'isOutOfOrder'>) =>
  bridge.text === native.text ? [] : differencesOf(bridge.text, native.text, tolerance)

/** Of the records that carry them: parentheses keep their paths apart from those of fields. */
function recordDifferences(bridge: ComparedEvent, native: ComparedEvent): readonly Difference[] {
  const key = bridge.key === native.key ? [] : [{ path: '(key)', what: 'another key' }]
  const sides = [bridge, native].filter(({ isMisplaced }) => isMisplaced === true).map(({ side }) => side)
  const partition = sides.map((side) => ({
    path: '(partition)',
    what: `not the partition of its key in ${side}`,
  }))
  return [...key, ...partition]
}
