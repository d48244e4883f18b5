/** The keys of a shape one by one, for people: a page of reference, and the answer of `explain`. */
import { expected, type Form } from './form.ts'

export interface DescribedKey {
  /** `sources.<name>.kind` */
  readonly path: string
  readonly expected: string
  readonly doc: string
  readonly presence: 'required' | 'optional'
  /** What is meant where nothing is written, as it would be written. */
  readonly standard: string | null
}

/** All keys, outer ones before those inside of them; what stands within itself is described once. */
export function describeKeys(form: Form, within = '', open: readonly string[] = []): readonly DescribedKey[] {
  const inside = (inner: Form, path: string): readonly DescribedKey[] => describeKeys(inner, path, open)
  switch (form.kind) {
    case 'object':
      return form.fields.flatMap(({ key, form: inner, doc, presence, standard }) => {
        const path = within === '' ? key : `${within}.${key}`
        const described = { path, expected: expected(inner), doc, presence, standard: written(standard) }
        return [described, ...inside(inner, path)]
      })
    case 'map':
      return inside(form.value, `${within}.<name>`)
    case 'list':
      return inside(form.item, `${within}[]`)
    case 'union':
      return form.of.flatMap((one) => inside(one, within))
    case 'nullable':
      return inside(form.of, within)
    case 'named':
      return open.includes(form.name) ? [] : describeKeys(form.form(), within, [...open, form.name])
    case 'text':
    case 'quoted':
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
