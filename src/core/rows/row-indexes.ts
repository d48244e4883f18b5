/**
 * Indexes by which look-ups find rows: for each row an entry under the text of the columns that are asked by. They are
 * made of rows alone, and can be made anew at any time.
 */
import { hash } from 'node:crypto'
import type { RowImage } from '../capture/image/row-image.ts'
import { imageOf } from '../capture/image/value-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import { type ErrorClass, ValueError } from '../values/value-error.ts'
import type { KeptRows, StoredBytes } from './row-overlay.ts'
import type { RowIndex } from './rows-at-hand.ts'
import type { StoredTable } from './stored/stored-table.ts'
import { bytesOfText, keyBytesMax, rowKey, type StoreKey, type StoreSpace } from './stored/store-key.ts'

const indexSpace = 'i'
/** Of rows whose columns cannot be read: nobody knows by what they would be found. */
const unreadable = { unavailable: '!', schemaDrift: '?' } as const
const readable = '='
/** Longer texts are hashed. */
const textMax = 256

/** Where the entries stand of an index that is kept under this id. */
export function indexRange(id: string): StoreSpace {
  const name = `${indexSpace}${hash('sha256', id).slice(0, 32)}`
  return { from: `${name}\u0000` as StoreKey, to: `${name}\u0001` as StoreKey }
}

/** Under another id when the columns are promised in other forms: what could be read of them is another thing then. */
function keptIdOf({ id, columns = [] }: RowIndex, table: StoredTable | undefined): string {
  const promised = table?.forms.promisedOf(columns) ?? ''
  return promised === '' ? id : `${id} ${promised}`
}

/** An index that has an entry for each row, and the id under which these are kept. */
export interface KeptIndex {
  readonly index: RowIndex
  readonly keptId: string
}

export class RowIndexes {
  /** Those that have entries. */
  private readonly byTable: ReadonlyMap<TableName, readonly PlacedIndex[]>
  private readonly byId: ReadonlyMap<string, PlacedIndex>
  private readonly tables: ReadonlySet<TableName>

  /** By the key of a table its rows are found without any entry. */
  constructor(indexes: Iterable<RowIndex>, kept: ReadonlyMap<TableName, StoredTable>) {
    const placed = [...indexes].map((index): PlacedIndex => {
      const table = kept.get(index.table)
      const keptId = keptIdOf(index, table)
      const space = indexRange(keptId)
      return { index, keptId, space, unreadable: unreadableOf(space), byKey: keyFinder(index, table) }
    })
    this.byId = new Map(placed.map((one) => [one.index.id, one]))
    const withEntries = placed.filter(({ byKey }) => byKey === null)
    this.byTable = Map.groupBy(withEntries, ({ index }) => index.table)
    this.tables = new Set(placed.map(({ index }) => index.table))
  }

  get withEntries(): readonly KeptIndex[] {
    return [...this.byTable.values()].flat()
  }

  /** Whether rows of the table are looked up. */
  has(table: TableName): boolean {
    return this.tables.has(table)
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
   * cannot be read, `schemaDrift` where that is since its columns are not those of the catalog.
   */
  keysAt(rows: StoredBytes, { id, table }: RowIndex, text: string): readonly StoreKey[] {
    const placed = this.byId.get(id)
    if (placed === undefined) throw new ValueError('unavailable', `rows of ${table} are not found by these columns yet`)
    if (placed.byKey !== null) return [placed.byKey(text)]
    const { space, unreadable } = placed
    for (const { why, prefix } of unreadable) {
      if (!rows.has(prefix, space)) continue
      throw new ValueError(why, `a row of ${table} holds what cannot be read where it is looked up`)
    }
    const keys: StoreKey[] = []
    for (const [, value] of rows.entries(prefixOf(space, text), space)) keys.push(value.toString('latin1') as StoreKey)
    return keys
  }
}

interface PlacedIndex extends KeptIndex {
  readonly space: StoreSpace
  /** Under which its rows stand that cannot be read. */
  readonly unreadable: readonly { readonly why: ErrorClass; readonly prefix: StoreKey }[]
  /** The key of the only row that may stand under a text; null: there are entries. */
  readonly byKey: ((text: string) => StoreKey) | null
}

/** Null unless the columns are those of the key, and a text tells their values. */
function keyFinder({ plain }: RowIndex, table: StoredTable | undefined): PlacedIndex['byKey'] {
  const keyColumns = table?.keyColumns ?? null
  if (table === undefined || plain === undefined || keyColumns?.length !== plain.columns.length) return null
  const places = keyColumns.map((column) => plain.columns.indexOf(column))
  if (places.includes(-1)) return null
  return (text) => {
    const values = plain.valuesOf(text)
    return rowKey(
      table.range.from,
      imageOf(Object.fromEntries(keyColumns.map((column, at) => [column, values[places[at] ?? 0]]))),
    )
  }
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
    if (error instanceof ValueError) return unreadableIn(space, error.errorClass)
    throw error
  }
}

const unreadableIn = ({ from }: StoreSpace, why: ErrorClass): StoreKey =>
  (from + unreadable[why === 'schemaDrift' ? why : 'unavailable']) as StoreKey

const unreadableOf = (space: StoreSpace): PlacedIndex['unreadable'] =>
  (['schemaDrift', 'unavailable'] as const).map((why) => ({ why, prefix: unreadableIn(space, why) }))

function prefixOf({ from }: StoreSpace, text: string): StoreKey {
  const bytes = text.length > textMax ? `#${hash('sha256', text)}` : `.${bytesOfText(text)}`
  return (from + readable + bytes.replaceAll('\u0000', '\u0000\u00ff') + '\u0000') as StoreKey
}

/** In the order of the rows' keys, as far as they fit. */
function entryOf(prefix: StoreKey, key: StoreKey): StoreKey {
  const entry = prefix + key
  return (entry.length <= keyBytesMax ? entry : prefix + hash('sha256', key)) as StoreKey
}
