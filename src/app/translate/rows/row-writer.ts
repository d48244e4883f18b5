/** Writes what rows have become to the store, behind the slices that said so, some of them at a time. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { PendingRows } from '../../../core/rows/pending-rows.ts'
import type { RowOverlay } from '../../../core/rows/row-overlay.ts'
import type { StoreKey } from '../../../core/rows/stored/store-key.ts'
import { encodeMark } from '../../../core/rows/stored/store-mark.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RowStore } from '../../../ports/row-store.ts'
import type { RowWritesReport } from './rows-report.ts'

/** Rows that change often are written once in so many bytes, or so long. */
const writeBytes = 16_777_216
const writeMs = 2_000
/**
 * Entries of one step. The store writes whole pages: neighbours share them when they are written together, and pages of
 * a step that is too long cost it more than those of several.
 */
const stepEntries = 3_000
/** What may wait to be written before the source waits for the disk. */
const pendingBytesMax = 33_554_432

export class RowWriter {
  private readonly store: RowStore
  private readonly pending: PendingRows
  private readonly keys: ReadonlyMap<TableName, string>
  private readonly clock: Clock
  private readonly report: RowWritesReport
  private writing: Promise<void> | null = null
  private failure: { readonly error: unknown } | null = null
  private held = false
  private lastMs: number
  /** Ids of those that have an entry for each row from the next batch on. */
  indexes: readonly string[] = []

  constructor(parts: {
    readonly store: RowStore
    readonly pending: PendingRows
    /** By table, the columns of its key. */
    readonly keys: ReadonlyMap<TableName, string>
    readonly clock: Clock
    readonly report: RowWritesReport
  }) {
    this.store = parts.store
    this.pending = parts.pending
    this.keys = parts.keys
    this.clock = parts.clock
    this.report = parts.report
    this.lastMs = parts.clock.nowMs()
  }

  /** The slice that was taken first has become visible on Kafka. */
  visible(): void {
    this.pending.becomeVisible()
    const isDue = this.pending.visibleBytes >= writeBytes || this.clock.nowMs() - this.lastMs >= writeMs
    if (isDue) this.begin()
  }

  /** Null while more may be translated. Raises what has failed. */
  get full(): Promise<void> | null {
    this.rethrow()
    return this.pending.visibleBytes < pendingBytesMax ? null : this.flush()
  }

  /** Everything that is visible is written. Raises what has failed. */
  async flush(): Promise<void> {
    do {
      await this.writing
      this.rethrow()
      this.begin()
    } while (this.writing !== null)
  }

  /** Nothing is written until it is released: what a large transaction did to its rows comes before its checkpoint. */
  hold(): void {
    this.held = true
  }

  release(): void {
    this.held = false
  }

  /** Writes a part of what a transaction did that is visible, and that the mark accounts for when all of it is written. */
  async writePart(content: RowOverlay['content']): Promise<void> {
    const { mark } = this.store
    if (mark === null) throw new FalseworkError('INTERNAL', 'a part of a transaction in a store without a mark')
    await this.write(content, mark)
  }

  /** Says that the store, with what was written so far, stands at this checkpoint. */
  async markAt(checkpoint: Checkpoint): Promise<void> {
    await this.flush()
    await this.store.write({ entries: [], mark: this.markOf(checkpoint) })
    this.report.stoodAt(checkpoint.next, this.store)
  }

  private markOf(checkpoint: Checkpoint): string {
    return encodeMark({ checkpoint, keys: this.keys, indexes: this.indexes })
  }

  private begin(): void {
    const batch = this.held || this.writing !== null ? null : this.pending.beginWriting()
    if (batch === null) return
    this.lastMs = this.clock.nowMs()
    const { content, checkpoint } = batch
    this.writing = this.writeInSteps(content, this.markOf(checkpoint))
      .then(() => {
        this.pending.written()
        this.report.stoodAt(checkpoint.next, this.store)
      })
      .catch((error: unknown) => {
        this.failure = { error }
      })
      .then(() => {
        this.writing = null
      })
  }

  /**
   * Neighbours together; only the last step has the mark. After a crash everything behind the mark before is read again,
   * and a change that comes twice leaves the row as it was left. Entries of indexes stand before the rows of which they
   * are made: read again over its last state, a row takes back none that it did not have.
   */
  private async writeInSteps(content: RowOverlay['content'], mark: string): Promise<void> {
    const before = this.store.mark
    if (content.inOneStep || before === null) {
      await this.write(content, mark)
      return
    }
    const entries = [...content.values].toSorted(([a], [b]) => (a < b ? -1 : 1))
    for (let from = 0; from === 0 || from < entries.length; from += stepEntries) {
      const values = entries.slice(from, from + stepEntries)
      const isLast = from + stepEntries >= entries.length
      await this.write({ ...content, values }, isLast ? mark : before)
    }
  }

  private async write(content: RowOverlay['content'], mark: string): Promise<void> {
    let rows = 0
    const counted = function* (store: RowStore): ReturnType<typeof entriesOf> {
      for (const entry of entriesOf(store, content)) {
        rows += 1
        yield entry
      }
    }
    await this.store.write({ entries: counted(this.store), mark })
    this.report.wrote(rows)
  }

  private rethrow(): void {
    if (this.failure !== null) throw this.failure.error
  }
}

/** Spaces that were emptied come first: what is set of them came afterwards. */
function* entriesOf(
  store: RowStore,
  { emptied, values }: RowOverlay['content'],
): Generator<readonly [StoreKey, Buffer | null]> {
  for (const { from, to } of emptied) for (const { key } of store.range(from, to)) yield [key, null]
  yield* values
}
