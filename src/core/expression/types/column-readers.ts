/** How the columns of a table are read from row images. */
import { columnDecoder } from '../../capture/decode/column-decoder.ts'
import { parseColumnType } from '../../capture/decode/column-type.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import type { Column, Table } from '../../catalog/catalog.ts'
import type { TextEquality, ValueType } from '../../values/type.ts'
import { NEGATIVE_INFINITY, POSITIVE_INFINITY, UNAVAILABLE, type Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { ColumnReader } from './expression-type.ts'

/** Readers of all columns that this version can read, by name. */
export function columnReaders(table: Table, settings: CaptureSettings): ReadonlyMap<string, ColumnReader> {
  const readers = new Map<string, ColumnReader>()
  for (const column of table.columns) {
    const decoder = columnDecoder(column, settings, table.name)
    if (decoder.kind === 'unsupported') continue
    const { name } = column
    const { decode } = decoder
    const bring = bringing(decoder.type)
    const available = (value: Value): Value => {
      if (value === UNAVAILABLE) throw new ValueError('unavailable', `the connector did not send column ${name}`)
      return bring === null ? value : bring(value)
    }
    const read = (row: RowImage): Value => available(decode(row.get(name)))
    readers.set(name, { column, type: comparedType(column, decoder.type), nullable: decoder.nullable, read })
  }
  return readers
}

/** The type with what the database takes for equal texts. */
function comparedType({ type: spelled, collation }: Column, type: ValueType): ValueType {
  if (collation === 'padded' || collation === 'folded') {
    if (type.kind !== 'string') return type
    return { ...type, trailingBlanks: 'ignored', ...(collation === 'folded' && { equality: 'caseless' }) }
  }
  const name = parseColumnType(spelled)?.name
  const isCaseless = name?.slice(name.lastIndexOf('.') + 1) === 'citext'
  const equality = collation === 'nondeterministic' ? 'unknown' : isCaseless ? 'caseless' : null
  return equality === null ? type : withEquality(type, equality)
}

function withEquality(type: ValueType, equality: TextEquality): ValueType {
  if (type.kind === 'string') return { ...type, equality }
  if (type.kind !== 'list') return type
  const { element } = type
  return { kind: 'list', element: { ...element, type: withEquality(element.type, equality) } }
}

/** How special values of a column are brought into expressions, those in lists as those outside; null: as they are. */
function bringing(type: ValueType): ((value: Value) => Value) | null {
  if (type.kind === 'double' || type.kind === 'float') return floating
  const each = type.kind === 'list' ? bringing(type.element.type) : null
  return each === null ? null : (value) => (Array.isArray(value) ? value.map(each) : value)
}

/** JavaScript's numbers have an infinity and a NaN of their own. */
function floating(value: Value): Value {
  if (typeof value !== 'symbol') return value
  if (value === POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  return value === NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Number.NaN
}
