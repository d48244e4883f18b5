/** What one source has done since the process started, for status and metrics. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import type { Slice } from '../../core/translation/source-translation.ts'
import type { Clock, Metrics } from '../../ports/clock-log-metrics.ts'
import type { SourceCounts } from './source-state.ts'

export class SliceReport {
  private readonly parts: { readonly source: string; readonly metrics: Metrics; readonly clock: Clock }
  checkpoint: Checkpoint | null = null
  /** Where reading stands, which is ahead of the checkpoint. */
  readUpTo: number | null = null
  lastCommitMs: number | null = null
  private total: SourceCounts = {
    changes: 0,
    transactions: 0,
    replayedTransactions: 0,
    events: 0,
    deadLetters: 0,
    kafkaTransactions: 0,
  }

  constructor(parts: { readonly source: string; readonly metrics: Metrics; readonly clock: Clock }) {
    this.parts = parts
  }

  get counts(): SourceCounts {
    return this.total
  }

  opened(checkpoint: Checkpoint): void {
    this.checkpoint = checkpoint
  }

  read(next: number): void {
    this.readUpTo = next
  }

  published({ checkpoint, counts }: Slice): void {
    this.checkpoint = checkpoint
    if (counts.lastCommitUs !== null) this.lastCommitMs = Number(counts.lastCommitUs / 1000n)
    const { total } = this
    this.total = {
      changes: total.changes + counts.changes,
      transactions: total.transactions + counts.transactions,
      replayedTransactions: total.replayedTransactions + counts.replayedTransactions,
      events: total.events + counts.events,
      deadLetters: total.deadLetters + counts.deadLetters,
      kafkaTransactions: total.kafkaTransactions + 1,
    }
    this.count(counts)
  }

  private count(counts: Slice['counts']): void {
    const { source, metrics, clock } = this.parts
    const nowMs = clock.wallMs()
    metrics.add('falsework_transactions_total', { source, outcome: 'committed' }, 1)
    for (const [table, ops] of counts.consumed) {
      for (const [op, amount] of ops) metrics.add('falsework_changes_consumed_total', { source, table, op }, amount)
    }
    for (const [reason, amount] of counts.skipped) {
      metrics.add('falsework_changes_skipped_total', { source, reason }, amount)
    }
    for (const [{ mapping, event, version }, amount] of counts.published) {
      const event_type = `${event}.v${version}`
      metrics.add('falsework_events_published_total', { mapping, event_type, stage: 'live' }, amount)
      metrics.set('falsework_last_event_timestamp_seconds', { mapping }, nowMs / 1000)
    }
    for (const [name, amount] of counts.failures) {
      const [mapping = '', code = ''] = name.split(' ')
      metrics.add('falsework_translate_failures_total', { mapping, code }, amount)
      metrics.add('falsework_dead_letter_written_total', { code }, amount)
    }
    for (const { mapping, committedAtMs, events } of counts.latencies) {
      metrics.observe('falsework_event_latency_seconds', { mapping }, Math.max(0, nowMs - committedAtMs) / 1000, events)
    }
  }
}
