/** Completes changes with what is known of their rows, and keeps what the rows are behind them. */
import { KeptForm, OtherForm, OtherFormImage } from '../capture/image/other-form.ts'
import type { RowImage } from '../capture/image/row-image.ts'
import { sameLayout, SlicedImage } from '../capture/image/sliced-image.ts'
import { PartialImage } from '../capture/image/value-image.ts'
import { formsBeside, type NamedForms } from '../capture/row/named-forms.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import { FilledImage } from './filled-image.ts'
import type { RowIndexes } from './row-indexes.ts'
import type { KeptRows } from './row-overlay.ts'
import type { StoreKey } from './stored/store-key.ts'
import { FormsWriter } from './stored/row-forms.ts'
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
  private leaving: KeptRow | null = null
  private readonly formsWriter: FormsWriter

  constructor(parts: HydrationParts) {
    this.parts = parts
    this.formsWriter = new FormsWriter(parts.rows)
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
    const was = asked ? this.rowAt(key, table) : null
    this.place(table, { key, was, is: null, moves })
    this.leaving = moves ? was : null
    if (table.wholeRows || was === null || change.before === null) return change
    return { ...change, before: was.image }
  }

  private inserted(change: RowChange, table: StoredTable): RowChange {
    const { after, rekey } = change
    const key = table.keyOf(change)
    const left = rekey === null ? null : this.leaving
    this.leaving = null
    if (key === null || after === null) return change
    const was = this.isFound(table) || (rekey !== null && left === null) ? this.rowAt(key, table) : null
    // A row that came to its key when this was applied before has what it brought.
    const is = rekey === null ? keptRow(after, change) : fill(keptRow(after, change), left ?? was, table)
    const filled = is.image
    this.place(table, { key, was, is, moves: false })
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
    const was = isOpen || asksBefore || this.isFound(table) ? this.rowAt(key, table) : null
    const is = isOpen ? fill(keptRow(after, change), was, table) : keptRow(after, change)
    const filled = is.image
    this.place(table, { key, was, is, moves: false })
    if (!asksBefore) return filled === after ? change : { ...change, after: filled }
    return { ...change, before: was === null ? keyBefore(change) : withColumnsOf(was.image, after), after: filled }
  }

  private leave(table: StoredTable, key: StoreKey): void {
    const was = this.isFound(table) ? this.rowAt(key, table) : null
    this.place(table, { key, was, is: null, moves: true })
  }

  private place(table: StoredTable, { key, was, is, moves }: PlacedRow): void {
    const { rows, indexes } = this.parts
    if (moves) rows.move()
    if (this.isFound(table)) {
      const images = { key, was: was?.image ?? null, is: is?.image ?? null, moves }
      indexes.follow(rows, table.name, images)
      this.transaction?.became(table.name, key, images)
    }
    if (is !== null && is.forms !== null) this.formsWriter.write(table, is.forms)
    rows.set(key, is === null ? null : table.codec.encode(is.image, is.forms))
  }

  /** Whether look-ups find rows of the table: then it must be known what each of them was. */
  private isFound({ name }: StoredTable): boolean {
    return this.parts.indexes.has(name)
  }

  private rowAt(key: StoreKey, { range, codec }: StoredTable): KeptRow | null {
    const bytes = this.parts.rows.get(key, range)
    return bytes === null ? null : { image: codec.decode(bytes), forms: codec.formsOf(bytes) }
  }
}

/** `forms`: as the connector has named them; null: it has not. */
interface KeptRow {
  readonly image: RowImage
  readonly forms: NamedForms | null
}

const keptRow = (image: RowImage, { forms }: RowChange): KeptRow => ({ image, forms: forms ?? null })

interface PlacedRow {
  readonly key: StoreKey
  readonly was: KeptRow | null
  readonly is: KeptRow | null
  /** It goes on under another key. */
  readonly moves: boolean
}

/** What the connector left out of a row has not changed: it stays in the form in which it came. */
function fill(row: KeptRow, was: KeptRow | null, table: StoredTable): KeptRow {
  const unknown = table.unknownOf(row.image)
  if (unknown.length === 0) return row
  const from = was === null ? null : beside(was, row.forms, unknown)
  return { image: new FilledImage(row.image, unknown, from), forms: row.forms }
}

/** The image of a row, some columns of which go on in a row for which these forms were named. */
function beside({ image, forms }: KeptRow, said: NamedForms | null, columns: readonly string[]): RowImage {
  if (forms === null || forms.id === said?.id) return image
  const others = formsBeside(columns, forms.forms, said?.forms ?? new Map())
  return others.size === 0 ? image : new OtherFormImage(image, others, KeptForm)
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
