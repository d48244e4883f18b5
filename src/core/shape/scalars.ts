/** Shapes of single values. */
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Form } from './form.ts'
import { complainOfForm, type Reading, said, type Shape, type Wrong } from './shape.ts'
import type { Tree, TreeScalar } from './tree.ts'

/** Any text. */
export const text: Shape<string> = scalarShape({ kind: 'text', what: 'a text' }, 'text', (written) => written)

/** Any scalar as it is written: for those to whom a number is a text. */
export const scalar: Shape<string> = {
  form: { kind: 'scalar' },
  read: (tree, reading) => (tree.kind === 'scalar' ? tree.text : complainOfForm(tree, { kind: 'scalar' }, reading)),
}

export const bool: Shape<boolean> = scalarShape(
  { kind: 'bool' },
  'bool',
  (written) => written === 'true' || (written === 'false' ? false : null),
)

/** A text that a whole pattern matches. `what` reads behind "expected". */
export function matching(what: string, pattern: RegExp): Shape<string> {
  const form: Form = { kind: 'text', what, pattern: pattern.source }
  return scalarShape(form, 'text', (written) => (pattern.test(written) ? written : null))
}

/** One of the given words, spelled exactly so. */
export function oneOf<const T extends string>(words: readonly T[]): Shape<T> {
  const form: Form = { kind: 'words', words }
  const find = (written: string): T | null => words.find((known) => known === written) ?? null
  return {
    form,
    read: (tree, reading) => {
      const plain = ofType(tree, 'text')
      const word = plain === null ? null : find(plain.text)
      if (word !== null) return word
      const near = plain === null ? null : nearestName(plain.text, words)
      return complainOfForm(tree, form, reading, near === null ? '' : `did you mean "${near}"?`)
    },
  }
}

const wholeNumber = /^-?(?:0|[1-9]\d{0,15})$/

/** A whole number in decimal digits, within bounds that a double holds exactly. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Shape<number> {
  return scalarShape({ kind: 'integer', min, max }, 'number', (written) => {
    const value = Number(written)
    return wholeNumber.test(written) && value >= min && value <= max ? value : null
  })
}

/** What is wrong with a text, in words that do not repeat it: it may be a secret. */
export interface Refusal {
  readonly refused: string
  readonly hint?: string
}

export const refusal = (refused: string, hint?: string): Refusal =>
  hint === undefined ? { refused } : { refused, hint }

/** A text that a function of its own reads; null: it is not what it should be. */
export function custom<T extends string>(what: string, parse: (written: string) => T | Refusal | null): Shape<T> {
  const form: Form = { kind: 'text', what }
  return {
    form,
    read: (tree, reading) => {
      const plain = ofType(tree, 'text')
      const value = plain === null ? null : parse(plain.text)
      if (value === null) return complainOfForm(tree, form, reading)
      if (typeof value !== 'object') return value
      const message = said(tree.spot.path, value.refused)
      return reading.complain(tree.spot, { fault: 'value', message, hint: value.hint ?? '' })
    },
  }
}

function scalarShape<T>(form: Form, type: 'text' | 'number' | 'bool', parse: (written: string) => T | null): Shape<T> {
  return {
    form,
    read: (tree: Tree, reading: Reading): T | Wrong => {
      const plain = ofType(tree, type)
      return (plain === null ? null : parse(plain.text)) ?? complainOfForm(tree, form, reading)
    },
  }
}

/** The scalar, where its document says that it is of the type, or leaves that to the place. */
const ofType = (tree: Tree, type: TreeScalar['type']): TreeScalar | null =>
  tree.kind === 'scalar' && (tree.type === type || tree.type === 'any') ? tree : null
