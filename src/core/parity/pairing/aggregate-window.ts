/** What waits of one aggregate: events of some types are paired by their names, those of others by their order. */
import type { ComparedEvent } from '../compared-event.ts'
import type { Verdict } from '../verdict.ts'
import { type KeyWindow, keyWindowDueMs, keyWindowPending, newKeyWindow, passByKey, takeByKey } from './key-pairing.ts'
import {
  newSequenceWindow,
  passInSequence,
  type SequenceWindow,
  sequenceWindowDueMs,
  sequenceWindowPending,
  takeInSequence,
} from './sequence-pairing.ts'
import type { Limits, Passing } from './window.ts'

/** Each is there once an event of its kind has come; another order is told within each of them. */
export interface AggregateWindow {
  byKey: KeyWindow | null
  inSequence: SequenceWindow | null
}

export const newAggregateWindow = (): AggregateWindow => ({ byKey: null, inSequence: null })

interface Taken {
  readonly aggregate: string
  /** Of the pair within the aggregate; null: nothing names it. */
  readonly name: string | null
  readonly event: Omit<ComparedEvent, 'sequence'>
  readonly limits: Limits
}

export function takeInto(window: AggregateWindow, { name, ...taken }: Taken): readonly Verdict[] {
  if (name !== null) return takeByKey((window.byKey ??= newKeyWindow()), { name, ...taken })
  const { event, ...judging } = taken
  const passing = { lineMs: Number.NEGATIVE_INFINITY, stalled: null }
  return takeInSequence((window.inSequence ??= newSequenceWindow()), event, { ...judging, passing })
}

interface WindowPassing {
  readonly aggregate: string
  readonly passing: Passing
  readonly limits: Limits
}

/** Judges what both streams are past. */
export function passWindow(window: AggregateWindow, { aggregate, ...judging }: WindowPassing): readonly Verdict[] {
  const { byKey, inSequence } = window
  return [
    ...(byKey === null ? [] : passByKey(byKey, aggregate, judging)),
    ...(inSequence === null ? [] : passInSequence(inSequence, { aggregate, ...judging })),
  ]
}

/** The line at which something is to be done; null: nothing is left. */
export function windowDueMs({ byKey, inSequence }: AggregateWindow, limits: Limits): number | null {
  return earliest([
    byKey === null ? null : keyWindowDueMs(byKey, limits),
    inSequence === null ? null : sequenceWindowDueMs(inSequence, limits),
  ])
}

/** When the oldest event that waits for its counterpart was appended, ms since the epoch; null: none waits. */
export function pendingSince({ byKey, inSequence }: AggregateWindow): number | null {
  return earliest([
    ...(byKey === null ? [] : keyWindowPending(byKey)),
    ...(inSequence === null ? [] : sequenceWindowPending(inSequence)),
  ])
}

export const earliest = (times: readonly (number | null)[]): number | null =>
  times.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null)
