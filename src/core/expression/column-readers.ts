/** How the columns of a table are read from row images. */
import { columnDecoder } from '../capture/decode/column-decoder.ts'
import type { RowImage } from '../capture/row-change.ts'
import type { CaptureSettings } from '../capture/settings.ts'
import type { Table } from '../catalog/catalog.ts'
import { UNAVAILABLE, type Value } from '../values/value.ts'
import { ValueError } from '../values/value-error.ts'
import type { ColumnReader } from './expression-type.ts'

/** Readers of all columns that this version can read, by name. */
export function columnReaders(table: Table, settings: CaptureSettings): ReadonlyMap<string, ColumnReader> {
  const readers = new Map<string, ColumnReader>()
  for (const column of table.columns) {
    const decoder = columnDecoder(column, settings)
    if (decoder.kind === 'unsupported') continue
    const { name } = column
    const { decode } = decoder
    const available = (value: Value): Value => {
      if (value === UNAVAILABLE) throw new ValueError('unavailable', `the connector did not send column ${name}`)
      return value
    }
    // A column named like a member of every object must not read that member when it is absent.
    const read =
      name in Object.prototype
        ? (row: RowImage): Value => available(decode(Object.hasOwn(row, name) ? row[name] : undefined))
        : (row: RowImage): Value => available(decode(row[name]))
    readers.set(name, { column, type: decoder.type, nullable: decoder.nullable, read })
  }
  return readers
}
