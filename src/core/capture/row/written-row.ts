/** A row as parts that JSON can hold, and back: nothing of what is known of its columns is lost. */
import { OtherForm, OtherFormImage } from '../image/other-form.ts'
import type { RowImage } from '../image/row-image.ts'
import { imageOf, PartialImage } from '../image/value-image.ts'
import { UNAVAILABLE } from '../../values/value.ts'

export interface WrittenRow {
  /** Null in columns of which nothing is known. */
  readonly values: Readonly<Record<string, unknown>>
  readonly unknown: readonly string[]
  /** Of columns that came in another form than a catalog promised; null: there are none. */
  readonly forms: Readonly<Record<string, string>> | null
}

export function writtenRow(image: RowImage): WrittenRow {
  const values = Object.create(null) as Record<string, unknown>
  const unknown: string[] = []
  const forms: [string, string][] = []
  for (const column of image.columns) {
    const value = image.get(column)
    if (value === UNAVAILABLE) unknown.push(column)
    if (value instanceof OtherForm) forms.push([column, value.form])
    values[column] = value === UNAVAILABLE ? null : value instanceof OtherForm ? value.raw : value
  }
  return { values, unknown, forms: forms.length === 0 ? null : Object.fromEntries(forms) }
}

export function imageOfWritten({ values, unknown, forms }: WrittenRow): RowImage {
  const plain = imageOf(values)
  const formed = forms === null ? plain : new OtherFormImage(plain, new Map(Object.entries(forms)))
  return unknown.length === 0 ? formed : new PartialImage(formed, (column) => !unknown.includes(column))
}
