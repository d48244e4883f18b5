/** Rows of a source that is read from its beginning, over a store in memory that is written when somebody asks. */
import { type PendingBatch, PendingRows } from '../../../src/core/rows/pending-rows.ts'
import type { Entry } from '../../../src/core/rows/row-overlay.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import { markRange, type StoreKey, type StoreSpace } from '../../../src/core/rows/stored/store-key.ts'
import { storedTables } from '../../../src/core/rows/stored/stored-catalog.ts'
import type { ActiveRevisions } from '../../../src/core/translation/revisions/active-revisions.ts'
import type { LeftRows } from '../../../src/core/translation/snapshots/left-rows.ts'

type RunRevisions = Pick<ActiveRevisions, 'stored' | 'plan'> & Partial<Pick<ActiveRevisions, 'read'>>

export class RowsOfRun {
  private readonly stored = new Map<StoreKey, Buffer>()
  readonly rows: SourceRows

  constructor({ stored, plan, read }: RunRevisions) {
    const below = {
      get: (key: StoreKey) => this.stored.get(key) ?? null,
      entries: (prefix: StoreKey) => this.sorted().filter(([key]) => key.startsWith(prefix)),
      has: (prefix: StoreKey) => [...this.stored.keys()].some((key) => key.startsWith(prefix)),
    }
    this.rows = new SourceRows(stored === null ? new Map() : storedTables(stored), new PendingRows(below))
    this.rows.expect(read?.promisedForms ?? new Map())
    this.rows.findBy(plan.indexes.values())
  }

  /** All rows of a table behind a place, or those that are new; what was sealed is written first. */
  page({ table, behind, rows }: LeftRows): readonly Entry[] {
    this.write()
    if (rows === 'all') return this.within(table.range).filter(([key]) => behind === null || key > behind)
    const marks = this.within(markRange(table.name)).map(([mark]) => mark)
    return this.rows.newRows.rowsOf(table, marks).filter(([key]) => behind === null || key > behind)
  }

  /** Whatever was sealed. */
  private write(): void {
    const { pending } = this.rows
    for (;;) {
      pending.becomeVisible()
      const batch = pending.beginWriting()
      if (batch === null) return
      this.carryOut(batch.content)
      pending.written()
    }
  }

  private carryOut({ emptied, values }: PendingBatch['content']): void {
    for (const space of emptied) for (const [key] of this.within(space)) this.stored.delete(key)
    for (const [key, value] of values) {
      if (value === null) this.stored.delete(key)
      else this.stored.set(key, value)
    }
  }

  private within({ from, to }: StoreSpace): readonly Entry[] {
    return this.sorted().filter(([key]) => key >= from && key < to)
  }

  private sorted(): readonly Entry[] {
    return [...this.stored].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
}

export const rowsInMemory = (active: RunRevisions): SourceRows => new RowsOfRun(active).rows
