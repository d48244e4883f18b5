/** What there is to know of a shape without reading: its schema, its explanation and its messages derive from it. */

export type Form =
  /** `pattern` holds of every text that is accepted. */
  | { readonly kind: 'text'; readonly what: string; readonly pattern?: string }
  /** A text of another language, which YAML would read in its own way: it stands in quotes. */
  | { readonly kind: 'quoted'; readonly what: string }
  /** Any scalar, as it is written. */
  | { readonly kind: 'scalar' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'bool' }
  | { readonly kind: 'list'; readonly item: Form; readonly least: number }
  | { readonly kind: 'map'; readonly name: Form; readonly value: Form; readonly least: number }
  | { readonly kind: 'object'; readonly fields: readonly FieldForm[]; readonly others: 'refused' | 'ignored' }
  | { readonly kind: 'any' }
  /** They differ by the kind of node, or by a key that only one of them has. */
  | { readonly kind: 'union'; readonly of: readonly Form[] }
  | { readonly kind: 'nullable'; readonly of: Form }
  /** A form that may stand within itself. */
  | { readonly kind: 'named'; readonly name: string; readonly form: () => Form }

export interface FieldForm {
  readonly key: string
  readonly form: Form
  readonly doc: string
  readonly presence: 'required' | 'optional'
  /** What is meant where nothing is written. */
  readonly standard?: unknown
}

/** As it reads behind `expected`. */
export function expected(form: Form): string {
  switch (form.kind) {
    case 'text':
    case 'quoted':
      return form.what
    case 'any':
      return 'anything'
    case 'scalar':
      return 'a text, a number, or true or false'
    case 'words':
      return form.words.length === 1 ? (form.words[0] ?? '') : `one of ${form.words.join(', ')}`
    case 'integer':
      return form.max === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${form.min}`
        : `a whole number from ${form.min} to ${form.max}`
    case 'bool':
      return 'true or false'
    case 'list':
      return form.least > 0 ? 'a list that is not empty' : 'a list'
    case 'map':
      return form.least > 0 ? 'a map that is not empty' : 'a map'
    case 'object':
      return 'a map'
    case 'union':
      return [...new Set(form.of.map(expected))].join(' or ')
    case 'nullable':
      return `${expected(form.of)} or null`
    case 'named':
      return expected(form.form())
  }
}
