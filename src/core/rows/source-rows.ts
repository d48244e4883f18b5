/** The rows of one source as far as its raw log was read, and what they tell of the next changes. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { ValueError } from '../values/value-error.ts'
import { Hydration, type StoredTables } from './hydration.ts'
import { LargeCompletion } from './large-completion.ts'
import { PendingRows } from './pending-rows.ts'
import { NewRows } from './new-rows.ts'
import { RowIndexes } from './row-indexes.ts'
import type { RowIndex, RowsAtHand } from './rows-at-hand.ts'
import { ScannedTables } from './scanned-tables.ts'
import { TransactionRows } from './transaction-rows.ts'

export class SourceRows implements RowsAtHand {
  readonly tables: StoredTables
  readonly pending: PendingRows
  private found: RowIndexes
  private hydration: Hydration
  private transaction = new TransactionRows()
  private isOpen = false
  readonly scanned: ScannedTables
  readonly newRows: NewRows
  /** Whether the first snapshot has ended. */
  areWhole = false

  constructor(tables: StoredTables, pending: PendingRows) {
    this.tables = tables
    this.pending = pending
    this.scanned = new ScannedTables(pending, tables.keys())
    this.newRows = new NewRows(pending, tables)
    this.found = new RowIndexes([], tables)
    this.hydration = new Hydration({ tables, rows: pending, indexes: this.found })
  }

  /** From here on rows are found by these; of rows that were kept before, entries must be there already. */
  findBy(indexes: Iterable<RowIndex>): void {
    this.found = new RowIndexes(indexes, this.tables)
    this.hydration = new Hydration({ tables: this.tables, rows: this.pending, indexes: this.found })
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

  /** Changes of the transaction, in commit order. `readsBefore`: tables of which somebody may ask what a row was. */
  complete(changes: readonly RowChange[], readsBefore: ReadonlySet<TableName>): readonly RowChange[] {
    return changes.map((change) => this.hydration.complete(change, readsBefore.has(change.table)))
  }

  find(index: RowIndex, text: string): readonly RowImage[] {
    const table = this.tables.get(index.table)
    if (table === undefined) throw new ValueError('unavailable', `rows of ${index.table} are not kept`)
    return this.found.keysAt(this.pending, index, text).flatMap((key) => {
      const bytes = this.pending.get(key, table.range)
      return bytes === null ? [] : [table.codec.decode(bytes)]
    })
  }

  deleted(index: RowIndex, text: string): readonly RowImage[] {
    return this.transaction.deletedAt(index, text)
  }

  /** The same for a transaction that is not held, which changes these tables. */
  besides(changed: ReadonlySet<TableName>): RowsAtHand {
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
    if (is !== null && was?.equals(is) !== true) this.newRows.mark(table, key)
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

/** Of a source none of whose rows are kept. */
export const unkeptRows = (): SourceRows =>
  new SourceRows(new Map(), new PendingRows({ get: () => null, entries: () => [] }))
