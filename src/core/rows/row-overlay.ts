/** What has become of rows above what is stored of them. */
import type { TableName } from '../catalog/catalog.ts'
import { rowRange, type StoreKey } from './store-key.ts'

/** Gives the bytes of a row; null: there is none. */
export interface RowBytes {
  get(key: StoreKey, table: TableName): Buffer | null
}

/** Takes what becomes of rows. */
export interface KeptRows extends RowBytes {
  /** The bytes must stay as they are; null: the row is deleted. */
  set(key: StoreKey, row: Buffer | null): void
  /** No row of the table is left. */
  empty(table: TableName): void
}

export class RowOverlay implements KeptRows {
  /** Null: the row was deleted. */
  private readonly rows = new Map<StoreKey, Buffer | null>()
  /** Tables of which no row below is left. */
  private readonly emptied = new Set<TableName>()
  private size = 0
  /** Changes when what is directly below has become part of what is below that. */
  below: RowBytes

  constructor(below: RowBytes) {
    this.below = below
  }

  get(key: StoreKey, table: TableName): Buffer | null {
    const row = this.rows.get(key)
    if (row !== undefined) return row
    return this.emptied.has(table) ? null : this.below.get(key, table)
  }

  set(key: StoreKey, row: Buffer | null): void {
    this.rows.set(key, row)
    this.size += key.length + (row?.length ?? 0)
  }

  empty(table: TableName): void {
    const { from, to } = rowRange(table)
    for (const key of this.rows.keys()) if (key >= from && key < to) this.rows.delete(key)
    this.emptied.add(table)
  }

  /** Takes over what stands above it, which is not read any more. */
  absorb(above: RowOverlay): void {
    for (const table of above.emptied) this.empty(table)
    for (const [key, row] of above.rows) this.rows.set(key, row)
    this.size += above.size
  }

  /** What it kept has become part of what is below. */
  clear(): void {
    this.rows.clear()
    this.emptied.clear()
    this.size = 0
  }

  /** Of all that was set: an upper bound of what it keeps. */
  get bytes(): number {
    return this.size
  }

  /** To be written over what is below, tables first. */
  get content(): {
    readonly emptied: Iterable<TableName>
    readonly rows: Iterable<readonly [StoreKey, Buffer | null]>
  } {
    return { emptied: this.emptied, rows: this.rows }
  }
}
