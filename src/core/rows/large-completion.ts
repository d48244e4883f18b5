/** Completes the changes of a transaction that is read again: none of them may be kept before it is visible. */
import type { RowChange } from '../capture/row-change.ts'
import { Hydration, type StoredTables } from './hydration.ts'
import { type Entry, type KeptRows, RowOverlay, type StoredBytes } from './row-overlay.ts'
import { RowIndexes } from './row-indexes.ts'
import type { StoreKey, StoreSpace } from './stored/store-key.ts'

export class LargeCompletion {
  private readonly together: Hydration
  private readonly alone: Hydration

  /** `rows` as they were before the transaction. */
  constructor(tables: StoredTables, rows: StoredBytes) {
    // A transaction that is read again is asked for its own rows by nobody.
    const indexes = new RowIndexes([], tables)
    this.together = new Hydration({ tables, rows: new RowOverlay(rows), indexes })
    this.alone = new Hydration({ tables, rows: new PassingRows(rows), indexes })
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
  private readonly below: StoredBytes
  private readonly emptied = new Set<StoreKey>()

  constructor(below: StoredBytes) {
    this.below = below
  }

  get(key: StoreKey, space: StoreSpace): Buffer | null {
    return this.emptied.has(space.from) ? null : this.below.get(key, space)
  }

  entries(prefix: StoreKey, space: StoreSpace): Iterable<Entry> {
    return this.emptied.has(space.from) ? [] : this.below.entries(prefix, space)
  }

  has(prefix: StoreKey, space: StoreSpace): boolean {
    return !this.emptied.has(space.from) && this.below.has(prefix, space)
  }

  set(): void {
    // What the row is now is asked by nobody.
  }

  setEntry(): void {
    // Nor by what it is found.
  }

  move(): void {
    // What it changes is kept nowhere: the rows are read a last time when it is visible.
  }

  empty({ from }: StoreSpace): void {
    this.emptied.add(from)
  }
}
