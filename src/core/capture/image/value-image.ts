/** Images whose values have been parsed, and images of which a part is not known. */
import { UNAVAILABLE } from '../../values/value.ts'
import { type RowImage, valuesOf } from './row-image.ts'

type Values = Readonly<Record<string, unknown>>

/** Of values as JSON gives them. */
export class ValueImage implements RowImage {
  private readonly values: Values

  constructor(values: Values) {
    this.values = values
  }

  get columns(): readonly string[] {
    return Object.keys(this.values)
  }

  get(column: string): unknown {
    // A column named like a member of every object must not read that member when it is absent.
    return Object.hasOwn(this.values, column) ? this.values[column] : undefined
  }

  toJSON(): Values {
    return this.values
  }
}

/** An image some columns of which say nothing. */
export class PartialImage implements RowImage {
  private readonly whole: RowImage
  private readonly isKnown: (column: string) => boolean

  constructor(whole: RowImage, isKnown: (column: string) => boolean) {
    this.whole = whole
    this.isKnown = isKnown
  }

  get columns(): readonly string[] {
    return this.whole.columns
  }

  get(column: string): unknown {
    const value = this.whole.get(column)
    return value === undefined || this.isKnown(column) ? value : UNAVAILABLE
  }

  toJSON(): Values {
    return valuesOf(this)
  }
}

export const imageOf = (values: Values): RowImage => new ValueImage(values)
