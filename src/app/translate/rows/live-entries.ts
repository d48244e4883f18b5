/** The entries of a row store that count: none of a space that was emptied, though some of them may still be there. */
import type { Entry, RowOverlay, StoredBytes } from '../../../core/rows/row-overlay.ts'
import {
  type EmptiedSpaces,
  emptying,
  liveValue,
  nothingEmptied,
  removedFrom,
  stamped,
} from '../../../core/rows/stored/emptied-spaces.ts'
import type { StoreKey, StoreSpace } from '../../../core/rows/stored/store-key.ts'
import { decodeMark, encodeMark, type StoreMark } from '../../../core/rows/stored/store-mark.ts'
import type { RowStore, StoreEntry } from '../../../ports/row-store.ts'

/** What one look takes in: a store is never read across turns of the event loop. */
const pageEntries = 500
/** The same of a removal: longer, since each is a commit; some five milliseconds. */
const removalEntries = 2_000

export interface EntryPage {
  readonly entries: readonly Entry[]
  /** The last key that was looked at; null at the end of the space. */
  readonly upTo: StoreKey | null
}

interface Looked extends Pick<EntryPage, 'upTo'> {
  readonly looked: readonly StoreEntry[]
}

type Written = readonly (readonly [StoreKey, Buffer | null])[]

type Told = Omit<StoreMark, 'emptied'>

/** Has a store that is written by nobody else. It raises what the store raises. */
export class LiveEntries implements StoredBytes {
  private readonly store: RowStore
  /** With what was given to the store last; null while it accounts for nothing. */
  private given: StoreMark | null
  /** Writes that the store has not fulfilled: what they are about may be read as it was. */
  private readonly unfulfilled = new Set<Written>()
  /** Up to where the removal has looked, in the first of the emptied spaces. */
  private lookedUpTo: { readonly space: StoreSpace; readonly key: StoreKey } | null = null
  /** Prefixes that were asked for, under which the store has nothing, nor is given anything: few for each index. */
  private readonly vacant = new Set<StoreKey>()

  constructor(store: RowStore) {
    this.store = store
    this.given = store.mark === null ? null : decodeMark(store.mark)
  }

  get mark(): StoreMark | null {
    return this.given
  }

  get(key: StoreKey, space: StoreSpace): Buffer | null {
    const bytes = this.store.get(key)
    return bytes === null ? null : liveValue(this.emptied, space, bytes)
  }

  entries(prefix: StoreKey, space: StoreSpace): readonly Entry[] {
    const { emptied } = this
    const found: Entry[] = []
    for (const { key, value } of this.store.range(prefix, endOf(prefix))) {
      const live = liveValue(emptied, space, value)
      if (live !== null) found.push([key, live])
    }
    return found
  }

  has(prefix: StoreKey, space: StoreSpace): boolean {
    if (this.vacant.has(prefix)) return false
    for (const { value } of this.store.range(prefix, endOf(prefix))) {
      if (liveValue(this.emptied, space, value) !== null) return true
    }
    if (![...this.unfulfilled].some((written) => touches(written, prefix))) this.vacant.add(prefix)
    return false
  }

  /** Some of a space behind a key; null: from its beginning. There may be none on a page that is not the last. */
  page(space: StoreSpace, behind: StoreKey | null): EntryPage {
    const { looked, upTo } = this.look(space, behind, pageEntries)
    return { entries: looked.flatMap((entry) => this.live(entry, space)), upTo }
  }

  /**
   * Spaces first: what is set of them is set afterwards. All of it is there, with what is told of the store, or nothing.
   */
  async write({ emptied, values }: Pick<RowOverlay['content'], 'emptied' | 'values'>, told: Told): Promise<void> {
    await this.give(emptying(this.emptied, emptied), values, told)
  }

  /** Whether something is there that does not count. */
  get hasDead(): boolean {
    return this.emptied.spaces.size > 0
  }

  /** Removes some of it, unless something else is being written. What counts stays as it is. */
  async removeSome(): Promise<void> {
    const { given, emptied } = this
    const [space] = emptied.spaces.values()
    if (given === null || space === undefined || this.unfulfilled.size > 0) return
    const from = this.lookedUpTo?.space === space ? this.lookedUpTo.key : null
    const { looked, upTo } = this.look(space, from, removalEntries)
    this.lookedUpTo = upTo === null ? null : { space, key: upTo }
    const dead = looked.filter(({ value }) => liveValue(emptied, space, value) === null)
    const left = upTo === null ? removedFrom(emptied, space) : emptied
    if (dead.length === 0 && upTo !== null) return
    await this.give(
      left,
      dead.map(({ key }) => [key, null]),
      given,
    )
  }

  size(): ReturnType<RowStore['size']> {
    return this.store.size()
  }

  async close(): Promise<void> {
    await this.store.close()
  }

  private get emptied(): EmptiedSpaces {
    return this.given?.emptied ?? nothingEmptied
  }

  private live({ key, value }: StoreEntry, space: StoreSpace): readonly Entry[] {
    const live = liveValue(this.emptied, space, value)
    return live === null ? [] : [[key, live]]
  }

  private look({ from, to }: StoreSpace, behind: StoreKey | null, most: number): Looked {
    const looked: StoreEntry[] = []
    for (const entry of this.store.range(behind === null ? from : (`${behind}\u0000` as StoreKey), to)) {
      looked.push(entry)
      if (looked.length === most) break
    }
    return { looked, upTo: looked.length < most ? null : (looked.at(-1)?.key ?? null) }
  }

  private async give(emptied: EmptiedSpaces, values: RowOverlay['content']['values'], told: Told): Promise<void> {
    const { checkpoint, keys, indexes } = told
    const mark = { checkpoint, keys, indexes, emptied }
    const entries = [...values].map(([key, value]) => [key, value === null ? null : stamped(emptied, value)] as const)
    this.given = mark
    for (const prefix of this.vacant) if (touches(entries, prefix)) this.vacant.delete(prefix)
    this.unfulfilled.add(entries)
    await this.store.write({ entries, mark: encodeMark(mark) })
    this.unfulfilled.delete(entries)
  }
}

const touches = (written: Written, prefix: StoreKey): boolean => written.some(([key]) => key.startsWith(prefix))

const endOf = (prefix: StoreKey): StoreKey => `${prefix}\u00ff` as StoreKey
