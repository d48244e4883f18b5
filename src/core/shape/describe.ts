/** The keys of a shape one by one, for people: a page of reference, and the answer of `explain`. */
import { expected, type Form } from './shape.ts'

export interface DescribedKey {
  /** `sources.<name>.kind` */
  readonly path: string
  readonly expected: string
  readonly doc: string
  readonly presence: 'required' | 'optional'
  /** What is meant where nothing is written, as it would be written. */
  readonly standard: string | null
}

/** All keys, outer ones before those inside of them. */
export function describeKeys(form: Form, within = ''): readonly DescribedKey[] {
  switch (form.kind) {
    case 'object':
      return form.fields.flatMap(({ key, form: inner, doc, presence, standard }) => {
        const path = within === '' ? key : `${within}.${key}`
        const described = { path, expected: expected(inner), doc, presence, standard: written(standard) }
        return [described, ...describeKeys(inner, path)]
      })
    case 'map':
      return describeKeys(form.value, `${within}.<name>`)
    case 'list':
      return describeKeys(form.item, `${within}[]`)
    case 'union':
      return form.of.flatMap((one) => describeKeys(one, within))
    case 'nullable':
      return describeKeys(form.of, within)
    case 'text':
    case 'any':
    case 'scalar':
    case 'words':
    case 'integer':
    case 'bool':
      return []
  }
}

function written(standard: unknown): string | null {
  if (standard === undefined || standard === null) return null
  return typeof standard === 'string' && standard !== '' ? standard : JSON.stringify(standard)
}
