/** Whether images are of the same row, and whether they are the same. */
import { UNAVAILABLE } from '../../values/value.ts'
import { OtherForm } from './other-form.ts'
import type { RowImage } from './row-image.ts'
import { SlicedImage } from './sliced-image.ts'

/** A text that is equal for equal keys of one table. Columns come in the order of the table's key, always. */
export function keyText(key: RowImage): string {
  let text = ''
  for (const column of key.columns) text += part(key.get(column))
  return text
}

function part(value: unknown): string {
  // The length tells where a text ends, whatever it contains.
  if (typeof value === 'string') return `${value.length}"${value}`
  if (typeof value === 'object' && value !== null) return `${JSON.stringify(value, bigintAsText)},`
  return `${String(value)},`
}

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** Whether two images have the same columns with the same values. */
export function sameImage(one: RowImage, other: RowImage): boolean {
  if (one instanceof SlicedImage && other instanceof SlicedImage && one.hasBytesOf(other)) return true
  const { columns } = one
  if (columns.length !== other.columns.length) return false
  return columns.every((column) => sameColumn(one, other, column))
}

/**
 * Whether the two images give a column different values. Columns that only one of them has, or that the connector
 * could not know, or that has sent in two forms, say nothing.
 */
export function contradicts(one: RowImage, other: RowImage): boolean {
  return one.columns.some((column) => {
    const [a, b] = [one.get(column), other.get(column)]
    return a !== UNAVAILABLE && b !== undefined && b !== UNAVAILABLE && formOf(a) === formOf(b) && !sameValue(a, b)
  })
}

const formOf = (value: unknown): string | null => (value instanceof OtherForm ? value.form : null)

/** Whether two images have the same value in a column, or both have no such column. */
const sameColumn = (one: RowImage, other: RowImage, column: string): boolean =>
  hasSameBytes(one, other, column) || sameValue(one.get(column), other.get(column))

/** Whether a column is written in the same bytes in both: if not, it may still have the same value. */
export const hasSameBytes = (one: RowImage, other: RowImage, column: string): boolean =>
  one instanceof SlicedImage && other instanceof SlicedImage && one.hasBytesOfColumn(other, column)

/** Deeply, of JSON values. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
  if (Array.isArray(b)) return false
  const [members, others] = [Object.entries(a), b as Readonly<Record<string, unknown>>]
  return (
    members.length === Object.keys(others).length &&
    members.every(([name, value]) => Object.hasOwn(others, name) && sameValue(value, others[name]))
  )
}
