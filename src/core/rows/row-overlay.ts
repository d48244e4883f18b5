/** What has become of rows above what is stored of them. */
import type { StoreKey, StoreSpace } from './stored/store-key.ts'

/** A found entry of an index. */
export type Entry = readonly [StoreKey, Buffer]

/** Gives what stands in the spaces of a store. */
export interface StoredBytes {
  /** Null: there is nothing. `space` is the one that the key is of. */
  get(key: StoreKey, space: StoreSpace): Buffer | null
  /** Those of one prefix, in byte order. */
  entries(prefix: StoreKey, space: StoreSpace): Iterable<Entry>
  /** Whether there is one of the prefix. Asked for each look-up, mostly of a prefix that nothing stands under. */
  has(prefix: StoreKey, space: StoreSpace): boolean
}

/** Takes what becomes of rows, and of the entries by which they are found. */
export interface KeptRows extends StoredBytes {
  /** The bytes must stay as they are; null: the row is deleted. */
  set(key: StoreKey, row: Buffer | null): void
  /** The same of an entry of an index. */
  setEntry(prefix: StoreKey, key: StoreKey, value: Buffer | null): void
  /** Nothing of the space is left. */
  empty(space: StoreSpace): void
  /** What the row of one key was goes on under another. */
  move(): void
}

export class RowOverlay implements KeptRows {
  /** Null: it was deleted. Entries of indexes stand among them. */
  private readonly values = new Map<StoreKey, Buffer | null>()
  private readonly byPrefix = new Map<StoreKey, Map<StoreKey, Buffer | null>>()
  /** Of which nothing below is left, by where they begin. */
  private readonly emptied = new Map<StoreKey, StoreSpace>()
  private size = 0
  private hasMoves = false
  /** Changes when what is directly below has become part of what is below that. */
  below: StoredBytes

  constructor(below: StoredBytes) {
    this.below = below
  }

  get(key: StoreKey, space: StoreSpace): Buffer | null {
    const row = this.values.get(key)
    if (row !== undefined) return row
    return this.emptied.has(space.from) ? null : this.below.get(key, space)
  }

  set(key: StoreKey, row: Buffer | null): void {
    this.values.set(key, row)
    this.size += key.length + (row?.length ?? 0)
  }

  setEntry(prefix: StoreKey, key: StoreKey, value: Buffer | null): void {
    this.set(key, value)
    const entries = this.byPrefix.get(prefix)
    if (entries === undefined) this.byPrefix.set(prefix, new Map([[key, value]]))
    else entries.set(key, value)
  }

  entries(prefix: StoreKey, space: StoreSpace): Iterable<Entry> {
    const below = this.emptied.has(space.from) ? [] : this.below.entries(prefix, space)
    const own = this.byPrefix.get(prefix)
    if (own === undefined) return below
    const merged = new Map(below)
    for (const [key, value] of own) {
      if (value === null) merged.delete(key)
      else merged.set(key, value)
    }
    return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }

  has(prefix: StoreKey, space: StoreSpace): boolean {
    if (!this.byPrefix.has(prefix)) return !this.emptied.has(space.from) && this.below.has(prefix, space)
    for (const _ of this.entries(prefix, space)) return true
    return false
  }

  empty(space: StoreSpace): void {
    const { from, to } = space
    for (const key of this.values.keys()) if (key >= from && key < to) this.values.delete(key)
    for (const prefix of this.byPrefix.keys()) if (prefix >= from && prefix < to) this.byPrefix.delete(prefix)
    this.emptied.set(from, space)
  }

  move(): void {
    this.hasMoves = true
  }

  /** Takes over what stands above it, which is not read any more. */
  absorb(above: RowOverlay): void {
    for (const space of above.emptied.values()) this.empty(space)
    for (const [key, row] of above.values) this.values.set(key, row)
    for (const [prefix, entries] of above.byPrefix) {
      this.byPrefix.set(prefix, new Map([...(this.byPrefix.get(prefix) ?? []), ...entries]))
    }
    this.size += above.size
    this.hasMoves ||= above.hasMoves
  }

  /** What it kept has become part of what is below. */
  clear(): void {
    this.values.clear()
    this.byPrefix.clear()
    this.emptied.clear()
    this.size = 0
    this.hasMoves = false
  }

  get isEmpty(): boolean {
    return this.values.size === 0 && this.emptied.size === 0
  }

  /** Of all that was set: an upper bound of what it keeps. */
  get bytes(): number {
    return this.size
  }

  /**
   * To be written over what is below, spaces first. `inOneStep`: whoever reads the changes again over a part of it would
   * not find what a row was before it moved.
   */
  get content(): {
    readonly inOneStep: boolean
    readonly emptied: Iterable<StoreSpace>
    readonly values: Iterable<readonly [StoreKey, Buffer | null]>
  } {
    return { inOneStep: this.hasMoves, emptied: this.emptied.values(), values: this.values }
  }
}
