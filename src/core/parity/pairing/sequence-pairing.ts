/** Pairs the events of one aggregate that nothing names, by aligning its two sequences. */
import { align } from './alignment.ts'
import { type ComparedEvent, digestOf, type Side } from '../compared-event.ts'
import { loneVerdict, missingFor, pairVerdict, placesOf, type Verdict } from '../verdict.ts'
import { type Counted, type Limits, missingCause, type Passing, toleranceOf } from './window.ts'

/** Events move from `waiting` to `settled` as pairs, or alone to `missing`, from where a late counterpart takes them. */
export interface SequenceWindow {
  readonly waiting: Record<Side, readonly ComparedEvent[]>
  missing: readonly ComparedEvent[]
  /** Digests of events that have been judged, with the line at which they are forgotten. */
  readonly settled: Map<string, number>
  readonly counted: Counted
}

export const newSequenceWindow = (): SequenceWindow => ({
  waiting: { bridge: [], native: [] },
  missing: [],
  settled: new Map(),
  counted: { bridge: 0, native: 0 },
})

/** Aligning takes the square of what differs, and memory is bounded: with more than this waiting, gaps are closed before they are due. */
export const waitingMax = 1_000

/** What is at hand while a window is judged. */
interface Judging {
  readonly aggregate: string
  readonly passing: Passing
  readonly limits: Limits
}

export function takeInSequence(
  window: SequenceWindow,
  event: Omit<ComparedEvent, 'sequence'>,
  judging: Judging,
): readonly Verdict[] {
  const { side } = event
  const numbered = { ...event, sequence: ++window.counted[side] }
  window.waiting[side] = [...window.waiting[side], numbered]
  const verdicts = settleHeads(window, judging)
  return window.waiting[side].length > waitingMax ? [...verdicts, ...judge(window, judging, 'full')] : verdicts
}

const wordOf = ({ type, text }: ComparedEvent): string => `${type}\0${text}`

/** What both sequences begin with is in every longest common subsequence. */
function settleHeads(window: SequenceWindow, judging: Judging): readonly Verdict[] {
  const { bridge, native } = window.waiting
  let equal = 0
  const verdicts: Verdict[] = []
  for (; equal < Math.min(bridge.length, native.length); equal++) {
    const [one, other] = [bridge[equal], native[equal]]
    if (one === undefined || other === undefined || wordOf(one) !== wordOf(other)) break
    verdicts.push(settle(window, judging, { bridge: one, native: other }))
  }
  if (equal > 0) {
    window.waiting.bridge = bridge.slice(equal)
    window.waiting.native = native.slice(equal)
  }
  return verdicts
}

interface PairHere {
  readonly bridge: ComparedEvent
  readonly native: ComparedEvent
  readonly isOutOfOrder?: boolean
}

function settle(window: SequenceWindow, { aggregate, limits }: Judging, pair: PairHere): Verdict {
  // A copy that comes within a window waits another one before it is judged.
  const untilMs = Math.max(pair.bridge.atMs, pair.native.atMs) + 2 * limits.windowMs
  for (const event of [pair.bridge, pair.native]) window.settled.set(`${event.side}\0${digestOf(event)}`, untilMs)
  return pairVerdict({ isOutOfOrder: false, ...pair, aggregate, tolerance: toleranceOf(limits, pair.bridge) })
}

/** Judges what both streams are past. */
export function passInSequence(window: SequenceWindow, judging: Judging): readonly Verdict[] {
  const { passing, limits } = judging
  const isDue = ({ atMs }: ComparedEvent): boolean => atMs + limits.windowMs <= passing.lineMs
  const verdicts = waitingOf(window).some(isDue) ? judge(window, judging, 'due') : []
  forget(window, judging)
  return verdicts
}

const waitingOf = ({ waiting }: SequenceWindow): readonly ComparedEvent[] => [...waiting.bridge, ...waiting.native]

/** What has been judged is known as long as an event waits that may be its copy, or its late counterpart. */
function forget(window: SequenceWindow, { passing, limits }: Judging): void {
  const waitingMs = waitingOf(window).reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY)
  const lineMs = Math.min(passing.lineMs, waitingMs + limits.windowMs)
  for (const [digest, untilMs] of window.settled) if (untilMs <= lineMs) window.settled.delete(digest)
  window.missing = window.missing.filter(({ atMs }) => atMs + limits.windowMs + limits.lateMs > lineMs)
}

