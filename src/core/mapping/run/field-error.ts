/** A failure inside of a record: the same ValueError, and which of the nested fields it was. */
import type { Place } from '../../diagnostics/problem.ts'
import { ValueError } from '../../values/value-error.ts'

export class FieldError extends ValueError {
  /** Below the field of the event: `address.zip`. */
  readonly path: string
  readonly place: Place

  constructor(cause: ValueError, { path, place }: { readonly path: string; readonly place: Place }) {
    super(cause.errorClass, cause.message)
    this.path = path
    this.place = place
  }
}

/** The error with the place of a field around it, which has more to say only where nobody has said it before. */
export function inField(error: unknown, field: { readonly name: string; readonly place: Place } | undefined): unknown {
  if (!(error instanceof ValueError) || field === undefined) return error
  const inner = error instanceof FieldError ? error : null
  const path = inner === null ? field.name : `${field.name}.${inner.path}`
  return new FieldError(error, { path, place: inner?.place ?? field.place })
}
