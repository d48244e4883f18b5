/** Pairs the events of one aggregate by what names them on both sides. */
import { type ComparedEvent, digestOf } from '../compared-event.ts'
import { loneVerdict, pairVerdict, missingFor, type Verdict } from '../verdict.ts'
import { type Counted, type Limits, missingCause, type Passing, toleranceOf } from './window.ts'

/**
 * One pair. `waiting`: one of the two is there; once both streams are past it by the window it is `missing`, and
 * forgotten when it can no longer come late. `settled`: both have been judged; kept for a window, so that copies are
 * known for what they are.
 */
export type Slot =
  | { readonly phase: 'waiting' | 'missing'; readonly event: ComparedEvent }
  | { readonly phase: 'settled'; readonly bridge: string; readonly native: string; readonly atMs: number }

export interface KeyWindow {
  readonly slots: Map<string, Slot>
  readonly counted: Counted
  /** The highest ordinals that have been paired. */
  readonly paired: Counted
}

export const newKeyWindow = (): KeyWindow => ({
  slots: new Map(),
  counted: { bridge: 0, native: 0 },
  paired: { bridge: 0, native: 0 },
})

interface Taken {
  readonly aggregate: string
  /** Names the pair within the aggregate. */
  readonly name: string
  readonly event: Omit<ComparedEvent, 'sequence'>
  readonly limits: Limits
}

export function takeByKey(window: KeyWindow, { aggregate, name, event, limits }: Taken): readonly Verdict[] {
  const slot = window.slots.get(name)
  const { side } = event
  const numbered = { ...event, sequence: window.counted[side] + 1 }
  if (slot !== undefined && (slot.phase === 'settled' || slot.event.side === side)) {
    return [copyVerdict(slot, numbered, aggregate)]
  }
  window.counted[side] = numbered.sequence
  if (slot === undefined) {
    window.slots.set(name, { phase: 'waiting', event: numbered })
    return []
  }
  const sides = side === 'native' ? { bridge: slot.event, native: numbered } : { bridge: numbered, native: slot.event }
  const isOutOfOrder = hasOvertaken(window, slot.event)
  window.paired.bridge = Math.max(window.paired.bridge, sides.bridge.sequence)
  window.paired.native = Math.max(window.paired.native, sides.native.sequence)
  const settled = { bridge: digestOf(sides.bridge), native: digestOf(sides.native) }
  window.slots.set(name, { phase: 'settled', ...settled, atMs: Math.max(event.atMs, slot.event.atMs) })
  return [pairVerdict({ ...sides, aggregate, isOutOfOrder, tolerance: toleranceOf(limits, event) })]
}

/**
 * Whether the pair crosses one that was settled before. The event that completes it is the last of its own side, so it
 * crosses exactly when an event behind its counterpart has been paired already.
 */
const hasOvertaken = ({ paired }: KeyWindow, waiting: ComparedEvent): boolean => paired[waiting.side] > waiting.sequence

function copyVerdict(slot: Slot, event: ComparedEvent, aggregate: string): Verdict {
  const before = slot.phase === 'settled' ? slot[event.side] : digestOf(slot.event)
  return before === digestOf(event)
    ? loneVerdict('duplicate', event, { aggregate, what: `the same event again in ${event.side}` })
    : loneVerdict('extra', event, { aggregate, what: `another event of one name in ${event.side}` })
}

/** Judges what both streams are past. */
export function passByKey(
  window: KeyWindow,
  aggregate: string,
  { passing, limits }: { readonly passing: Passing; readonly limits: Limits },
): readonly Verdict[] {
  const verdicts: Verdict[] = []
  for (const [name, slot] of window.slots) {
    if (dueMs(slot, limits) > passing.lineMs) continue
    if (slot.phase !== 'waiting') {
      window.slots.delete(name)
      continue
    }
    const { event } = slot
    const what = missingCause(event, passing)
    verdicts.push(loneVerdict(missingFor(event.side), event, { aggregate, what }))
    window.slots.set(name, { phase: 'missing', event: { ...event, missedFor: what } })
  }
  return verdicts
}

/** The line at which something is to be done; null: nothing is left. */
export function keyWindowDueMs({ slots }: KeyWindow, limits: Limits): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const slot of slots.values()) least = Math.min(least, dueMs(slot, limits))
  return slots.size === 0 ? null : least
}

export const dueMs = (slot: Slot, { windowMs, lateMs }: Limits): number =>
  slot.phase === 'settled' ? slot.atMs + windowMs : slot.event.atMs + windowMs + (slot.phase === 'missing' ? lateMs : 0)

/** Events that wait for their counterpart: how many, and since when, ms since the epoch. */
export function keyWindowPending({ slots }: KeyWindow): readonly number[] {
  return [...slots.values()].flatMap((slot) => (slot.phase === 'waiting' ? [slot.event.atMs] : []))
}
