/** Which row a change is of: its key, where the catalog proves that it tells one row from all others. */
import type { Table } from '../../catalog/catalog.ts'
import { provenKeys, sendsWholeRows } from '../../catalog/proven-keys.ts'
import { OtherForm } from '../image/other-form.ts'
import type { RowImage } from '../image/row-image.ts'
import { imageOf } from '../image/value-image.ts'

/** The keys of one table's rows. */
export class RowKeys {
  private readonly proven: readonly (readonly string[])[]
  readonly wholeRows: boolean
  /** The columns that the connector knows of what was. */
  private readonly identity: readonly string[]

  constructor(table: Table) {
    this.proven = provenKeys(table)
    this.wholeRows = sendsWholeRows(table)
    this.identity = table.replicaIdentity === 'default' ? table.primaryKey : []
  }

  /** Whether the table has a key, and a row without the columns of it. */
  lacksKey(image: RowImage | null): boolean {
    const [columns] = this.proven
    return columns !== undefined && (image === null || pick(columns, image) === null)
  }

  /**
   * The key in the order of the catalog's columns. Null: it proves nothing, and the change stands alone. Without a key
   * in the record, which DDL takes from older rows too, the row's own columns are the key.
   */
  of(
    recordKey: RowImage | null,
    images: { readonly before: RowImage | null; readonly after: RowImage | null },
  ): RowImage | null {
    if (recordKey !== null) return this.ordered(recordKey)
    const { before, after } = images
    const [columns] = this.proven
    const image = after ?? before
    if (columns === undefined || image === null) return null
    const isChanged =
      before !== null && after !== null && columns.some((column) => before.get(column) !== after.get(column))
    return isChanged ? null : pick(columns, image)
  }

  /** The same key in the order of the catalog's columns; null when it is none that is proven. */
  ordered(key: RowImage): RowImage | null {
    const names = key.columns
    for (const columns of this.proven) {
      if (columns.length !== names.length) continue
      if (columns.every((column, at) => column === names[at])) {
        return columns.every((column) => isPlain(rawOf(key.get(column)))) ? key : null
      }
      if (columns.every((column) => names.includes(column))) return pick(columns, key)
    }
    return null
  }

  /** Whether what the connector says of a key that was is true; else it has filled in "" or 0. */
  knowsOld(recordKey: RowImage): boolean {
    return this.wholeRows || sameNames(recordKey.columns, this.identity)
  }

  /** Of rows that are not whole. */
  knowsBefore(column: string): boolean {
    return this.identity.includes(column)
  }
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}

/** Null unless every column has a plain value: in whatever form it came, a kept row stands under it. */
function pick(columns: readonly string[], row: RowImage): RowImage | null {
  const key = Object.create(null) as Record<string, unknown>
  for (const column of columns) {
    const value = rawOf(row.get(column))
    if (!isPlain(value)) return null
    key[column] = value
  }
  return imageOf(key)
}

const rawOf = (value: unknown): unknown => (value instanceof OtherForm ? value.raw : value)

const isPlain = (value: unknown): boolean => value !== null && value !== undefined && typeof value !== 'object'
