/** Rows of a source that is read from its beginning, over a store in memory that is written when somebody asks. */
import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import type { Entry } from '../../../src/core/rows/row-overlay.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import type { StoreKey } from '../../../src/core/rows/store-key.ts'
import { storedTables } from '../../../src/core/rows/stored-catalog.ts'
import type { ActiveRevisions } from '../../../src/core/translation/active-revisions.ts'
import type { LeftRows } from '../../../src/core/translation/left-rows.ts'

export class RowsOfRun {
  private readonly stored = new Map<StoreKey, Buffer>()
  readonly rows: SourceRows

  constructor({ stored, plan }: Pick<ActiveRevisions, 'stored' | 'plan'>) {
    const below = {
      get: (key: StoreKey) => this.stored.get(key) ?? null,
      entries: (prefix: StoreKey) => this.sorted().filter(([key]) => key.startsWith(prefix)),
    }
    this.rows = new SourceRows(stored === null ? new Map() : storedTables(stored), new PendingRows(below))
    this.rows.findBy(plan.indexes.values())
  }

  /** All rows of a table behind a place; what was sealed is written first. */
  page({ table, behind }: LeftRows): readonly Entry[] {
    this.rows.pending.becomeVisible()
    const batch = this.rows.pending.beginWriting()
    for (const [key, value] of batch?.content.values ?? []) {
      if (value === null) this.stored.delete(key)
      else this.stored.set(key, value)
    }
    this.rows.pending.written()
    const { from, to } = table.range
    return this.sorted().filter(([key]) => key >= from && key < to && (behind === null || key > behind))
  }

  private sorted(): readonly Entry[] {
    return [...this.stored].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
}

export const rowsInMemory = (active: Pick<ActiveRevisions, 'stored' | 'plan'>): SourceRows => new RowsOfRun(active).rows
