/** A table whose rows are kept: how they are told apart, and which of their columns the connector may leave out. */
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import { columnDecoder } from '../../capture/decode/column-decoder.ts'
import { parseColumnType } from '../../capture/decode/column-type.ts'
import { isNullWhenUnchanged } from '../../capture/decode/postgres-types.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { SlicedImage } from '../../capture/image/sliced-image.ts'
import { RowKeys } from '../../capture/row/row-keys.ts'
import type { RowChange } from '../../capture/row-change.ts'
import type { Column, Table, TableName } from '../../catalog/catalog.ts'
import { provenKeys, sendsWholeRows } from '../../catalog/proven-keys.ts'
import { UNAVAILABLE } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { type Cascade, cascadesOf } from '../cascades/cascade.ts'
import { RowCodec } from './row-codec.ts'
import { RowForms } from './row-forms.ts'
import { rowKey, rowRange, type StoreKey, type StoreSpace } from './store-key.ts'

interface LeftOut {
  readonly column: string
  readonly isUnknown: (raw: unknown) => boolean
}

export class StoredTable {
  readonly name: TableName
  /** Where its rows stand in the store. */
  readonly range: StoreSpace
  /** The connector says all of what a row was. */
  readonly wholeRows: boolean
  readonly forms = new RowForms()
  readonly codec = new RowCodec(this.forms)
  /** Those of its only key; null where it has several. */
  readonly keyColumns: readonly string[] | null
  /** Foreign keys that change its rows without a word in the log. */
  readonly cascades: readonly Cascade[]
  private readonly keys: RowKeys
  private readonly leftOut: readonly LeftOut[]
  /** What stands in the bytes of a row of which a column was left out; null: there is no such sign. */
  private readonly sign: Buffer | null

  /** Of a table with a proven key. */
  constructor(table: Table, settings: CaptureSettings) {
    this.name = table.name
    this.range = rowRange(table.name)
    this.wholeRows = sendsWholeRows(table)
    this.cascades = cascadesOf(table)
    this.keys = new RowKeys(table)
    const [first, ...others] = provenKeys(table)
    this.keyColumns = first !== undefined && others.length === 0 ? first : null
    const columns = this.wholeRows ? [] : table.columns.filter(mayBeLeftOut)
    this.leftOut = columns.map((column) => ({ column: column.name, isUnknown: unknownIn(column, settings) }))
    this.sign = columns.every(isText) ? signOf(settings.unavailablePlaceholder) : null
  }

  /** Where the row stands behind a change, or stood before its end; null where nothing tells it from others. */
  keyOf({ key, before, after }: Pick<RowChange, 'key' | 'before' | 'after'>): StoreKey | null {
    const own = key ?? this.keys.of(null, { before: null, after: after ?? before })
    return own === null ? null : rowKey(this.range.from, own)
  }

  /** The key of a row; null where one of its columns is not known. */
  keyImageOf(row: RowImage): RowImage | null {
    return this.keys.of(null, { before: null, after: row })
  }

  /** Where the row stood before an update that names no key of its own: its key may have changed with it. */
  formerKeyOf({ key, before }: RowChange): StoreKey | null {
    if (key !== null || before === null) return null
    const former = this.keys.of(null, { before, after: null })
    return former === null ? null : rowKey(this.range.from, former)
  }

  /** Columns of an updated row of which the connector says nothing. */
  unknownOf(row: RowImage): readonly string[] {
    const { leftOut, sign } = this
    if (leftOut.length === 0 || (sign !== null && row instanceof SlicedImage && !holds(row, sign))) return nothing
    return leftOut.filter(({ column, isUnknown }) => isUnknown(row.get(column))).map(({ column }) => column)
  }
}

const nothing: readonly string[] = []

/** Whether the connector may leave an unchanged value of the column out. */
export const mayBeLeftOut = (column: Column): boolean => {
  const parsed = parseColumnType(column.type)
  return column.toastable === true || (parsed !== null && isNullWhenUnchanged(parsed))
}

/** Types whose placeholder is the text that the connector was given. */
const textTypes: ReadonlySet<string> = new Set(['text', 'character varying', 'character', 'json', 'jsonb', 'citext'])

const isText = ({ type }: Column): boolean => textTypes.has(parseColumnType(type)?.name ?? '')

/** Null where there is no placeholder, and for one that JSON does not write as it is. */
function signOf(placeholder: string | undefined): Buffer | null {
  if (placeholder === undefined) return null
  const text = JSON.stringify(placeholder)
  return text.includes('\\') ? null : Buffer.from(text)
}

function holds({ source, start, end }: SlicedImage, sign: Buffer): boolean {
  const at = source.bytes.indexOf(sign, start)
  return at >= 0 && at < end
}

function unknownIn(column: Column, settings: CaptureSettings): LeftOut['isUnknown'] {
  const decoder = columnDecoder(column, settings)
  if (decoder.kind === 'unsupported') return (raw) => raw === UNAVAILABLE || raw === settings.unavailablePlaceholder
  const { decode } = decoder
  return (raw) => {
    try {
      return raw === UNAVAILABLE || (raw !== undefined && raw !== null && decode(raw) === UNAVAILABLE)
    } catch (error) {
      // A value that is wrong is known: whoever reads it says what is wrong with it.
      if (error instanceof ValueError) return false
      throw error
    }
  }
}