/** Between two anchors, or behind the last one. */
interface Gap {
  readonly bridge: readonly ComparedEvent[]
  readonly native: readonly ComparedEvent[]
  /** The pair behind it. */
  readonly anchor: PairHere | null
}

/** Gaps are judged in their order up to the first that is not due: what follows may still be part of it. */
function judge(window: SequenceWindow, judging: Judging, what: 'due' | 'full'): readonly Verdict[] {
  const { passing, limits } = judging
  const gaps = gapsOf(window.waiting)
  const isPast = ({ atMs }: ComparedEvent): boolean => atMs + limits.windowMs <= passing.lineMs
  const isDue = what === 'full' ? (): true => true : isPast
  const { verdicts, gone } = pairOutOfOrder(window, judging, { gaps, isDue })
  const left: Record<Side, ComparedEvent[]> = { bridge: [], native: [] }
  let isOpen = false
  for (const gap of gaps) {
    // What one stream lags by stands in the tail: it may wait, unless it is all that does.
    const isTail = gap.anchor === null
    const rest = {
      bridge: gap.bridge.filter((one) => !gone.has(one)),
      native: gap.native.filter((one) => !gone.has(one)),
    }
    const ripe = isOpen ? { bridge: [], native: [] } : ripeOf(rest, isTail && gaps.length > 1 ? isPast : isDue, isTail)
    verdicts.push(...judgeGap(window, judging, { ...ripe, isFull: what === 'full' }))
    left.bridge.push(...rest.bridge.slice(ripe.bridge.length))
    left.native.push(...rest.native.slice(ripe.native.length))
    isOpen ||= left.bridge.length + left.native.length > 0
    if (gap.anchor === null) continue
    if (!isOpen) verdicts.push(settle(window, judging, gap.anchor))
    else {
      left.bridge.push(gap.anchor.bridge)
      left.native.push(gap.anchor.native)
    }
  }
  window.waiting.bridge = left.bridge
  window.waiting.native = left.native
  return verdicts
}

function gapsOf({ bridge, native }: SequenceWindow['waiting']): readonly Gap[] {
  const gaps: Gap[] = []
  let from = { left: 0, right: 0 }
  for (const { left, right } of align(bridge.map(wordOf), native.map(wordOf))) {
    const [one, other] = [bridge[left], native[right]]
    const anchor = one === undefined || other === undefined ? null : { bridge: one, native: other }
    gaps.push({ bridge: bridge.slice(from.left, left), native: native.slice(from.right, right), anchor })
    from = { left: left + 1, right: right + 1 }
  }
  return [...gaps, { bridge: bridge.slice(from.left), native: native.slice(from.right), anchor: null }]
}

type Sides = Record<Side, readonly ComparedEvent[]>

/** A gap before an anchor is judged whole. Behind the last one: what is due, and what the other side has there. */
function ripeOf(gap: Sides, isDue: (event: ComparedEvent) => boolean, isLast: boolean): Sides {
  const none = { bridge: [], native: [] }
  if (!isLast) return [...gap.bridge, ...gap.native].every(isDue) ? gap : none
  const due = { bridge: dueOf(gap.bridge, isDue), native: dueOf(gap.native, isDue) }
  if (due.bridge.length + due.native.length === 0) return none
  return {
    bridge: due.bridge.length > 0 ? due.bridge : gap.bridge,
    native: due.native.length > 0 ? due.native : gap.native,
  }
}

function dueOf(events: readonly ComparedEvent[], isDue: (event: ComparedEvent) => boolean): readonly ComparedEvent[] {
  const end = events.findIndex((event) => !isDue(event))
  return end === -1 ? events : events.slice(0, end)
}

