/** Rows that the transaction at hand has deleted: a look-up sees them as they were before it. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { RowIndex } from './rows-at-hand.ts'
import type { StoreKey } from './stored/store-key.ts'

export class TransactionRows {
  /** As they were before the transaction, of the rows that it has touched; null: there was none. */
  private readonly before = new Map<StoreKey, RowImage | null>()
  private readonly deleted = new Map<TableName, Map<StoreKey, RowImage>>()
  /** By index and text, made when somebody asks. */
  private found = new Map<string, ReadonlyMap<string, readonly RowImage[]>>()

  /** The row under a key is another one, or none. `moves`: it goes on under another key. */
  became(
    table: TableName,
    key: StoreKey,
    row: { readonly was: RowImage | null; readonly is: RowImage | null; readonly moves: boolean },
  ): void {
    if (!this.before.has(key)) this.before.set(key, row.was)
    const was = this.before.get(key) ?? null
    const ofTable = this.deleted.get(table) ?? new Map<StoreKey, RowImage>()
    if (row.is === null && was !== null && !row.moves) this.deleted.set(table, ofTable.set(key, was))
    else ofTable.delete(key)
    if (this.found.size > 0) this.found = new Map()
  }

  /** Raises ValueError for a row that cannot be read. */
  deletedAt({ id, table, keyOf }: RowIndex, text: string): readonly RowImage[] {
    const ofTable = this.deleted.get(table)
    if (ofTable === undefined || ofTable.size === 0) return none
    const known = this.found.get(id)
    if (known !== undefined) return known.get(text) ?? none
    const rows = [...ofTable].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, was]) => was)
    const byText = Map.groupBy(rows, (was) => keyOf(was) ?? '')
    this.found.set(id, byText)
    return byText.get(text) ?? none
  }
}

const none: readonly RowImage[] = []
