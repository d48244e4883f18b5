/** From a column of the catalog to the function that reads its values. */
import type { Column } from '../../catalog/catalog.ts'
import type { ValueType } from '../../values/type.ts'
import { UNAVAILABLE, type Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { CaptureSettings } from '../connector/capture-settings.ts'
import { parseColumnType } from './column-type.ts'
import { listCodec } from './list-codec.ts'
import { extensionTypes, postgresTypes, unsentElements } from './postgres-types.ts'
import { enumCodec } from './text-codecs.ts'
import type { CodecContext, ValueCodec } from './value-codec.ts'

export interface ColumnDecoder {
  readonly kind: 'decoder'
  readonly type: ValueType
  readonly nullable: boolean
  /**
   * The value of what stands in a row image: null, UNAVAILABLE, or a value of `type`. Raises ValueError:
   * `schemaDrift` for an absent column and for null in a column that the catalog calls NOT NULL, `unknownCode` for a
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

export function columnDecoder(column: Column, settings: CaptureSettings): ColumnDecoder | UnsupportedColumn {
  const codec = chooseCodec(column, settings)
  if (typeof codec === 'string') return { kind: 'unsupported', reason: codec }
  const { name, nullable } = column
  const decodeValue = codec.decode
  const decode = (raw: unknown): Value => {
    if (raw !== null && raw !== undefined && raw !== UNAVAILABLE) return decodeValue(raw)
    if (raw === UNAVAILABLE) return UNAVAILABLE
    if (raw === undefined) throw new ValueError('schemaDrift', `column ${name} is absent from the row`)
    if (nullable) return null
    throw new ValueError('schemaDrift', `column ${name} is null, and NOT NULL in the catalog`)
  }
  const encode = (value: Value): unknown => (value === null ? null : codec.encode(value))
  return { kind: 'decoder', type: codec.type, nullable, decode, encode }
}

function chooseCodec(column: Column, settings: CaptureSettings): ValueCodec | string {
  const type = parseColumnType(column.type)
  if (type === null) return `has type ${column.type}, which is not spelled as PostgreSQL spells a type`
  const context: CodecContext = { column: column.name, modifiers: type.modifiers, values: column.values, settings }
  if (type.list && unsentElements.has(type.name)) {
    return `has type ${column.type}: the connector leaves arrays of ${type.name} out of its records`
  }
  const element = elementCodec(type.name, context)
  if (element === null) return `has type ${column.type}, which this version cannot read`
  return type.list ? listCodec(element, context) : element
}

function elementCodec(typeName: string, context: CodecContext): ValueCodec | null {
  const bareName = typeName.slice(typeName.lastIndexOf('.') + 1)
  const factory = postgresTypes.get(extensionTypes.has(bareName) ? bareName : typeName)
  if (factory !== undefined) return factory(context)
  return context.values === undefined ? null : enumCodec(context)
}
