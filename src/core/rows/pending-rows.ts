/** Rows that are ahead of the store: of slices that are not visible on Kafka yet, and of those that are not written yet. */
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { type Entry, type KeptRows, RowOverlay, type StoredBytes } from './row-overlay.ts'
import type { StoreKey, StoreSpace } from './stored/store-key.ts'

/** To be written in one step. */
export interface PendingBatch {
  readonly content: RowOverlay['content']
  /** What the store accounts for behind it. */
  readonly checkpoint: Checkpoint
}

interface Sealed {
  readonly rows: RowOverlay
  readonly checkpoint: Checkpoint
}

/**
 * A row moves down from layer to layer: the slice at hand, slices that were taken, what is visible, what is being
 * written, the store. It is read from the topmost layer that knows it.
 */
export class PendingRows implements KeptRows {
  private readonly stored: StoredBytes
  private writing: RowOverlay | null = null
  private visible: Sealed | null = null
  private taken: readonly Sealed[] = []
  private atHand: RowOverlay

  constructor(stored: StoredBytes) {
    this.stored = stored
    this.atHand = new RowOverlay(stored)
  }

  get(key: StoreKey, space: StoreSpace): Buffer | null {
    return this.atHand.get(key, space)
  }

  entries(prefix: StoreKey, space: StoreSpace): Iterable<Entry> {
    return this.atHand.entries(prefix, space)
  }

  has(prefix: StoreKey, space: StoreSpace): boolean {
    return this.atHand.has(prefix, space)
  }

  set(key: StoreKey, row: Buffer | null): void {
    this.atHand.set(key, row)
  }

  setEntry(prefix: StoreKey, key: StoreKey, value: Buffer | null): void {
    this.atHand.setEntry(prefix, key, value)
  }

  empty(space: StoreSpace): void {
    this.atHand.empty(space)
  }

  move(): void {
    this.atHand.move()
  }

  /** Whether anything has become of rows since the last slice was taken. */
  get moved(): boolean {
    return !this.atHand.isEmpty
  }

  /** The slice at hand is taken with this checkpoint, and the next one begins. */
  seal(checkpoint: Checkpoint): void {
    this.taken = [...this.taken, { rows: this.atHand, checkpoint }]
    this.atHand = new RowOverlay(this.atHand.isEmpty ? this.atHand.below : this.atHand)
  }

  /** The slice that was taken first is visible on Kafka: only now may it be written. */
  becomeVisible(): void {
    const [first, ...others] = this.taken
    if (first === undefined) return
    this.taken = others
    const { visible } = this
    if (visible === null) this.visible = first
    else {
      visible.rows.absorb(first.rows)
      this.visible = { rows: visible.rows, checkpoint: first.checkpoint }
    }
    this.link()
  }

  /** Bytes that are visible and not being written: an upper bound. */
  get visibleBytes(): number {
    return this.visible?.rows.bytes ?? 0
  }

  get hasVisible(): boolean {
    return this.visible !== null
  }

  /** Null when nothing is to be written, or something is being written. */
  beginWriting(): PendingBatch | null {
    const { visible } = this
    if (visible === null || this.writing !== null) return null
    this.visible = null
    this.writing = visible.rows
    return { content: visible.rows.content, checkpoint: visible.checkpoint }
  }

  /** The store has what was begun. */
  written(): void {
    this.writing = null
    this.link()
  }

  private link(): void {
    let below: StoredBytes = this.stored
    for (const rows of [this.writing, this.visible?.rows, ...this.taken.map((sealed) => sealed.rows), this.atHand]) {
      if (rows === null || rows === undefined) continue
      rows.below = below
      // Each look-up goes through all layers: those that know nothing are left out, until something is put into them.
      if (!rows.isEmpty) below = rows
    }
  }
}
