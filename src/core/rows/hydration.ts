/** Completes changes with what is known of their rows, and keeps what the rows are behind them. */
import { OtherForm } from '../capture/image/other-form.ts'
import type { RowImage } from '../capture/image/row-image.ts'
import { sameLayout, SlicedImage } from '../capture/image/sliced-image.ts'
import { PartialImage } from '../capture/image/value-image.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import { FilledImage } from './filled-image.ts'
import type { RowIndexes } from './row-indexes.ts'
import type { KeptRows } from './row-overlay.ts'
import type { StoreKey } from './stored/store-key.ts'
import type { StoredTable } from './stored/stored-table.ts'
import type { TransactionRows } from './transaction-rows.ts'

export type StoredTables = ReadonlyMap<TableName, StoredTable>

export interface HydrationParts {
  readonly tables: StoredTables
  readonly rows: KeptRows
  readonly indexes: RowIndexes
}

/**
 * Changes come in commit order. Under REPLICA IDENTITY DEFAULT the log says nothing of what a row was, and leaves large
 * values out that have not changed: both are in the rows.
 */
export class Hydration {
  private readonly parts: HydrationParts
  /** Of the transaction at hand; null where nobody looks anything up. */
  transaction: TransactionRows | null = null
  /** The row that the old half of a changed key has left, for the new half that comes next. */
  private leaving: RowImage | null = null

  constructor(parts: HydrationParts) {
    this.parts = parts
  }

  /** `readsBefore`: somebody may ask what the row was. */
  complete(change: RowChange, readsBefore: boolean): RowChange {
    const table = this.parts.tables.get(change.table)
    if (table === undefined) return change
    switch (change.op) {
      case 't':
        this.empty(table)
        return change
      case 'd':
        return this.deleted(change, table, readsBefore)
      case 'c':
      case 'r':
        return this.inserted(change, table)
      case 'u':
        return this.updated(change, table, readsBefore)
    }
  }

  /** No row of the table is left. */
  empty({ name, range }: StoredTable): void {
    const { rows, indexes } = this.parts
    rows.empty(range)
    indexes.empty(rows, name)
  }

  private deleted(change: RowChange, table: StoredTable, readsBefore: boolean): RowChange {
    const key = table.keyOf(change)
    if (key === null) return change
    const moves = change.rekey !== null
    const asked = moves || (readsBefore && !table.wholeRows) || this.isFound(table)
    const was = asked ? this.imageAt(key, table) : null
    this.place(table, { key, was, is: null, moves })
    this.leaving = moves ? was : null
    if (table.wholeRows || was === null || change.before === null) return change
    return { ...change, before: was }
  }

  private inserted(change: RowChange, table: StoredTable): RowChange {
    const { after, rekey } = change
    const key = table.keyOf(change)
    const left = rekey === null ? null : this.leaving
    this.leaving = null
    if (key === null || after === null) return change
    const was = this.isFound(table) || (rekey !== null && left === null) ? this.imageAt(key, table) : null
    // A row that came to its key when this was applied before has what it brought.
    const filled = rekey === null ? after : fill(after, left ?? was, table)
    this.place(table, { key, was, is: filled, moves: false })
    return filled === after ? change : { ...change, after: filled }
  }

  private updated(change: RowChange, table: StoredTable, readsBefore: boolean): RowChange {
    const { after } = change
    const key = table.keyOf(change)
    if (key === null || after === null) return change
    const former = table.formerKeyOf(change)
    if (former !== null && former !== key) this.leave(table, former)
    const isOpen = table.unknownOf(after).length > 0
    const asksBefore = readsBefore && !table.wholeRows
    const was = isOpen || asksBefore || this.isFound(table) ? this.imageAt(key, table) : null
    const filled = isOpen ? fill(after, was, table) : after
    this.place(table, { key, was, is: filled, moves: false })
    if (!asksBefore) return filled === after ? change : { ...change, after: filled }
    return { ...change, before: was === null ? keyBefore(change) : withColumnsOf(was, after), after: filled }
  }

  private leave(table: StoredTable, key: StoreKey): void {
    const was = this.isFound(table) ? this.imageAt(key, table) : null
    this.place(table, { key, was, is: null, moves: true })
  }

  private place(table: StoredTable, row: PlacedRow): void {
    const { rows, indexes } = this.parts
    const { key, is, moves } = row
    if (moves) rows.move()
    if (this.isFound(table)) {
      indexes.follow(rows, table.name, row)
      this.transaction?.became(table.name, key, row)
    }
    rows.set(key, is === null ? null : table.codec.encode(is))
  }

  /** Whether look-ups find rows of the table: then it must be known what each of them was. */
  private isFound({ name }: StoredTable): boolean {
    return this.parts.indexes.has(name)
  }

  private imageAt(key: StoreKey, table: StoredTable): RowImage | null {
    const bytes = this.parts.rows.get(key, table.range)
    return bytes === null ? null : table.codec.decode(bytes)
  }
}

interface PlacedRow {
  readonly key: StoreKey
  readonly was: RowImage | null
  readonly is: RowImage | null
  /** It goes on under another key. */
  readonly moves: boolean
}

/** What the connector left out of a row has not changed. */
function fill(after: RowImage, was: RowImage | null, table: StoredTable): RowImage {
  const unknown = table.unknownOf(after)
  return unknown.length === 0 ? after : new FilledImage(after, unknown, was)
}

/** A row that is not known had at least this key: an update that changes a key comes as two changes. */
function keyBefore({ before, after, key }: RowChange): RowImage | null {
  if (before !== null || after === null || key === null) return before
  return new PartialImage(after, (column) => key.columns.includes(column))
}

/** The row as it was; of columns that its table did not have, or that were renamed or retyped, nothing is known. */
function withColumnsOf(was: RowImage, after: RowImage): RowImage {
  if (was instanceof SlicedImage && after instanceof SlicedImage && sameLayout(was.layout, after.layout)) return was
  const missing = after.columns.filter((column) => {
    const value = was.get(column)
    // No row says in which form the database has turned the value that was.
    return (
      value === undefined || (value !== null && after.get(column) instanceof OtherForm && !(value instanceof OtherForm))
    )
  })
  return missing.length === 0 ? was : new FilledImage(was, missing, null)
}
