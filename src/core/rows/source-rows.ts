/** The rows of one source as far as its raw log was read, and what they tell of the next changes. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { PromisedForm } from '../capture/row/column-forms.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { ValueError } from '../values/value-error.ts'
import { cascadeIndexes, CascadingRows } from './cascades/cascading-rows.ts'
import { changedWith } from './cascades/unfollowed-changes.ts'
import { Hydration, type HydrationParts, type StoredTables } from './hydration.ts'
import { LargeCompletion } from './large-completion.ts'
import { PendingRows } from './pending-rows.ts'
import { NewRows } from './new-rows.ts'
import { RowIndexes } from './row-indexes.ts'
import type { RowIndex, RowsAtHand } from './rows-at-hand.ts'
import { ScannedTables } from './scanned-tables.ts'
import { withoutId } from './stored/row-codec.ts'
import { learnForms } from './stored/row-forms.ts'
import { TransactionRows } from './transaction-rows.ts'

export class SourceRows implements RowsAtHand {
  readonly tables: StoredTables
  readonly pending: PendingRows
  private found: RowIndexes
  private hydration: Hydration
  private cascading: CascadingRows
  private transaction = new TransactionRows()
  private isOpen = false
  readonly scanned: ScannedTables
  readonly newRows: NewRows
  /** Whether the first snapshot has ended. */
  areWhole = false

  constructor(tables: StoredTables, pending: PendingRows) {
    this.tables = tables
    this.pending = pending
    learnForms(pending, tables)
    this.scanned = new ScannedTables(pending, tables.keys())
    this.newRows = new NewRows(pending, tables)
    const parts = this.partsFoundBy([])
    this.found = parts.indexes
    this.hydration = new Hydration(parts)
    this.cascading = new CascadingRows(this.hydration, parts)
  }

  /** Foreign keys find rows, too, whoever else does. */
  private partsFoundBy(indexes: Iterable<RowIndex>): HydrationParts {
    const { tables, pending } = this
    return { tables, rows: pending, indexes: new RowIndexes([...cascadeIndexes(tables), ...indexes], tables) }
  }

  /** From here on rows are read by these; indexes are to be found anew. */
  expect(promised: ReadonlyMap<TableName, readonly PromisedForm[]>): void {
    for (const { name, forms } of this.tables.values()) forms.expect(promised.get(name) ?? [])
  }

  /** From here on rows are found by these; of rows that were kept before, entries must be there already. */
  findBy(indexes: Iterable<RowIndex>): void {
    const parts = this.partsFoundBy(indexes)
    this.found = parts.indexes
    this.hydration = new Hydration(parts)
    this.cascading = new CascadingRows(this.hydration, parts)
  }

  get indexes(): RowIndexes {
    return this.found
  }

  /** The changes that come next are of another transaction. */
  begin(): void {
    if (this.isOpen) throw new FalseworkError('INTERNAL', 'a transaction behind one that has not ended')
    this.isOpen = true
    this.transaction = new TransactionRows()
    this.hydration.transaction = this.transaction
  }

  /** The transaction is published, or part of the slice at hand. */
  end(): void {
    this.isOpen = false
  }

  /**
   * Changes of the transaction, in commit order, each with those behind it that foreign keys have made. `readsBefore`:
   * tables of which somebody may ask what a row was.
   */
  complete(changes: readonly RowChange[], readsBefore: ReadonlySet<TableName>): readonly RowChange[] {
    // Of no table: there is nothing to be known of any row.
    if (this.tables.size === 0) return changes
    return changes.flatMap((change) => this.cascading.complete(change, readsBefore))
  }

  find(index: RowIndex, text: string): readonly RowImage[] {
    const table = this.tables.get(index.table)
    if (table === undefined) throw new ValueError('unavailable', `rows of ${index.table} are not kept`)
    const rows: RowImage[] = []
    for (const key of this.found.keysAt(this.pending, index, text)) {
      const bytes = this.pending.get(key, table.range)
      if (bytes !== null) rows.push(table.codec.decode(bytes))
    }
    return rows
  }

  deleted(index: RowIndex, text: string): readonly RowImage[] {
    return this.transaction.deletedAt(index, text)
  }

  /** The same for a transaction that is not held, which changes these tables. */
  besides(tables: ReadonlySet<TableName>): RowsAtHand {
    const changed = changedWith(tables, this.tables)
    return {
      find: (index, text) => {
        if (!changed.has(index.table)) return this.find(index, text)
        throw new ValueError('tooLarge', `the source transaction changes ${index.table}, and is too large to be held`)
      },
      // Nothing of the tables at hand is deleted by it.
      deleted: () => [],
      knowsAll: (table) => this.knowsAll(table),
    }
  }

  knowsAll(table: TableName): boolean {
    return this.areWhole && this.scanned.isWhole(table) !== false
  }

  /** A row of a snapshot: it says what the row is, and is part of no transaction. `isLater`: not of the first one. */
  snapshotRow(change: RowChange, isLater: boolean): void {
    this.hydration.transaction = null
    const table = this.tables.get(change.table)
    const key = isLater ? (table?.keyOf(change) ?? null) : null
    if (table === undefined || key === null) {
      this.hydration.complete(change, false)
      return
    }
    const was = this.pending.get(key, table.range)
    this.hydration.complete(change, false)
    const is = this.pending.get(key, table.range)
    // A table that was changed, and has left the row as it was, is nothing new of the row.
    if (is !== null && (was === null || !withoutId(was).equals(withoutId(is)))) this.newRows.mark(table, key)
  }

  /** The first snapshot begins anew: of rows that the one before has read, and this one will not, nothing is left. */
  forget(): void {
    for (const table of this.tables.values()) this.hydration.empty(table)
  }

  completionOfLarge(): LargeCompletion {
    return new LargeCompletion(this.tables, this.pending)
  }

  /**
   * A transaction that has failed is none of the slice's, and has changed its rows all the same: they are never written
   * then, nor is what comes behind them, and whoever goes on reads the log again.
   */
  seal(checkpoint: Checkpoint): void {
    if (!this.isOpen) this.pending.seal(checkpoint)
  }
}

/** Of these tables, in memory alone; none of them is known yet. */
export const rowsWithoutStore = (tables: StoredTables): SourceRows =>
  new SourceRows(tables, new PendingRows({ get: () => null, entries: () => [], has: () => false }))

/** Of a source none of whose rows are kept. */
export const unkeptRows = (): SourceRows => rowsWithoutStore(new Map())
