/** Two streams side by side: events and watermarks in, verdicts out. No clock, no reading: whoever drives it has both. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { partitionOf } from '../event/partition.ts'
import type { Comparison } from './comparison.ts'
import type { Side, StreamEvent } from './compared-event.ts'
import { keyWindowDueMs, keyWindowPending, newKeyWindow, passByKey, takeByKey } from './pairing/key-pairing.ts'
import { normaliser, type Normalise } from './normalise.ts'
import { type AggregateWindow, decodeWindow, encodeWindow, type SavedComparator } from './saved-comparator.ts'
import {
  newSequenceWindow,
  passInSequence,
  sequenceWindowDueMs,
  sequenceWindowPending,
  takeInSequence,
} from './pairing/sequence-pairing.ts'
import { loneVerdict, type Verdict } from './verdict.ts'
import type { Passing, Watermarks } from './pairing/window.ts'

/** What still waits of an aggregate, as a value that a store keeps. */
export interface SpilledAggregate extends SpilledMark {
  readonly aggregate: string
  readonly bytes: Buffer
}

/** What stays in memory of it. */
export interface SpilledMark {
  /** Not before both streams are past this is there anything to judge. */
  readonly dueMs: number
  /** When the oldest of its events that still waits was appended; null: none does. */
  readonly pendingSinceMs: number | null
}

interface Live {
  readonly window: AggregateWindow
  /** Never later than the first thing to do in the window. */
  dueMs: number
}

/**
 * An aggregate is unknown, live or spilled. The first event makes it live; `spill` hands it to a store, and `restore`
 * brings it back, which must be done before an event of it is taken and when it is due; it is forgotten when nothing of
 * it can be judged any more. Spilled ones cost some hundred bytes each, live ones what their waiting events have.
 *
 * To be resumed, `saved()` is stored together with what was spilled, without what was restored since, and with the
 * offsets up to which both streams have been taken.
 */
export class Comparator {
  private readonly comparison: Comparison
  private readonly normalise: Normalise
  private readonly live = new Map<string, Live>()
  private readonly spilled = new Map<string, SpilledMark>()
  private sinceMs: number | null
  private readonly latestMs: Record<Side, number | null>

  /** `spilled`: the marks of what the store has. */
  constructor(
    comparison: Comparison,
    resumed?: { readonly saved: SavedComparator; readonly spilled: Iterable<readonly [string, SpilledMark]> },
  ) {
    this.comparison = comparison
    this.normalise = normaliser(comparison)
    this.sinceMs = resumed?.saved.sinceMs ?? null
    this.latestMs = { ...(resumed?.saved.latestMs ?? { bridge: null, native: null }) }
    for (const { aggregate, dueMs, window } of resumed?.saved.live ?? []) this.live.set(aggregate, { window, dueMs })
    for (const [aggregate, mark] of resumed?.spilled ?? []) this.spilled.set(aggregate, mark)
  }

  /** The events of each stream come in the order of its partitions; how the streams are mixed changes no verdict but times. */
  take(event: StreamEvent): readonly Verdict[] {
    const { side, type, aggregate, atMs } = event
    this.sinceMs ??= atMs
    this.latestMs[side] = Math.max(this.latestMs[side] ?? atMs, atMs)
    const alone = (outcome: 'extra' | 'uncomparable', what: string): readonly Verdict[] => [
      loneVerdict(outcome, { side, type, atMs }, { aggregate, what: `${what} in ${side}` }),
    ]
    if (!this.comparison.events.includes(type)) return alone('extra', 'a type that is not compared')
    if (typeof event.fields === 'string') return alone('uncomparable', event.fields)
    const { match } = this.comparison
    const name = match.by === 'field' ? nameOf(event.fields[match.field]) : ''
    if (name === null) return alone('uncomparable', 'no value by which to find its pair')
    return this.takeReadable({ ...event, fields: event.fields }, `${type}\0${name}`)
  }

  private takeReadable(
    event: StreamEvent & { readonly fields: Readonly<Record<string, unknown>> },
    name: string,
  ): readonly Verdict[] {
    const { side, type, aggregate, atMs, key } = event
    const live = this.liveOf(aggregate)
    live.dueMs = Math.min(live.dueMs, atMs + this.comparison.windowMs)
    const isMisplaced = partitionOf(Buffer.from(key), event.partitions) !== event.partition
    const text = this.normalise(event.fields)
    const compared = { side, type, key, atMs, text, ...(isMisplaced && { isMisplaced }) }
    const { window } = live
    if (window.kind === 'key') return takeByKey(window, { aggregate, name, event: compared })
    const passing = { lineMs: Number.NEGATIVE_INFINITY, stalled: null }
    return takeInSequence(window, compared, { aggregate, passing, limits: this.comparison })
  }

