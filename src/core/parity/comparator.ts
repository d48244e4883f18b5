/** Two streams side by side: events and watermarks in, verdicts out. No clock, no reading: whoever drives it has both. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { partitionOf } from '../event/partition.ts'
import type { Comparison } from './comparison.ts'
import type { Side, StreamEvent } from './compared-event.ts'
import type { Tolerance } from './tolerance.ts'
import { type Normaliser, normaliser } from './normalise.ts'
import {
  type AggregateWindow,
  earliest,
  newAggregateWindow,
  passWindow,
  pendingSince,
  takeInto,
  windowDueMs,
} from './pairing/aggregate-window.ts'
import type { Limits, Passing, Watermarks } from './pairing/window.ts'
import { decodeWindow, encodeWindow, type SavedComparator } from './kept/saved-comparator.ts'
import { SpilledMarks } from './kept/spilled-marks.ts'
import type { SpilledAggregate, SpilledKey, SpilledMark } from './kept/spilled.ts'
import { loneVerdict, type Verdict } from './verdict.ts'

interface Live {
  readonly window: AggregateWindow
  /** Never later than the first thing to do in the window. */
  dueMs: number
}

interface Compared extends Normaliser {
  /** As the migration file names it: so verdicts do. */
  readonly name: string
  /** Whether a pair has a name; else its place in the sequences tells. */
  readonly isNamed: boolean
}

/**
 * An aggregate is unknown, live or spilled. The first event makes it live; `spill` hands it to a store, and `restore`
 * brings it back, which must be done before an event of it is taken and when it is due (`dueAmong`); it is forgotten when nothing of
 * it can be judged any more. Spilled ones cost some hundred bytes each, live ones what their waiting events have.
 *
 * To be resumed, `saved()` is stored together with what was spilled, without what was restored since, and with the
 * offsets up to which both streams have been taken.
 */
export class Comparator {
  private readonly comparison: Comparison
  private readonly types: ReadonlyMap<string, Compared>
  private readonly limits: Limits
  private readonly live = new Map<string, Live>()
  private readonly spilled = new SpilledMarks()
  private sinceMs: number | null
  private readonly latestMs: Record<Side, number | null>
  private misplaced: number

  /** `spilled`: the marks of what the store has. */
  constructor(
    comparison: Comparison,
    resumed?: { readonly saved: SavedComparator; readonly spilled: Iterable<readonly [string, SpilledMark]> },
  ) {
    this.comparison = comparison
    const types = Object.entries(comparison.types)
    this.types = new Map(
      types.map(([type, one]) => [type, { name: one.name, isNamed: one.match.length > 0, ...normaliser(one) }]),
    )
    const tolerances = new Map<string, Tolerance>(types.map(([, { name, tolerance }]) => [name, tolerance]))
    this.limits = { windowMs: comparison.windowMs, lateMs: comparison.lateMs, tolerances }
    this.sinceMs = resumed?.saved.sinceMs ?? null
    this.latestMs = { ...(resumed?.saved.latestMs ?? { bridge: null, native: null }) }
    this.misplaced = resumed?.saved.wrongPartitions ?? 0
    for (const { aggregate, dueMs, window } of resumed?.saved.live ?? []) this.live.set(aggregate, { window, dueMs })
    for (const [aggregate, mark] of resumed?.spilled ?? []) this.spilled.add(aggregate, mark)
  }

  /** The events of each stream come in the order of its partitions; how the streams are mixed changes no verdict but times. */
  take(event: StreamEvent): readonly Verdict[] {
    const { side, aggregate, scope, atMs, fields, key, partition, offset } = event
    const said = scope === undefined ? {} : { scope }
    this.sinceMs ??= atMs
    this.latestMs[side] = Math.max(this.latestMs[side] ?? atMs, atMs)
    const isMisplaced = partitionOf(Buffer.from(key), event.partitions) !== partition
    if (isMisplaced && side === 'native') this.misplaced += 1
    const compared = this.types.get(event.type)
    const type = compared?.name ?? event.type
    const alone = (outcome: 'extra' | 'uncomparable', what: string): readonly Verdict[] => [
      loneVerdict(outcome, { side, type, ...said, atMs, partition, offset }, { aggregate, what: `${what} in ${side}` }),
    ]
    if (compared === undefined) return alone('extra', 'a type that is not compared')
    if (typeof fields === 'string') return alone('uncomparable', fields)
    const name = compared.isNamed ? compared.nameOf(fields) : ''
    if (name === null) return alone('uncomparable', 'no value by which to find its pair')
    const live = this.liveOf(aggregate)
    live.dueMs = Math.min(live.dueMs, atMs + this.limits.windowMs)
    return takeInto(live.window, {
      aggregate,
      name: compared.isNamed ? `${type}\0${name}` : null,
      event: {
        ...{ side, type, ...said, key, partition, offset, atMs, text: compared.textOf(fields) },
        ...(isMisplaced && { isMisplaced }),
      },
      limits: this.limits,
    })
  }

