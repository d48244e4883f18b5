/** The rows of a source in one session: read by its translation, written behind its slices. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { keysOf, type StoredCatalog, storedTables } from '../../../core/rows/stored/stored-catalog.ts'
import { cascadeIndexes } from '../../../core/rows/cascades/cascading-rows.ts'
import { PendingRows } from '../../../core/rows/pending-rows.ts'
import type { RowIndex } from '../../../core/rows/rows-at-hand.ts'
import { SourceRows } from '../../../core/rows/source-rows.ts'
import { indexRange } from '../../../core/rows/row-indexes.ts'
import { markOfRowKey, markRange, rowKeyOfMark } from '../../../core/rows/stored/store-key.ts'
import type { LeftRows } from '../../../core/translation/snapshots/left-rows.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { ActiveRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import type { RowStore } from '../../../ports/row-store.ts'
import { Turns } from '../reading/turns.ts'
import { buildIndex } from './bring-indexes.ts'
import { keepLarge } from './keep-large.ts'
import { type EntryPage, LiveEntries } from './live-entries.ts'
import { RowWriter } from './row-writer.ts'
import type { RowWritesReport } from './rows-report.ts'

export type Indexes = ReadonlyMap<string, RowIndex>

export class SessionRows {
  readonly rows: SourceRows
  readonly writer: RowWriter
  private readonly entries: LiveEntries
  private readonly clock: Clock

  constructor(
    store: RowStore,
    {
      catalog,
      clock,
      report,
    }: { readonly catalog: StoredCatalog; readonly clock: Clock; readonly report: RowWritesReport },
  ) {
    const entries = new LiveEntries(store)
    this.entries = entries
    this.clock = clock
    this.rows = new SourceRows(storedTables(catalog), new PendingRows(entries))
    this.writer = new RowWriter({ entries, pending: this.rows.pending, keys: keysOf(catalog), clock, report })
  }

  /** From here on rows are read by what the catalogs in force promise; the indexes are to be brought to it. */
  expect({ read }: Pick<ActiveRevisions, 'read'>): void {
    this.rows.expect(read.promisedForms ?? new Map())
  }

  /** Of an empty store: from here on it accounts for what comes behind the checkpoint. */
  async beginAt(checkpoint: Checkpoint, indexes: Indexes): Promise<void> {
    this.rows.findBy(indexes.values())
    this.writer.indexes = this.idsWithEntries
    await this.writer.markAt(checkpoint)
  }

  /** Rows are found by those indexes that the store has; it drops those that nobody asks by. */
  async resume(indexes: Indexes): Promise<void> {
    const { mark } = this.entries
    const had = mark?.indexes ?? []
    this.rows.findBy(indexes.values())
    const wanted = this.rows.indexes.withEntries
    const kept = had.filter((id) => wanted.some(({ keptId }) => keptId === id))
    const lacking = wanted.filter(({ keptId }) => !kept.includes(keptId))
    const isLacking = ({ id }: RowIndex): boolean => lacking.some(({ index }) => index.id === id)
    this.rows.findBy([...indexes.values()].filter((index) => !isLacking(index)))
    this.writer.indexes = kept
    if (mark === null) return
    // Rows are brought to the checkpoint by what foreign keys do: their children must be found from the first change on.
    const cascading = new Set(cascadeIndexes(this.rows.tables).map(({ id }) => id))
    const missing = lacking.filter(({ index }) => cascading.has(index.id))
    for (const { index } of missing) await buildIndex(index, this.building(unheard))
    this.writer.indexes = [...kept, ...missing.map(({ keptId }) => keptId)]
    if (missing.length === 0 && kept.length === had.length) return
    // The mark first: an index that it names has all of its entries.
    await this.writer.markAt(mark.checkpoint)
    const emptied = had.filter((id) => !kept.includes(id)).map(indexRange)
    if (emptied.length > 0) await this.writer.writePart({ emptied, values: [] })
  }

  /** Rows are found by these from here on. Everything before the checkpoint must be visible. Raises `FENCED`. */
  async bringIndexes(
    indexes: Indexes,
    { checkpoint, ended, reached }: { readonly checkpoint: Checkpoint } & Pick<Building, 'ended' | 'reached'>,
  ): Promise<void> {
    await this.writer.flush()
    await this.resume(indexes)
    const built = this.writer.indexes
    this.rows.findBy(indexes.values())
    const missing = this.rows.indexes.withEntries.filter(({ keptId }) => !built.includes(keptId))
    for (const { index } of missing) await buildIndex(index, this.building({ ended, reached }))
    this.writer.indexes = this.idsWithEntries
    if (missing.length > 0) await this.writer.markAt(checkpoint)
  }

  private get idsWithEntries(): readonly string[] {
    return this.rows.indexes.withEntries.map(({ keptId }) => keptId)
  }

  private building(told: Pick<Building, 'ended' | 'reached'>): Building {
    const { entries, rows, writer, clock } = this
    return { entries, tables: rows.tables, writer, turns: new Turns(clock), ...told }
  }

  /** Rows behind a place, in their order, and the last key that was looked at; null at the end of their table. */
  page({ table, behind, rows }: LeftRows): EntryPage {
    if (rows !== 'new') return copied(this.entries.page(table.range, behind))
    const { entries, upTo } = this.entries.page(markRange(table.name), behind === null ? null : markOfRowKey(behind))
    const marks = entries.map(([key]) => key)
    return { entries: this.rows.newRows.rowsOf(table, marks), upTo: upTo === null ? null : rowKeyOfMark(upTo) }
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
    const { writer, clock, entries: stored } = this
    const { tables, indexes } = this.rows
    const { ended } = work
    await writer.flush()
    writer.hold()
    if (!(await work.publish())) return false
    const log = await openLog()
    try {
      if (!(await keepLarge(reading, { log, kept: { tables, indexes }, stored, writer, clock, ended }))) return false
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
      await this.entries.close()
    }
  }
}

type Building = Parameters<typeof buildIndex>[1]

/** Nobody ends it, and nobody is told. */
const unheard: Pick<Building, 'ended' | 'reached'> = { ended: new AbortController().signal, reached: () => undefined }

/** To be kept beyond the turn. */
const copied = ({ entries, upTo }: EntryPage): EntryPage => ({
  entries: entries.map(([key, value]) => [key, Buffer.from(value)]),
  upTo,
})
