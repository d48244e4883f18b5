/** Row images of plain values, and back. */
import { type RowImage, valuesOf } from '../../src/core/capture/image/row-image.ts'
import { ValueImage } from '../../src/core/capture/image/value-image.ts'

export type Values = Readonly<Record<string, unknown>>

export const imageOf = (values: Values): RowImage => new ValueImage(values)
export const imageOrNull = (values: Values | null): RowImage | null => (values === null ? null : imageOf(values))

/** The same with every image in it as plain values. */
export function shown(value: unknown): unknown {
  if (isImage(value)) return { ...valuesOf(value) }
  if (Array.isArray(value)) return value.map(shown)
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shown(item)])) : value
}

const isImage = (value: unknown): value is RowImage =>
  typeof value === 'object' && value !== null && 'columns' in value && 'get' in value && 'toJSON' in value
