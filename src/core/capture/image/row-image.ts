/**
 * A row as the connector sent it, not yet decoded: columns are decoded where a mapping reads them, by the decoder of
 * the column's catalog type.
 */
export interface RowImage {
  /** Names of the columns, in the order in which they came. */
  readonly columns: readonly string[]
  /**
   * The JSON value that stands in a column, integers beyond 2^53 as bigints; UNAVAILABLE where the connector could not
   * know it; undefined, which is not null, where the row has no such column.
   */
  get(column: string): unknown
  /** Column to value, for a reader of JSON. */
  toJSON(): Readonly<Record<string, unknown>>
}

/** All columns with their values. The object has no prototype: a column may have any name. */
export function valuesOf(image: RowImage): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>
  for (const column of image.columns) values[column] = image.get(column)
  return values
}
