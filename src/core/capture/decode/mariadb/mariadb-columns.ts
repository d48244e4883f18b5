/** How the columns of a MariaDB catalog are read. */
import type { Column } from '../../../catalog/catalog.ts'
import type { CaptureSettings } from '../../connector/capture-settings.ts'
import { type DatabaseColumns, whyGenerated, whyUnknown } from '../database-columns.ts'
import type { ValueCodec } from '../value-codec.ts'
import { type MariadbType, parseMariadbType } from './mariadb-type.ts'
import { mariadbTypes } from './mariadb-types.ts'

export const mariadbColumns: DatabaseColumns = { codec: chooseCodec, form: formOf }

function chooseCodec(column: Column, settings: CaptureSettings): ValueCodec | string {
  const { name, values, generated } = column
  if (generated === true) return whyGenerated
  const type = parseMariadbType(column.type)
  if (type === null) return `has type ${column.type}, which is not spelled as MariaDB spells a type`
  const codec = mariadbTypes.get(type.name)?.codec
  return codec?.({ column: name, modifiers: type.modifiers, values, settings }) ?? whyUnknown(column)
}

function formOf({ type: spelled, generated }: Column): string | null {
  const type: MariadbType | null = generated === true ? null : parseMariadbType(spelled)
  return type === null ? null : (mariadbTypes.get(type.name)?.form(type.modifiers) ?? null)
}
