/** What is known of the rows of one source since the process started, for status and metrics. */
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { RebuildReason } from '../../../core/delivery/row-start-up.ts'
import type { AwaitedTables } from '../../../core/translation/revisions/mappings-waiting.ts'
import type { Metrics } from '../../../ports/clock-log-metrics.ts'
import type { RowStore } from '../../../ports/row-store.ts'

export type BringReason = RebuildReason | 'it is behind the checkpoint'

/** How a store is brought to the checkpoint: from where it stands, or anew from where the source begins. */
export interface Bringing {
  readonly kind: 'catch-up' | 'rebuild'
  readonly why: BringReason
  readonly from: RawOffset
  readonly to: RawOffset
}

export interface ToldRows {
  /** What stands before it in the raw log is in the store. */
  readonly position: RawOffset
  readonly entries: number
  /** On the disk. */
  readonly bytes: number
  /** While the source is opened and its raw log read again; else null. */
  readonly bringing: (Bringing & { readonly position: RawOffset; readonly percent: number }) | null
  /** Mappings that translate nothing until a snapshot has shown all rows of the tables. */
  readonly awaited: readonly { readonly mapping: string; readonly tables: readonly string[] }[]
}

/** What whoever writes rows tells. */
export type RowWritesReport = Pick<RowsReport, 'stoodAt' | 'wrote'>

export class RowsReport {
  private readonly source: string
  private readonly metrics: Metrics
  private stands: Omit<ToldRows, 'bringing' | 'awaited'> | null = null
  private awaited: ToldRows['awaited'] = []
  private bringing: ToldRows['bringing'] = null
  /** Where the rows are to be. */
  private target: RawOffset = 0

  constructor({ source, metrics }: { readonly source: string; readonly metrics: Metrics }) {
    this.source = source
    this.metrics = metrics
  }

  /** Null where no rows are kept, or no store was opened yet. */
  get told(): ToldRows | null {
    const { stands, bringing, awaited } = this
    return stands === null ? null : { ...stands, bringing, awaited }
  }

  /** The store holds what stands before `position`. */
  stoodAt(position: RawOffset, store: Pick<RowStore, 'size'>): void {
    const { entries, bytes } = store.size()
    this.stands = { position, entries, bytes }
    const { source, metrics } = this
    metrics.set('rows_store_entries', { source }, entries)
    metrics.set('rows_store_bytes', { source }, bytes)
    this.measureLag()
  }

  wrote(rows: number): void {
    this.metrics.add('rows_written_total', { source: this.source }, rows)
  }

  /** Everything that stands before it is visible on Kafka. */
  visibleTo(position: RawOffset): void {
    this.target = position
    this.measureLag()
  }

  awaits(tables: AwaitedTables): void {
    this.awaited = [...tables].map(([mapping, names]) => ({ mapping, tables: names }))
    this.metrics.set('mappings_awaiting_rows', { source: this.source }, tables.size)
  }

  begin(bringing: Bringing): void {
    this.target = bringing.to
    this.reach(bringing, bringing.from)
  }

  reached(position: RawOffset): void {
    if (this.bringing !== null) this.reach(this.bringing, position)
  }

  /** The store is where it was to be, or something has failed. */
  end(): void {
    this.bringing = null
  }

  private reach(bringing: Bringing, reached: RawOffset): void {
    const { kind, why, from, to } = bringing
    // A batch may go beyond what is wanted of it.
    const position = Math.min(reached, to)
    const percent = to === from ? 100 : Math.floor(((position - from) / (to - from)) * 100)
    this.bringing = { kind, why, from, to, position, percent }
    this.measureLag()
  }

  private measureLag(): void {
    const { stands, target, source } = this
    if (stands === null) return
    this.metrics.set('rows_store_lag_records', { source }, Math.max(0, target - stands.position))
  }
}
