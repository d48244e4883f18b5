/** Rows as they came: which row an image is of, and whether two images are the same. */
import { UNAVAILABLE } from '../values/value.ts'
import type { RowImage } from './row-change.ts'

/** A text that is equal for equal keys of one table. Columns come in the order of the table's key, always. */
export function keyText(key: RowImage): string {
  let text = ''
  for (const column in key) text += part(key[column])
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
  let columns = 0
  for (const column in one) {
    columns += 1
    if (!sameValue(one[column], other[column])) return false
  }
  return columns === Object.keys(other).length
}

/**
 * Whether the two images give a column different values. Columns that only one of them has, or that the connector
 * could not know, say nothing.
 */
export function contradicts(one: RowImage, other: RowImage): boolean {
  for (const column in one) {
    if (!Object.hasOwn(other, column)) continue
    const [a, b] = [one[column], other[column]]
    if (a !== UNAVAILABLE && b !== UNAVAILABLE && !sameValue(a, b)) return true
  }
  return false
}

/** Deeply. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
  return !Array.isArray(b) && sameImage(a as RowImage, b as RowImage)
}
