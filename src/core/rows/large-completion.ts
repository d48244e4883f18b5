/** Completes the changes of a transaction that is read again: none of them may be kept before it is visible. */
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import { Hydration, type StoredTables } from './hydration.ts'
import { type KeptRows, type RowBytes, RowOverlay } from './row-overlay.ts'
import type { StoreKey } from './store-key.ts'

export class LargeCompletion {
  private readonly together: Hydration
  private readonly alone: Hydration

  /** `rows` as they were before the transaction. */
  constructor(tables: StoredTables, rows: RowBytes) {
    this.together = new Hydration(tables, new RowOverlay(rows))
    this.alone = new Hydration(tables, new PassingRows(rows))
  }

  /** Changes of rows that the transaction changes more than once, all of them and in order. */
  completeTogether(change: RowChange): RowChange {
    return this.together.complete(change, true)
  }

  /** A change of a row that it changes once. */
  completeAlone(change: RowChange): RowChange {
    return this.alone.complete(change, true)
  }
}

/** Keeps nothing but which tables were emptied. */
class PassingRows implements KeptRows {
  private readonly below: RowBytes
  private readonly emptied = new Set<TableName>()

  constructor(below: RowBytes) {
    this.below = below
  }

  get(key: StoreKey, table: TableName): Buffer | null {
    return this.emptied.has(table) ? null : this.below.get(key, table)
  }

  set(): void {
    // What the row is now is asked by nobody.
  }

  empty(table: TableName): void {
    this.emptied.add(table)
  }
}
