/** The rows of a source as rules look them up. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { TableName } from '../catalog/catalog.ts'

/** How rows of a table are found by values of some of their columns. */
export interface RowIndex {
  /** The same for indexes that hold the same, whoever asks: table, columns, and how each of them is compared. */
  readonly id: string
  readonly table: TableName
  /** Those that its texts are read from; absent: the texts are those of keys, whatever form these come in. */
  readonly columns?: readonly string[]
  /** The text under which a row is found; null: it is not found at all, since one of the columns is null. */
  readonly keyOf: (row: RowImage) => string | null
  /** Where a text tells what stands in the columns: their names, and the values; absent where several have one text. */
  readonly plain?: { readonly columns: readonly string[]; readonly valuesOf: (text: string) => readonly unknown[] }
}

/**
 * Rows as the source transaction at hand leaves them. Raises ValueError `unavailable` where rows cannot be found by the
 * index.
 */
export interface RowsAtHand {
  /** In the order of the table's key. */
  find(index: RowIndex, key: string): readonly RowImage[]
  /** Those that the transaction has deleted, as they were before it. */
  deleted(index: RowIndex, key: string): readonly RowImage[]
  /** Whether a row of the table that is not found is known not to be there. */
  knowsAll(table: TableName): boolean
}
