/** How the columns of a MariaDB catalog are read, those among them that the database computes: they are in its log. */
import type { Column } from '../../../catalog/catalog.ts'
import type { CaptureSettings } from '../../connector/capture-settings.ts'
import { type DatabaseColumns, whyUnknown } from '../database-columns.ts'
import type { ValueCodec } from '../value-codec.ts'
import { withoutZero } from './mariadb-time-codecs.ts'
import { type MariadbType, parseMariadbType } from './mariadb-type.ts'
import { mariadbTypes } from './mariadb-types.ts'

export const mariadbColumns: DatabaseColumns = { codec: chooseCodec, form: formOf }

function chooseCodec(column: Column, settings: CaptureSettings): ValueCodec | string {
  const { name, values } = column
  const type = parseMariadbType(column.type)
  if (type === null) return `has type ${column.type}, which is not spelled as MariaDB spells a type`
  const codec = mariadbTypes.get(type.name)?.codec({ column: name, modifiers: type.modifiers, values, settings })
  if (codec === undefined) return whyUnknown(column)
  return type.name === 'timestamp' && column.nullable ? withoutZero(codec) : codec
}

function formOf({ type: spelled }: Column): string | null {
  const type: MariadbType | null = parseMariadbType(spelled)
  return type === null ? null : (mariadbTypes.get(type.name)?.form(type.modifiers) ?? null)
}
