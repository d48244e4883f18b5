/** Row stores in memory, which outlive whoever opens and closes them. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { storedChanges, type StoreKey } from '../../../core/rows/stored/store-key.ts'
import type { Unreadable } from '../../../core/rows/stored/store-mark.ts'
import type {
  BorrowRowStore,
  CopyRowStore,
  FindRowStore,
  OpenRowStore,
  RowStore,
  StoreBatch,
  StoreEntry,
} from '../../../ports/row-store.ts'

/** What is left of a store when it is closed. */
interface Held {
  readonly values: Map<StoreKey, Buffer>
  mark: string | null
}

/** The disk of one machine: stores by source, and copies by directory, which are opened as sources are. */
export class MemoryRowStores {
  private readonly held = new Map<string, Held>()
  private readonly inUse = new Set<string>()
  private readonly refusals = new Map<string, string>()
  private readonly damaged = new Set<string>()
  private borrowed = 0

  readonly openRowStore: OpenRowStore = async (source) => {
    await Promise.resolve()
    if (this.inUse.has(source)) throw new FalseworkError('STORE_IN_USE', `another process has the row store ${source}`)
    this.inUse.add(source)
    return new MemoryRowStore(this, source)
  }

  readonly findRowStore: FindRowStore = async (source) =>
    this.held.has(source) ? await this.openRowStore(source) : await Promise.resolve(null)

  readonly copyRowStore: CopyRowStore = async (source, directory, copied = () => undefined) => {
    const held = this.held.get(source)
    if (held === undefined) return null
    this.keepCopy(directory, held)
    const copy = await this.openRowStore(directory)
    const { bytes } = copy.size()
    copied(bytes, bytes)
    return copy
  }

  readonly borrowRowStore: BorrowRowStore = async (source, copied) =>
    await this.copyRowStore(source, `copy ${(this.borrowed += 1)} of ${source}`, copied)

  /** What is written to the source is refused meanwhile, for this reason; null: no longer. */
  refuse(source: string, reason: string | null): void {
    if (reason === null) this.refusals.delete(source)
    else this.refusals.set(source, reason)
  }

  /** Whatever is read of the source is damaged, until the store is cleared. */
  damage(source: string): void {
    this.damaged.add(source)
  }

  isDamaged(source: string): boolean {
    return this.damaged.has(source)
  }

  mend(source: string): void {
    this.damaged.delete(source)
  }

  refusalOf(source: string): string | null {
    return this.refusals.get(source) ?? null
  }

  heldOf(source: string): Held {
    const held = this.held.get(source) ?? { values: new Map<StoreKey, Buffer>(), mark: null }
    this.held.set(source, held)
    return held
  }

  /** Raises `STORE_FAILED` when the directory is there already. */
  keepCopy(directory: string, { values, mark }: Held): void {
    if (this.held.has(directory)) throw new FalseworkError('STORE_FAILED', `${directory} is there already`)
    this.held.set(directory, { values: new Map(values), mark })
  }

  release(source: string): void {
    this.inUse.delete(source)
  }
}

/** Usable until a write is refused, it is found to be damaged, or it is closed. */
class MemoryRowStore implements RowStore {
  private found: Unreadable | null
  private readonly stores: MemoryRowStores
  private readonly source: string
  private readonly held: Held
  private unusable: FalseworkError | null = null
  /** All keys in order; null when they have changed since. */
  private sorted: readonly StoreKey[] | null = null

  constructor(stores: MemoryRowStores, source: string) {
    this.stores = stores
    this.source = source
    this.held = stores.heldOf(source)
    this.found = stores.isDamaged(source) ? 'damaged' : null
  }

  get unreadable(): Unreadable | null {
    return this.found
  }

  get mark(): string | null {
    return this.found === null ? this.held.mark : null
  }

  get(key: StoreKey): Buffer | null {
    this.expectUsable()
    return this.held.values.get(key) ?? null
  }

  range(from: StoreKey, to: StoreKey): Iterable<StoreEntry> {
    this.expectUsable()
    this.sorted ??= [...this.held.values.keys()].toSorted(byBytes)
    const entries: StoreEntry[] = []
    for (let at = firstFrom(this.sorted, from); at < this.sorted.length; at++) {
      const key = this.sorted[at]
      const value = key === undefined ? undefined : this.held.values.get(key)
      if (key === undefined || value === undefined || key >= to) break
      entries.push({ key, value })
    }
    return entries
  }

  async write(batch: StoreBatch): Promise<void> {
    const changes = storedChanges(batch.entries)
    this.change(() => {
      for (const [key, value] of changes) {
        if (value === null) this.held.values.delete(key)
        else this.held.values.set(key, Buffer.from(value))
      }
      this.held.mark = batch.mark
    })
    await Promise.resolve()
  }

  async clear(): Promise<void> {
    if (this.found !== null) {
      this.stores.mend(this.source)
      this.found = null
    }
    this.change(() => {
      this.held.values.clear()
      this.held.mark = null
    })
    await Promise.resolve()
  }

  size(): { readonly bytes: number; readonly entries: number } {
    if (this.found !== null) return { bytes: 0, entries: 0 }
    this.expectUsable()
    const bytes = [...this.held.values].reduce((sum, [key, value]) => sum + key.length + value.length, 0)
    return { bytes, entries: this.held.values.size }
  }

  async copyTo(directory: string, copied: (bytes: number) => void = () => undefined): Promise<void> {
    this.expectUsable()
    this.stores.keepCopy(directory, this.held)
    copied(this.size().bytes)
    await Promise.resolve()
  }

  async close(): Promise<void> {
    const wasOpen = this.unusable?.message !== closedMessage
    this.unusable = new FalseworkError('STORE_FAILED', closedMessage)
    if (wasOpen) this.stores.release(this.source)
    await Promise.resolve()
  }

  private change(carryOut: () => void): void {
    this.expectUsable()
    const refusal = this.stores.refusalOf(this.source)
    if (refusal !== null) {
      this.unusable = new FalseworkError('STORE_FAILED', `the row store ${this.source} cannot be written: ${refusal}`)
      throw this.unusable
    }
    carryOut()
    this.sorted = null
  }

  private expectUsable(): void {
    if (this.unusable === null && this.stores.isDamaged(this.source)) {
      const damage = new FalseworkError('STORE_DAMAGED', `the row store ${this.source} is damaged`)
      if (this.found !== null) throw damage
      this.unusable = damage
    }
    if (this.unusable !== null) throw this.unusable
  }
}

const closedMessage = 'the row store is closed'

/** One character is one byte, so that text order is byte order. */
const byBytes = (left: StoreKey, right: StoreKey): number => (left < right ? -1 : 1)

/** Where the first key that is not below `from` stands. */
function firstFrom(keys: readonly StoreKey[], from: StoreKey): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const key = keys[middle]
    if (key !== undefined && key < from) low = middle + 1
    else high = middle
  }
  return low
}
