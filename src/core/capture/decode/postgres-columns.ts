/** How the columns of a PostgreSQL catalog are read. */
import type { Column } from '../../catalog/catalog.ts'
import type { CaptureSettings } from '../connector/capture-settings.ts'
import { type DatabaseColumns, whyGenerated, whyUnknown } from './database-columns.ts'
import { type ColumnType, parseColumnType } from './column-type.ts'
import { listCodec } from './list-codec.ts'
import {
  enumType,
  extensionTypes,
  garbledElements,
  garbledTypes,
  type PostgresType,
  postgresTypes,
} from './postgres-types.ts'
import type { CodecContext, ValueCodec } from './value-codec.ts'

export const postgresColumns: DatabaseColumns = { codec: chooseCodec, form: formOf }

function chooseCodec(column: Column, settings: CaptureSettings): ValueCodec | string {
  const type = parseColumnType(column.type)
  if (type === null) return `has type ${column.type}, which is not spelled as PostgreSQL spells a type`
  const reason = notSentAsItIs(column, type)
  if (reason !== null) return reason
  const context: CodecContext = { column: column.name, modifiers: type.modifiers, values: column.values, settings }
  const element = postgresTypeOf(type.name, column)?.codec(context)
  if (element === undefined) return whyUnknown(column)
  return type.list ? listCodec(element, context) : element
}

function formOf(column: Column): string | null {
  const type = parseColumnType(column.type)
  if (type === null || notSentAsItIs(column, type) !== null) return null
  const form = postgresTypeOf(type.name, column)?.form(type.modifiers)
  if (form === undefined) return null
  return type.list ? `array<${form}>` : form
}

/** Why a column that has no decoder cannot be read; goes on after "column x". Types of other databases are merely unknown. */
export function whyUnreadable(column: Column): string {
  const type = parseColumnType(column.type)
  return (type === null ? null : notSentAsItIs(column, type)) ?? whyUnknown(column)
}

function notSentAsItIs({ type: spelled, generated, dimensions = 1 }: Column, type: ColumnType): string | null {
  if (generated === true) return whyGenerated
  if (dimensions > 1) return `is an array of ${dimensions} dimensions, which the connector cannot send`
  const garbled = (type.list ? garbledElements : garbledTypes).get(bareName(type.name))
  return garbled === undefined ? null : `has type ${spelled}: ${garbled}`
}

/** A type of an extension without the schema that it lives in; any other as it is spelled. */
function bareName(typeName: string): string {
  const bare = typeName.slice(typeName.lastIndexOf('.') + 1)
  return extensionTypes.has(bare) ? bare : typeName
}

function postgresTypeOf(typeName: string, { values }: Column): PostgresType | undefined {
  return postgresTypes.get(bareName(typeName)) ?? (values === undefined ? undefined : enumType)
}
