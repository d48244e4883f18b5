/**
 * Indexes by which look-ups find rows: for each row an entry under the text of the columns that are asked by. They are
 * made of rows alone, and can be made anew at any time.
 */
import { hash } from 'node:crypto'
import type { RowImage } from '../capture/image/row-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import { ValueError } from '../values/value-error.ts'
import type { KeptRows, StoredBytes } from './row-overlay.ts'
import type { RowIndex } from './rows-at-hand.ts'
import { bytesOfText, keyBytesMax, type StoreKey, type StoreSpace } from './store-key.ts'

const indexSpace = 'i'
/** Of rows whose columns cannot be read: nobody knows by what they would be found. */
const unreadable = '!'
const readable = '='
/** Longer texts are hashed. */
const textMax = 256

/** Where the entries of an index stand. */
export function indexRange(id: string): StoreSpace {
  const name = `${indexSpace}${hash('sha256', id).slice(0, 32)}`
  return { from: `${name}\u0000` as StoreKey, to: `${name}\u0001` as StoreKey }
}

export class RowIndexes {
  private readonly byTable: ReadonlyMap<TableName, readonly PlacedIndex[]>
  private readonly byId: ReadonlyMap<string, PlacedIndex>

  constructor(indexes: Iterable<RowIndex>) {
    this.byId = new Map([...indexes].map((index) => [index.id, { index, space: indexRange(index.id) }]))
    this.byTable = Map.groupBy(this.byId.values(), ({ index }) => index.table)
  }

  /** Of its entries; null when rows are not found by it. */
  spaceOf(id: string): StoreSpace | null {
    return this.byId.get(id)?.space ?? null
  }

  get ids(): readonly string[] {
    return [...this.byId.keys()]
  }

  has(table: TableName): boolean {
    return this.byTable.has(table)
  }

  /** The row under a key was one, and is another. */
  follow(rows: KeptRows, table: TableName, change: RowInPlace): void {
    for (const placed of this.byTable.get(table) ?? []) follow(rows, placed, change)
  }

  /** No row of the table is left. */
  empty(rows: KeptRows, table: TableName): void {
    for (const { space } of this.byTable.get(table) ?? []) rows.empty(space)
  }

  /**
   * Keys of the rows that stand under a text, in their order. Raises ValueError `unavailable` when a row of the table
   * cannot be read.
   */
  keysAt(rows: StoredBytes, { id, table }: RowIndex, text: string): readonly StoreKey[] {
    const space = this.byId.get(id)?.space
    if (space === undefined) throw new ValueError('unavailable', `rows of ${table} are not found by these columns yet`)
    if ([...rows.entries(prefixOf(space, null), space)].length > 0) {
      throw new ValueError('unavailable', `a row of ${table} holds what cannot be read where it is looked up`)
    }
    return [...rows.entries(prefixOf(space, text), space)].map(([, value]) => value.toString('latin1') as StoreKey)
  }
}

interface PlacedIndex {
  readonly index: RowIndex
  readonly space: StoreSpace
}

export interface RowInPlace {
  readonly key: StoreKey
  readonly was: RowImage | null
  readonly is: RowImage | null
}

function follow(rows: KeptRows, { index, space }: PlacedIndex, { key, was, is }: RowInPlace): void {
  const [before, after] = [prefixIn(index, space, was), prefixIn(index, space, is)]
  if (before === after) return
  if (before !== null) rows.setEntry(before, entryOf(before, key), null)
  if (after !== null) rows.setEntry(after, entryOf(after, key), Buffer.from(key, 'latin1'))
}

/** Null: the row is not found by this index. */
function prefixIn({ keyOf }: RowIndex, space: StoreSpace, row: RowImage | null): StoreKey | null {
  if (row === null) return null
  try {
    const text = keyOf(row)
    return text === null ? null : prefixOf(space, text)
  } catch (error) {
    if (error instanceof ValueError) return prefixOf(space, null)
    throw error
  }
}

function prefixOf({ from }: StoreSpace, text: string | null): StoreKey {
  if (text === null) return (from + unreadable) as StoreKey
  const bytes = text.length > textMax ? `#${hash('sha256', text)}` : `.${bytesOfText(text)}`
  return (from + readable + bytes.replaceAll('\u0000', '\u0000\u00ff') + '\u0000') as StoreKey
}

/** In the order of the rows' keys, as far as they fit. */
function entryOf(prefix: StoreKey, key: StoreKey): StoreKey {
  const entry = prefix + key
  return (entry.length <= keyBytesMax ? entry : prefix + hash('sha256', key)) as StoreKey
}
