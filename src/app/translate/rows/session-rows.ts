/** The rows of a source in one session: read by its translation, written behind its slices. */
import type { StoredCatalog } from '../../../core/rows/stored-catalog.ts'
import { keysOf, storedTables } from '../../../core/rows/stored-catalog.ts'
import { PendingRows } from '../../../core/rows/pending-rows.ts'
import type { RowBytes } from '../../../core/rows/row-overlay.ts'
import { SourceRows } from '../../../core/rows/source-rows.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RawLog } from '../../../ports/raw-log.ts'
import type { RowStore } from '../../../ports/row-store.ts'
import { keepLarge } from './keep-large.ts'
import { RowWriter } from './row-writer.ts'
import type { RowsReport } from './rows-report.ts'

export class SessionRows {
  readonly rows: SourceRows
  private readonly store: RowStore
  private readonly writer: RowWriter
  private readonly clock: Clock
  private readonly stored: RowBytes

  constructor(
    store: RowStore,
    { catalog, clock, report }: { readonly catalog: StoredCatalog; readonly clock: Clock; readonly report: RowsReport },
  ) {
    this.store = store
    this.clock = clock
    this.stored = { get: (key) => store.get(key) }
    this.rows = new SourceRows(storedTables(catalog), new PendingRows(this.stored))
    this.writer = new RowWriter({ store, pending: this.rows.pending, keys: keysOf(catalog), clock, report })
  }

  get written(): RowWriter {
    return this.writer
  }

  /**
   * Around the publishing of a transaction that is read again, which fulfils whether it was published: what it does to
   * its rows is kept before the checkpoint that accounts for it. False when it was ended before.
   */
  async aroundLarge(
    reading: ReadAgain,
    openLog: () => Promise<RawLog>,
    work: { readonly ended: AbortSignal; readonly publish: () => Promise<boolean> },
  ): Promise<boolean> {
    const { writer, clock, stored } = this
    const { ended } = work
    await writer.flush()
    writer.hold()
    if (!(await work.publish())) return false
    const log = await openLog()
    try {
      if (!(await keepLarge(reading, { log, tables: this.rows.tables, stored, writer, clock, ended }))) return false
    } finally {
      await log.close()
    }
    writer.release()
    return true
  }

  /** What is visible is written first, unless that fails. */
  async close(): Promise<void> {
    try {
      await this.writer.flush()
    } finally {
      await this.store.close()
    }
  }
}