  private liveOf(aggregate: string): Live {
    const known = this.live.get(aggregate)
    if (known !== undefined) return known
    if (this.spilled.dueMs(aggregate) !== null)
      throw new FalseworkError('INTERNAL', 'an event of a spilled aggregate was taken')
    const live = { window: newAggregateWindow(), dueMs: Number.POSITIVE_INFINITY }
    this.live.set(aggregate, live)
    return live
  }

  /** Judges what both streams are past, of live aggregates; looks at each of them, so call it some times in a window. */
  pass(watermarks: Watermarks): readonly Verdict[] {
    const passing: Passing = { lineMs: lineOf(watermarks), stalled: this.stalled() }
    const verdicts: Verdict[] = []
    for (const [aggregate, live] of this.live) {
      if (live.dueMs > passing.lineMs) continue
      verdicts.push(...passWindow(live.window, { aggregate, passing, limits: this.limits }))
      const dueMs = windowDueMs(live.window, this.limits)
      if (dueMs === null) this.live.delete(aggregate)
      else live.dueMs = dueMs
    }
    return verdicts
  }

  /** What is to be restored before an event of the aggregate is taken; null: nothing. */
  spilledKey(aggregate: string): SpilledKey | null {
    const dueMs = this.spilled.dueMs(aggregate)
    return dueMs === null ? null : { aggregate, dueMs }
  }

  /** Leaves that many aggregates live, those that have come last. */
  spill(keep: number): readonly SpilledAggregate[] {
    const out: SpilledAggregate[] = []
    for (const [aggregate, { window, dueMs }] of this.live) {
      if (this.live.size <= keep) break
      const mark = { dueMs, pendingSinceMs: pendingSince(window) }
      out.push({ aggregate, ...mark, bytes: encodeWindow(window) })
      this.live.delete(aggregate)
      this.spilled.add(aggregate, mark)
    }
    return out
  }

  restore({ aggregate, dueMs, bytes }: Omit<SpilledAggregate, 'pendingSinceMs'>): void {
    this.spilled.remove(aggregate)
    this.live.set(aggregate, { window: decodeWindow(bytes), dueMs })
  }

  /** The side whose latest event is too far behind the other's, as long as something waits: both may have nothing more to say. */
  stalled(): Side | null {
    const { bridge, native } = this.latestMs
    if (this.sinceMs === null || this.pendingSinceMs() === null) return null
    const aheadMs = (bridge ?? this.sinceMs) - (native ?? this.sinceMs)
    if (Math.abs(aheadMs) <= this.comparison.stalledMs) return null
    return aheadMs > 0 ? 'native' : 'bridge'
  }

  /** When the oldest event that still waits for its counterpart was appended, ms since the epoch; null: none waits. */
  pendingSinceMs(): number | null {
    const live = [...this.live.values()].map(({ window }) => pendingSince(window))
    return earliest([...live, this.spilled.oldestPendingMs()])
  }

  /** When the first event was taken that there was, ms since the epoch; null: none has come yet. */
  since(): number | null {
    return this.sinceMs
  }

  /** Records of the native stream that stand in another partition than their key says. */
  wrongPartitions(): number {
    return this.misplaced
  }

  /** Shares its parts with the comparator: to be encoded before anything else is taken. */
  saved(): SavedComparator {
    const live = [...this.live].map(([aggregate, { window, dueMs }]) => ({ aggregate, dueMs, window }))
    const { sinceMs, misplaced } = this
    const { version } = this.comparison
    return { version, sinceMs, latestMs: { ...this.latestMs }, wrongPartitions: misplaced, live }
  }
}

const lineOf = ({ bridgeMs, nativeMs }: Watermarks): number => Math.min(bridgeMs, nativeMs)
