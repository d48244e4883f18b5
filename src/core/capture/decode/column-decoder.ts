/** From a column of the catalog to the function that reads its values. */
import type { Column, TableName } from '../../catalog/catalog.ts'
import type { ValueType } from '../../values/type.ts'
import { UNAVAILABLE, type Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { CaptureSettings } from '../connector/capture-settings.ts'
import { KeptForm, OtherForm } from '../image/other-form.ts'
import type { DatabaseColumns } from './database-columns.ts'
import { mariadbColumns } from './mariadb/mariadb-columns.ts'
import { postgresColumns } from './postgres-columns.ts'

export interface ColumnDecoder {
  readonly kind: 'decoder'
  readonly type: ValueType
  readonly nullable: boolean
  /**
   * The value of what stands in a row image: null, UNAVAILABLE, or a value of `type`. Raises ValueError:
   * `schemaDrift` for an absent column, for a value in another form, and for null where the catalog says NOT NULL, `unknownCode` for a
   * value that an enum of the catalog does not have, `decode` for a JSON value of another form than promised.
   */
  readonly decode: (raw: unknown) => Value
  /** The JSON value that the connector would send for a value of `type`, or null. */
  readonly encode: (value: Value) => unknown
}

/** The column exists, but this version cannot read it; `reason` goes on after "column x". */
export interface UnsupportedColumn {
  readonly kind: 'unsupported'
  readonly reason: string
}

/** `table`: for messages, where columns of several tables are read. */
export function columnDecoder(
  column: Column,
  settings: CaptureSettings,
  table?: TableName,
): ColumnDecoder | UnsupportedColumn {
  const codec = columnsOf(settings).codec(column, settings)
  if (typeof codec === 'string') return { kind: 'unsupported', reason: codec }
  const { nullable, type } = column
  const name = table === undefined ? column.name : `${table}.${column.name}`
  const promised = columnForm(column, settings)
  const decodeValue = codec.decode
  const decodeFormed = (value: OtherForm): Value => {
    const { raw, form } = value
    if (promised === null || form === promised) return decodeValue(raw)
    const expected = `column ${name} is ${type} in the catalog, which comes as ${promised}`
    throw new ValueError('schemaDrift', `${expected}, and came as ${form}${value instanceof KeptForm ? whenKept : ''}`)
  }
  const decode = (raw: unknown): Value => {
    if (raw instanceof OtherForm) return decodeFormed(raw)
    if (raw !== null && raw !== undefined && raw !== UNAVAILABLE) return decodeValue(raw)
    if (raw === UNAVAILABLE) return UNAVAILABLE
    if (raw === undefined) throw new ValueError('schemaDrift', `column ${name} is absent from the row`)
    if (nullable) return null
    throw new ValueError('schemaDrift', `column ${name} is null, and NOT NULL in the catalog`)
  }
  const encode = (value: Value): unknown => (value === null ? null : codec.encode(value))
  return { kind: 'decoder', type: codec.type, nullable, decode, encode }
}

/**
 * The form in which the column's values are read, as the connector calls it in the schema of a record; null for a
 * column that cannot be read, and for one whose form differs between releases or with the history of its table.
 */
export const columnForm = (column: Column, settings: CaptureSettings): string | null => columnsOf(settings).form(column)

/** Rows are kept before and behind the day of a catalog. */
const whenKept =
  ' when the row was kept (where the database has the type of the catalog by now, `falsework connector snapshot SOURCE TABLE` reads its table again)'

const columnsOf = ({ database }: CaptureSettings): DatabaseColumns =>
  database === 'mariadb' ? mariadbColumns : postgresColumns
