/** Writes what rows have become to the store, behind the slices that said so, some of them at a time. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { PendingRows } from '../../../core/rows/pending-rows.ts'
import type { RowOverlay } from '../../../core/rows/row-overlay.ts'
import type { StoreMark } from '../../../core/rows/stored/store-mark.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { LiveEntries } from './live-entries.ts'
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

/**
 * At rest; or writing what is visible; or removing what does not count any more, a little at a time, until something is
 * to be written, it is told to stop, or nothing is left to remove. It is moved on by slices that become visible.
 */
export class RowWriter {
  private readonly entries: LiveEntries
  private readonly pending: PendingRows
  private readonly keys: ReadonlyMap<TableName, string>
  private readonly clock: Clock
  private readonly report: RowWritesReport
  private writing: Promise<void> | null = null
  private failure: { readonly error: unknown } | null = null
  private held = false
  private flushing = 0
  private lastMs: number
  /** Ids of those that have an entry for each row from the next batch on. */
  indexes: readonly string[] = []

  constructor(parts: {
    readonly entries: LiveEntries
    readonly pending: PendingRows
    /** By table, the columns of its key. */
    readonly keys: ReadonlyMap<TableName, string>
    readonly clock: Clock
    readonly report: RowWritesReport
  }) {
    this.entries = parts.entries
    this.pending = parts.pending
    this.keys = parts.keys
    this.clock = parts.clock
    this.report = parts.report
    this.lastMs = parts.clock.nowMs()
  }

  /** The slice that was taken first has become visible on Kafka. */
  visible(): void {
    this.pending.becomeVisible()
    this.goOn()
  }

  /** Null while more may be translated. Raises what has failed. */
  get full(): Promise<void> | null {
    this.rethrow()
    return this.pending.visibleBytes < pendingBytesMax ? null : this.flush()
  }

  /** Everything that is visible is written; what does not count any more may stay. Raises what has failed. */
  async flush(): Promise<void> {
    this.flushing += 1
    try {
      do {
        await this.writing
        this.rethrow()
        this.begin()
      } while (this.writing !== null)
    } finally {
      this.flushing -= 1
    }
  }

  /** Nothing is written until it is released: what a large transaction did to its rows comes before its checkpoint. */
  hold(): void {
    this.held = true
  }

  release(): void {
    this.held = false
  }

  /** Writes a part of what a transaction did that is visible, and that the mark accounts for when all of it is written. */
  async writePart(content: Pick<RowOverlay['content'], 'emptied' | 'values'>): Promise<void> {
    const { mark } = this.entries
    if (mark === null) throw new FalseworkError('INTERNAL', 'a part of a transaction in a store without a mark')
    await this.write(content, mark)
  }

  /** Says that the store, with what was written so far, stands at this checkpoint. */
  async markAt(checkpoint: Checkpoint): Promise<void> {
    await this.flush()
    await this.entries.write({ emptied: [], values: [] }, this.markOf(checkpoint))
    this.report.stoodAt(checkpoint.next, this.entries)
  }

  private markOf(checkpoint: Checkpoint): Omit<StoreMark, 'emptied'> {
    return { checkpoint, keys: this.keys, indexes: this.indexes }
  }

  private goOn(): void {
    if (this.isDue) this.begin()
    else this.beginRemoving()
  }

  private get isDue(): boolean {
    const { visibleBytes, hasVisible } = this.pending
    return hasVisible && (visibleBytes >= writeBytes || this.clock.nowMs() - this.lastMs >= writeMs)
  }

  private begin(): void {
    const batch = this.held || this.writing !== null ? null : this.pending.beginWriting()
    if (batch === null) return
    this.lastMs = this.clock.nowMs()
    const { content, checkpoint } = batch
    this.work(async () => {
      await this.writeInSteps(content, checkpoint)
      this.pending.written()
      this.report.stoodAt(checkpoint.next, this.entries)
    })
  }

  private beginRemoving(): void {
    if (this.mayRemove && this.writing === null) {
      this.work(async () => {
        while (this.mayRemove && !this.isDue) {
          await this.entries.removeSome()
          await this.clock.sleep(0)
        }
      })
    }
  }

  private get mayRemove(): boolean {
    return this.entries.hasDead && !this.held && this.flushing === 0 && this.failure === null
  }

  private work(carryOut: () => Promise<void>): void {
    this.writing = carryOut()
      .catch((error: unknown) => {
        this.failure = { error }
      })
      .then(() => {
        this.writing = null
        if (this.flushing === 0 && this.failure === null) this.goOn()
      })
  }

  /**
   * Neighbours together; only the last step has the mark, the first one what was emptied. After a crash everything behind
   * the mark before is read again, and a change that comes twice leaves the row as it was left. Entries of indexes stand
   * before the rows of which they are made: read again over its last state, a row takes back none that it did not have.
   */
  private async writeInSteps(content: RowOverlay['content'], checkpoint: Checkpoint): Promise<void> {
    const { mark: before } = this.entries
    if (content.inOneStep || before === null) {
      await this.write(content, this.markOf(checkpoint))
      return
    }
    const all = [...content.values].toSorted(([a], [b]) => (a < b ? -1 : 1))
    for (let from = 0; from === 0 || from < all.length; from += stepEntries) {
      const values = all.slice(from, from + stepEntries)
      const isLast = from + stepEntries >= all.length
      const emptied = from === 0 ? content.emptied : []
      await this.write({ emptied, values }, isLast ? this.markOf(checkpoint) : before)
    }
  }

  private async write(
    content: Parameters<LiveEntries['write']>[0],
    told: Parameters<LiveEntries['write']>[1],
  ): Promise<void> {
    const values = [...content.values]
    await this.entries.write({ emptied: content.emptied, values }, told)
    this.report.wrote(values.length)
  }

  private rethrow(): void {
    if (this.failure !== null) throw this.failure.error
  }
}
