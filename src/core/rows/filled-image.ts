/** A row some columns of which come from elsewhere: from the row that it was, or from nowhere. */
import { type RowImage, valuesOf } from '../capture/image/row-image.ts'
import { UNAVAILABLE } from '../values/value.ts'

export class FilledImage implements RowImage {
  private readonly image: RowImage
  private readonly missing: readonly string[]
  private readonly from: RowImage | null

  /** Columns that are missing and that `from` does not have, or has not, are UNAVAILABLE. */
  constructor(image: RowImage, missing: readonly string[], from: RowImage | null) {
    this.image = image
    this.missing = missing
    this.from = from
  }

  get columns(): readonly string[] {
    return [...new Set([...this.image.columns, ...this.missing])]
  }

  get(column: string): unknown {
    if (!this.missing.includes(column)) return this.image.get(column)
    const value = this.from?.get(column)
    return value === undefined ? UNAVAILABLE : value
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return valuesOf(this)
  }
}
