import type { RowImage } from '../capture/image/row-image.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'

/** The net change of one row in its source transaction: first `before` and last `after`. */
export interface NetChange {
  readonly table: TableName
  readonly op: 'insert' | 'update' | 'delete' | 'rekey' | 'truncate'
  readonly before: RowImage | null
  readonly after: RowImage | null
  /** Ordinal, from 0, of the row's first change among all changes of its table in the transaction. */
  readonly ordinal: number
  /** The row's first change. */
  readonly first: RowChange
}
