/** What one source has done since the process started, for status and metrics. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import type { Slice } from '../../core/translation/source-translation.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import { violationRemedy } from '../observe/dead-letters.ts'
import { RowsReport } from './rows/rows-report.ts'
import { increased, nothingYet, type SkippedTotal, type SourceCounts } from './source-state.ts'

const suspectedHead =
  'a source transaction may have lost its first rows at a restart of the connector: see whether `falsework audit SOURCE` ' +
  'finds rows that differ (docs/decisions/0004-no-row-is-lost-before-the-raw-log.md)'

/** A report over all stores past the guard may be thousands of them; a few lead to who writes. */
const namedTransactionsMax = 5

/** No table of a database is called so without its schema. */
const unknownTableLabel = 'unknown'

const outcomes: Readonly<Record<string, string>> = { PUBLISH_REFUSED: 'refused', FENCED: 'fenced' }

interface SliceReportParts {
  readonly source: string
  readonly rawLog: string
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

export class SliceReport {
  private readonly parts: SliceReportParts
  readonly rows: RowsReport
  checkpoint: Checkpoint | null = null
  /** Where the raw log ended when it was last read. */
  private logEnd = 0
  lastCommitMs: number | null = null
  private total: SourceCounts = nothingYet
  /** What was said of columns that are not as the catalog says. */
  private readonly toldDrifts = new Set<string>()
  /** By mapping and class: the log has told of each once. */
  private readonly skips = new Map<string, SkippedTotal>()

  constructor(parts: SliceReportParts) {
    this.parts = parts
    this.rows = new RowsReport(parts)
  }

  get counts(): SourceCounts {
    return this.total
  }

  get skipped(): readonly SkippedTotal[] {
    return [...this.skips.values()]
  }

  opened(checkpoint: Checkpoint): void {
    this.checkpoint = checkpoint
    this.rows.visibleTo(checkpoint.next)
    this.measureHeld(checkpoint)
  }

  private measureHeld({ held }: Checkpoint): void {
    const { source, metrics } = this.parts
    metrics.set('inputs_held', { source }, held?.inputs ?? 0)
  }

  /** So long it took until a batch was there; at the end of the log that is rest, not work. */
  waited(durationMs: number): void {
    this.parts.metrics.observe('stage_duration_seconds', { step: 'fetch' }, durationMs / 1000)
  }

  /** A batch of a log that ends at `logEnd` was translated. */
  worked(logEnd: number, durationMs: number): void {
    this.logEnd = logEnd
    this.parts.metrics.observe('stage_duration_seconds', { step: 'translate' }, durationMs / 1000)
    this.measureLag()
  }

  /** A Kafka transaction did not become visible, or nobody knows whether it did. */
  refused(code: string): void {
    const outcome = outcomes[code] ?? 'uncertain'
    this.parts.metrics.add('transactions_total', { source: this.parts.source, outcome }, 1)
  }

  private measureLag(): void {
    const { rawLog, metrics, clock } = this.parts
    const labels = { topic: rawLog, partition: '0' }
    const lag = Math.max(0, this.logEnd - (this.checkpoint?.next ?? 0))
    metrics.set('consumer_lag_records', labels, lag)
    const ageMs = lag === 0 || this.lastCommitMs === null ? 0 : Math.max(0, clock.wallMs() - this.lastCommitMs)
    metrics.set('consumer_lag_seconds', labels, ageMs / 1000)
  }

  published({ checkpoint, counts }: Slice, durationMs: number): void {
    this.checkpoint = checkpoint
    this.rows.visibleTo(checkpoint.next)
    this.measureHeld(checkpoint)
    this.parts.metrics.observe('stage_duration_seconds', { step: 'transaction' }, durationMs / 1000)
    if (counts.lastCommitUs !== null) this.lastCommitMs = Number(counts.lastCommitUs / 1000n)
    this.total = increased(increased(this.total, counts), { kafkaTransactions: 1 })
    this.count(counts)
    this.tellSuspects(counts)
    this.tellNewTables(counts)
    this.tellNewColumns(counts)
    this.tellDrifts(counts)
    this.tellSkips(counts)
    this.tellViolations(counts)
    this.tellLetters(counts)
    this.measureLag()
  }

  private tellSuspects({ suspects }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    for (const { transaction, offset } of suspects) {
      metrics.add('suspected_lost_heads_total', { source }, 1)
      log.warn(suspectedHead, { source, transaction, offset })
    }
  }

