/** One comparison at work: events in, verdicts counted, and all of it written so that it can be resumed. */
import { emptyTally, type ParityTally, tallied } from '../../core/parity/causes.ts'
import { Comparator } from '../../core/parity/comparator.ts'
import type { Side, StreamEvent } from '../../core/parity/compared-event.ts'
import type { ComparedScopes } from '../../core/parity/compared-scopes.ts'
import type { Comparison } from '../../core/parity/comparison.ts'
import {
  type ComparisonState,
  decodeComparisonState,
  encodeComparisonState,
  type StreamOffsets,
} from '../../core/parity/kept/comparison-state.ts'
import type { Watermarks } from '../../core/parity/pairing/window.ts'
import type { ParityReport } from '../../core/parity/parity-report.ts'
import { dueAmong, SpillBuffer } from '../../core/parity/kept/spilled.ts'
import { isOfPair, type Verdict } from '../../core/parity/verdict.ts'
import type { ParityStore } from '../../ports/parity-store.ts'

/** So many aggregates are in memory; the others are in the store. */
const liveMax = 5_000
const eventsPerWrite = 2_000

/** With which word of the registry log it began, and when that was said. */
export interface Beginning {
  readonly word: number
  readonly atMs: number
}

export interface ComparisonParts {
  readonly comparison: Comparison
  readonly beginning: Beginning
  readonly store: ParityStore
}

export class ComparisonAtWork {
  private readonly parts: ComparisonParts
  private readonly comparator: Comparator
  private readonly buffer = new SpillBuffer()
  private tally: ParityTally
  private taken = 0
  private judgedMs = 0

  private constructor(parts: ComparisonParts, before: ComparisonState | null) {
    const { comparison, store } = parts
    this.parts = parts
    const resumed = before === null ? undefined : { saved: before.comparator, spilled: store.spilledMarks() }
    this.comparator = new Comparator(comparison, resumed)
    this.tally = before?.tally ?? emptyTally
  }

  /** `offsets`: where to go on; null: at its beginning. What the store has of another comparison is removed. */
  static async open(
    parts: ComparisonParts,
  ): Promise<{ readonly work: ComparisonAtWork; readonly offsets: StreamOffsets | null }> {
    const { comparison, beginning, store } = parts
    const bytes = store.state()
    const { version } = comparison
    const before = bytes === null ? null : decodeComparisonState(bytes, { version, word: beginning.word })
    if (bytes !== null && before === null) await store.clear()
    return { work: new ComparisonAtWork(parts, before), offsets: before?.offsets ?? null }
  }

  /** Whether so much was taken that it is to be written. */
  get isFull(): boolean {
    return this.taken >= eventsPerWrite
  }

  take(event: StreamEvent): void {
    const key = this.comparator.spilledKey(event.aggregate)
    if (key !== null) this.comparator.restore(this.buffer.restore(key, (one) => this.parts.store.spilled(one)))
    this.count(this.comparator.take(event))
    this.taken += 1
  }

  /**
   * Judges what both streams are past, and writes how far it is. What waits of a scope that is compared no more by now has
   * no verdict: its counterpart was passed over.
   */
  async pass(
    watermarks: Watermarks,
    { offsets, scopes }: { readonly offsets: StreamOffsets; readonly scopes: ComparedScopes },
  ): Promise<void> {
    const { store } = this.parts
    const isJudged = (verdict: Verdict): boolean => isOfPair(verdict) || scopes(verdict.scope ?? null) === 'compared'
    await this.write(offsets)
    for (;;) {
      const due = dueAmong(store.spilledMarks(), { ...watermarks, most: liveMax })
      for (const key of due) this.comparator.restore(this.buffer.restore(key, (one) => store.spilled(one)))
      this.count(this.comparator.pass(watermarks).filter(isJudged))
      if (due.length === 0) break
      await this.write(offsets)
    }
    this.judgedMs = Math.min(watermarks.bridgeMs, watermarks.nativeMs)
    await this.write(offsets)
  }

  async write(offsets: StreamOffsets): Promise<void> {
    const { store, beginning } = this.parts
    this.buffer.add(this.comparator.spill(liveMax))
    const state = encodeComparisonState({
      word: beginning.word,
      offsets,
      tally: this.tally,
      comparator: this.comparator.saved(),
    })
    await store.write({ state, ...this.buffer.take() })
    this.taken = 0
  }

  private count(verdicts: readonly Verdict[]): void {
    const counted = verdicts.flatMap((verdict) => this.counted(verdict))
    if (counted.length > 0) this.tally = tallied(this.tally, counted)
  }

  /** Around its beginning one of a pair may stand before what is read: nobody can say then that it is missing. */
  private counted(verdict: Verdict): readonly Verdict[] {
    const { comparison, beginning } = this.parts
    // What one of the two had told before is no part of it, however late the other one was.
    if (verdict.firstMs < beginning.atMs) return []
    const quietUntilMs = beginning.atMs + comparison.windowMs
    const isMissing = verdict.outcome === 'missing-in-bridge' || verdict.outcome === 'missing-in-native'
    if (isMissing && verdict.atMs < quietUntilMs) return []
    if (verdict.replaces === undefined || verdict.atMs >= quietUntilMs + comparison.lateMs) return [verdict]
    return this.wasCounted(verdict.replaces) ? [verdict] : [withoutReplaced(verdict)]
  }

  private wasCounted({ outcome }: NonNullable<Verdict['replaces']>): boolean {
    return Object.values(this.tally.types).some(({ outcomes }) => (outcomes[outcome]?.count ?? 0) > 0)
  }

  report(
    mapping: string,
    { topics, atMs }: { readonly topics: Readonly<Record<Side, string>>; readonly atMs: number },
  ): ParityReport {
    const { comparator, tally, judgedMs } = this
    return {
      mapping,
      version: this.parts.comparison.version,
      word: this.parts.beginning.word,
      topics,
      atMs,
      sinceMs: comparator.since(),
      judgedMs,
      pendingSinceMs: comparator.pendingSinceMs(),
      stalled: comparator.stalled(),
      wrongPartitions: comparator.wrongPartitions(),
      tally,
    }
  }
}

function withoutReplaced({ outcome, type, aggregate, atMs, firstMs, places, causes }: Verdict): Verdict {
  return { outcome, type, aggregate, atMs, firstMs, places, causes }
}