/** Equal events in different gaps have changed places. */
function pairOutOfOrder(
  window: SequenceWindow,
  judging: Judging,
  { gaps, isDue }: { readonly gaps: readonly Gap[]; readonly isDue: (event: ComparedEvent) => boolean },
): { readonly verdicts: Verdict[]; readonly gone: ReadonlySet<ComparedEvent> } {
  const native = new Map<string, ComparedEvent[]>()
  for (const event of gaps.flatMap((gap) => gap.native)) {
    native.set(wordOf(event), [...(native.get(wordOf(event)) ?? []), event])
  }
  const gone = new Set<ComparedEvent>()
  const verdicts: Verdict[] = []
  for (const bridge of gaps.flatMap((gap) => gap.bridge)) {
    const other = native.get(wordOf(bridge))?.[0]
    if (other === undefined || !(isDue(bridge) || isDue(other))) continue
    native.get(wordOf(bridge))?.shift()
    gone.add(bridge).add(other)
    verdicts.push(settle(window, judging, { bridge, native: other, isOutOfOrder: true }))
  }
  return { verdicts, gone }
}

interface Ripe extends Sides {
  /** There was no more room to wait. */
  readonly isFull: boolean
}

function judgeGap(window: SequenceWindow, judging: Judging, gap: Ripe): readonly Verdict[] {
  const verdicts: Verdict[] = []
  const unknown = (side: Side): readonly ComparedEvent[] =>
    gap[side].filter((event) => {
      const known = copyOrLate(window, judging, event)
      if (known !== null) verdicts.push(known)
      return known === null
    })
  const [bridge, native] = [unknown('bridge'), unknown('native')]
  return [...verdicts, ...judgeUnknown(window, judging, { bridge, native, isFull: gap.isFull })]
}

function copyOrLate(window: SequenceWindow, judging: Judging, event: ComparedEvent): Verdict | null {
  const { side } = event
  const missed = window.missing.find((one) => one.side !== side && wordOf(one) === wordOf(event))
  if (missed !== undefined) {
    window.missing = window.missing.filter((one) => one !== missed)
    const sides = side === 'native' ? { bridge: missed, native: event } : { bridge: event, native: missed }
    return settle(window, judging, sides)
  }
  if (!window.settled.has(`${side}\0${digestOf(event)}`)) return null
  return loneVerdict('duplicate', event, { aggregate: judging.aggregate, what: `the same event again in ${side}` })
}

/** One and one are a pair; one and several are said to be that; which of several belong together is not guessed. */
function judgeUnknown(window: SequenceWindow, judging: Judging, { bridge, native, isFull }: Ripe): readonly Verdict[] {
  const { aggregate, passing } = judging
  const [first] = [...bridge, ...native]
  if (first === undefined) return []
  const places = placesOf({ ...(bridge[0] && { bridge: bridge[0] }), ...(native[0] && { native: native[0] }) })
  const group = (outcome: 'extra' | 'uncomparable', what: string): readonly Verdict[] => [
    { ...loneVerdict(outcome, first, { aggregate, what }), places },
  ]
  if (isFull) return group('uncomparable', `more than ${waitingMax} events of one aggregate wait`)
  if (bridge.length === 0 || native.length === 0) {
    const missed = [...bridge, ...native].map((event) => ({ ...event, missedFor: missingCause(event, passing) }))
    window.missing = [...window.missing, ...missed]
    return missed.map((event) => loneVerdict(missingFor(event.side), event, { aggregate, what: event.missedFor }))
  }
  if (bridge.length === native.length && bridge.every(({ type }, at) => type === native[at]?.type)) {
    return bridge.flatMap((one, at) => {
      const other = native[at]
      return other === undefined ? [] : [settle(window, judging, { bridge: one, native: other })]
    })
  }
  if (bridge.length === 1 && native.length > 1) return group('extra', 'one event in bridge, several in native')
  if (native.length === 1 && bridge.length > 1) return group('extra', 'several events in bridge, one in native')
  return group('uncomparable', 'several other events on both sides')
}

/** The line at which something is to be done; null: nothing is left. */
export function sequenceWindowDueMs(window: SequenceWindow, limits: Limits): number | null {
  const { missing, settled } = window
  const events = waitingOf(window).map(({ atMs }) => atMs + limits.windowMs)
  const late = missing.map(({ atMs }) => atMs + limits.windowMs + limits.lateMs)
  const least = [...events, ...late, ...settled.values()].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  return least === Number.POSITIVE_INFINITY ? null : least
}

export const sequenceWindowPending = (window: SequenceWindow): readonly number[] =>
  waitingOf(window).map(({ atMs }) => atMs)