  private tellNewTables({ newTables }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    for (const { table, offset, from, isKnown } of newTables) {
      const was = from === null ? {} : { was: from }
      if (isKnown)
        log.warn('another table has the name of one that the catalog knows', { source, table, offset, ...was })
      else {
        metrics.add('unknown_tables_total', { source }, 1)
        log.warn('rows of a table that the catalog does not know are passed over', { source, table, offset, ...was })
      }
    }
  }

  private tellNewColumns({ newColumns }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    for (const { table, column, offset } of newColumns) {
      metrics.add('unknown_columns_total', { source }, 1)
      log.warn('rows have a column that the catalog does not know', { source, table, column, offset })
    }
  }

  /** Once for each reader of a column: the metric says how many inputs there are. */
  private tellDrifts({ drifts }: Slice['counts']): void {
    const { source, log } = this.parts
    for (const reason of drifts) {
      if (this.toldDrifts.has(reason)) continue
      this.toldDrifts.add(reason)
      log.error('a mapping reads a column that is not as its catalog says', { source, reason })
    }
  }

  /** An alarm each time: somebody writes past the guard, and a person must find out who. */
  private tellViolations({ failures, inPart }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    for (const [name, inputs] of failures) {
      const [mapping = '', code] = name.split(' ')
      if (code !== 'violation') continue
      metrics.add('violations_total', { mapping }, inputs)
      const remedy = 'find out who still writes the legacy tables; `falsework dead-letters list` has what was set aside'
      log.error('rows have changed behind the fence: the new service owns them', { source, mapping, inputs, remedy })
    }
    if (inPart.size === 0) return
    const transactions = [...inPart].slice(0, namedTransactionsMax).join(', ')
    const remedy = 'their dead letters name them: see whether the new service must be told of the rest, then discard it'
    const about = { source, amount: inPart.size, transactions, remedy }
    log.error('source transactions are published in part: the rest of each lies behind the fence', about)
  }

  private tellLetters({ letters }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    if (letters.size === 0) return
    for (const [outcome, amount] of letters) metrics.add('dead_letters_decided_total', { source, outcome }, amount)
    log.info('dead letters are decided, as an operator has said', { source, ...Object.fromEntries(letters) })
    const foreign = letters.get('foreign') ?? 0
    if (foreign > 0) log.warn('dead letters were not published', { source, letters: foreign, remedy: violationRemedy })
  }

  /** Once for each class: the metric says how many there are. */
  private tellSkips({ skippedInputs }: Slice['counts']): void {
    const { source, metrics, log } = this.parts
    for (const [name, { mapping, errorClass, reason, at, inputs }] of skippedInputs) {
      metrics.add('translate_failures_total', { mapping, code: errorClass }, inputs)
      metrics.add('inputs_skipped_total', { mapping, code: errorClass }, inputs)
      const before = this.skips.get(name)
      this.skips.set(name, { mapping, class: errorClass, inputs: (before?.inputs ?? 0) + inputs })
      if (before !== undefined) continue
      log.warn('inputs that fail so are skipped, as the mapping says', {
        source,
        mapping,
        class: errorClass,
        reason,
        at,
      })
    }
  }

  private count(counts: Slice['counts']): void {
    const { source, metrics, clock } = this.parts
    const nowMs = clock.wallMs()
    metrics.add('transactions_total', { source, outcome: 'committed' }, 1)
    metrics.add('envelopes_parsed_whole_total', { source }, counts.envelopesParsedWhole)
    for (const [name, ops] of counts.consumed) {
      // A database makes tables without end, partitions for instance: labels stay those of the catalog.
      const table = counts.unknownTables.has(name) ? unknownTableLabel : name
      for (const [op, amount] of ops) metrics.add('changes_consumed_total', { source, table, op }, amount)
    }
    for (const [reason, amount] of counts.skipped) {
      metrics.add('changes_skipped_total', { source, reason }, amount)
    }
    for (const [{ mapping, event, version }, amount] of counts.published) {
      const event_type = `${event}.v${version}`
      metrics.add('events_published_total', { mapping, event_type, stage: 'live' }, amount)
      metrics.set('last_event_timestamp_seconds', { mapping }, nowMs / 1000)
    }
    for (const [name, amount] of counts.failures) {
      const [mapping = '', code = ''] = name.split(' ')
      metrics.add('translate_failures_total', { mapping, code }, amount)
      metrics.add('dead_letter_written_total', { code }, amount)
    }
    for (const [name, amount] of counts.nulledFields) {
      const [mapping = '', code = ''] = name.split(' ')
      metrics.add('fields_nulled_total', { mapping, code }, amount)
    }
    for (const { mapping, committedAtMs, events } of counts.latencies) {
      metrics.observe('event_latency_seconds', { mapping }, Math.max(0, nowMs - committedAtMs) / 1000, events)
    }
  }
}
