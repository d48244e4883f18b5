/** Values that came in another form than a catalog promises: whoever reads one must know its form. */
import { UNAVAILABLE } from '../../values/value.ts'
import { type RowImage, valuesOf } from './row-image.ts'

/** What stands in a column of an `OtherFormImage`. */
export class OtherForm {
  /** The JSON value. */
  readonly raw: unknown
  /** As the connector calls it. */
  readonly form: string

  constructor(raw: unknown, form: string) {
    this.raw = raw
    this.form = form
  }

  toJSON(): unknown {
    return this.raw
  }
}

/** An image some columns of which came in these forms, by their names. Null, and what is not known, have no form. */
export class OtherFormImage implements RowImage {
  private readonly image: RowImage
  private readonly forms: ReadonlyMap<string, string>

  constructor(image: RowImage, forms: ReadonlyMap<string, string>) {
    this.image = image
    this.forms = forms
  }

  get columns(): readonly string[] {
    return this.image.columns
  }

  get(column: string): unknown {
    const value = this.image.get(column)
    const form = this.forms.get(column)
    if (form === undefined || value === null || value === undefined || value === UNAVAILABLE) return value
    if (value instanceof OtherForm) return value
    return new OtherForm(value, form)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return valuesOf(this)
  }
}