  private liveOf(aggregate: string): Live {
    const known = this.live.get(aggregate)
    if (known !== undefined) return known
    if (this.spilled.has(aggregate)) throw new FalseworkError('INTERNAL', 'an event of a spilled aggregate was taken')
    const window = this.comparison.match.by === 'field' ? newKeyWindow() : newSequenceWindow()
    const live = { window, dueMs: Number.POSITIVE_INFINITY }
    this.live.set(aggregate, live)
    return live
  }

  /** Judges what both streams are past, of live aggregates; looks at each of them, so call it some times in a window. */
  pass(watermarks: Watermarks): readonly Verdict[] {
    const passing: Passing = { lineMs: lineOf(watermarks), stalled: this.stalled() }
    const verdicts: Verdict[] = []
    for (const [aggregate, live] of this.live) {
      if (live.dueMs > passing.lineMs) continue
      verdicts.push(...passWindow(live.window, { aggregate, passing, limits: this.comparison }))
      const dueMs = windowDueMs(live.window, this.comparison)
      if (dueMs === null) this.live.delete(aggregate)
      else live.dueMs = dueMs
    }
    return verdicts
  }

  isSpilled(aggregate: string): boolean {
    return this.spilled.has(aggregate)
  }

  /** Spilled aggregates that are to be restored before these watermarks are passed on to `pass`. */
  dueSpilled(watermarks: Watermarks): readonly string[] {
    const lineMs = lineOf(watermarks)
    return [...this.spilled].flatMap(([aggregate, { dueMs }]) => (dueMs <= lineMs ? [aggregate] : []))
  }

  /** Leaves that many aggregates live, those that have come last. */
  spill(keep: number): readonly SpilledAggregate[] {
    const out: SpilledAggregate[] = []
    for (const [aggregate, { window, dueMs }] of this.live) {
      if (this.live.size <= keep) break
      const mark = { dueMs, pendingSinceMs: pendingSince(window) }
      out.push({ aggregate, ...mark, bytes: encodeWindow(window) })
      this.live.delete(aggregate)
      this.spilled.set(aggregate, mark)
    }
    return out
  }

  restore({ aggregate, dueMs, bytes }: Pick<SpilledAggregate, 'aggregate' | 'dueMs' | 'bytes'>): void {
    this.spilled.delete(aggregate)
    this.live.set(aggregate, { window: decodeWindow(bytes), dueMs })
  }

  /** The side whose latest event is too far behind the other's. */
  stalled(): Side | null {
    const { bridge, native } = this.latestMs
    if (this.sinceMs === null) return null
    const aheadMs = (bridge ?? this.sinceMs) - (native ?? this.sinceMs)
    if (Math.abs(aheadMs) <= this.comparison.stalledMs) return null
    return aheadMs > 0 ? 'native' : 'bridge'
  }

  /** When the oldest event that still waits for its counterpart was appended, ms since the epoch; null: none waits. */
  pendingSinceMs(): number | null {
    const live = [...this.live.values()].map(({ window }) => pendingSince(window))
    const spilled = [...this.spilled.values()].map((mark) => mark.pendingSinceMs)
    return earliest([...live, ...spilled])
  }

  /** Shares its parts with the comparator: to be encoded before anything else is taken. */
  saved(): SavedComparator {
    const live = [...this.live].map(([aggregate, { window, dueMs }]) => ({ aggregate, dueMs, window }))
    return { version: this.comparison.version, sinceMs: this.sinceMs, latestMs: { ...this.latestMs }, live }
  }
}

/** A number in one stream may be a text in the other. */
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? value.toString() : null

const lineOf = ({ bridgeMs, nativeMs }: Watermarks): number => Math.min(bridgeMs, nativeMs)

interface WindowPassing {
  readonly aggregate: string
  readonly passing: Passing
  readonly limits: Comparison
}

const passWindow = (window: AggregateWindow, { aggregate, ...passing }: WindowPassing): readonly Verdict[] =>
  window.kind === 'key' ? passByKey(window, aggregate, passing) : passInSequence(window, { aggregate, ...passing })

const windowDueMs = (window: AggregateWindow, limits: Comparison): number | null =>
  window.kind === 'key' ? keyWindowDueMs(window, limits) : sequenceWindowDueMs(window, limits)

const pendingSince = (window: AggregateWindow): number | null =>
  earliest(window.kind === 'key' ? keyWindowPending(window) : sequenceWindowPending(window))

const earliest = (times: readonly (number | null)[]): number | null =>
  times.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null)
