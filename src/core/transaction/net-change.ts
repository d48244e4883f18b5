import type { RowImage } from '../capture/image/row-image.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'

/** The net change of one row in its source transaction: first `before` and last `after`. */
export interface NetChange {
  readonly table: TableName
  readonly op: 'insert' | 'update' | 'delete' | 'rekey' | 'truncate'
  readonly before: RowImage | null
  readonly after: RowImage | null
  /**
   * Ordinal, from 0, of the row's first change among all changes of its table in the transaction; the derived ones have
   * ordinals of their own, so that those of the log are the same whatever foreign keys do.
   */
  readonly ordinal: number
  /** Place, from 0, of the row's first change among all changes of the transaction that are read. */
  readonly order: number
  /** The row's first change. */
  readonly first: RowChange
  /** The log has nothing of it: every change of the row is derived, or its end is. */
  readonly derived?: true
}

/** A change with its places in its transaction. */
export interface PlacedChange {
  readonly change: RowChange
  /** Among the changes of its table that are in the log, or that are not, from 0. */
  readonly ordinal: number
  /** Among all changes that are read, from 0. */
  readonly order: number
}

/** Counts the places of changes that come one after the other. */
export class PlaceCounter {
  private readonly logged = new Map<TableName, number>()
  private readonly derived = new Map<TableName, number>()
  private order = 0

  place(change: RowChange): PlacedChange {
    const ordinals = change.derived === true ? this.derived : this.logged
    const ordinal = ordinals.get(change.table) ?? 0
    ordinals.set(change.table, ordinal + 1)
    return { change, ordinal, order: this.order++ }
  }
}
