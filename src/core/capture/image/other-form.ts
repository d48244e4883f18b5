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

/** The same of a row that was kept: it, or the catalog, may be the older of the two. */
export class KeptForm extends OtherForm {}

/** An image some columns of which came in these forms, by their names. Null, and what is not known, have no form. */
export class OtherFormImage implements RowImage {
  private readonly image: RowImage
  private readonly forms: ReadonlyMap<string, string>
  private readonly Form: typeof OtherForm

  constructor(image: RowImage, forms: ReadonlyMap<string, string>, Form: typeof OtherForm = OtherForm) {
    this.image = image
    this.forms = forms
    this.Form = Form
  }

  get columns(): readonly string[] {
    return this.image.columns
  }

  get(column: string): unknown {
    const value = this.image.get(column)
    const form = this.forms.get(column)
    if (form === undefined || value === null || value === undefined || value === UNAVAILABLE) return value
    if (value instanceof OtherForm) return value
    return new this.Form(value, form)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return valuesOf(this)
  }
}
