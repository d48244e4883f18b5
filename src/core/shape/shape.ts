/** A shape is declared once; what reads it, what describes it to an editor and what explains it derive from it. */
import { type Mistake, type Path, pathText, type ParsedTree, type Spot, type Tree } from './tree.ts'

export interface Shape<T> {
  /** What there is to know of it without reading. */
  readonly form: Form
  /** Notes every mistake, and gives `wrong` if there was one. */
  readonly read: (tree: Tree, reading: Reading) => T | Wrong
}

/** What a shape reads. */
export type ReadBy<S> = S extends Shape<infer T> ? T : never

export const wrong: unique symbol = Symbol('wrong')
export type Wrong = typeof wrong

export interface Reading {
  readonly complain: (spot: Spot, message: string, hint?: string) => Wrong
}

export type Form =
  /** `pattern` holds of every text that is accepted. */
  | { readonly kind: 'text'; readonly what: string; readonly pattern?: string }
  /** Any scalar, as it is written. */
  | { readonly kind: 'scalar' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'bool' }
  | { readonly kind: 'list'; readonly item: Form; readonly least: number }
  | { readonly kind: 'map'; readonly name: Form; readonly value: Form }
  | { readonly kind: 'object'; readonly fields: readonly FieldForm[]; readonly others: 'refused' | 'ignored' }
  | { readonly kind: 'any' }
  /** They differ by the kind of node. */
  | { readonly kind: 'union'; readonly of: readonly Form[] }
  | { readonly kind: 'nullable'; readonly of: Form }

export interface FieldForm {
  readonly key: string
  readonly form: Form
  readonly doc: string
  readonly presence: 'required' | 'optional'
  /** What is meant where nothing is written. */
  readonly standard?: unknown
}

export type ReadShape<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] }

/** Reads a tree; every mistake is collected, in the order of the text, none stops the reading. */
export function readTree<T>(shape: Shape<T>, tree: Tree): ReadShape<T> {
  const mistakes: Mistake[] = []
  const value = shape.read(tree, {
    complain: (spot, message, hint = '') => {
      mistakes.push(hint === '' ? { spot, message } : { spot, message, hint })
      return wrong
    },
  })
  if (mistakes.length === 0 && value !== wrong) return { kind: 'value', value }
  return { kind: 'mistakes', mistakes: mistakes.toSorted((a, b) => a.spot.start - b.spot.start) }
}

export const readParsed = <T>(shape: Shape<T>, parsed: ParsedTree): ReadShape<T> =>
  parsed.kind === 'tree' ? readTree(shape, parsed.tree) : parsed

export const complainOfForm = (tree: Tree, form: Form, { complain }: Reading, hint = ''): Wrong =>
  complain(tree.spot, said(tree.spot.path, `expected ${expected(form)}, got ${found(tree)}`), hint)

/** A message with the path that it is about. */
export const said = (path: Path, message: string): string =>
  path.length === 0 ? message : `${pathText(path)}: ${message}`

/** As it reads behind `expected`. */
export function expected(form: Form): string {
  switch (form.kind) {
    case 'text':
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
    case 'object':
      return 'a map'
    case 'union':
      return form.of.map(expected).join(' or ')
    case 'nullable':
      return `${expected(form.of)} or null`
  }
}

/** As much of a text as a message shows. */
const shownLength = 60

export function found(tree: Tree): string {
  if (tree.kind === 'nothing') return 'nothing'
  if (tree.kind !== 'scalar') {
    const isEmpty = (tree.kind === 'list' ? tree.items : tree.entries).length === 0
    return `${isEmpty ? 'an empty' : 'a'} ${tree.kind}`
  }
  if (tree.type === 'number' || tree.type === 'bool') return tree.text
  return JSON.stringify(tree.text.length > shownLength ? `${tree.text.slice(0, shownLength)}…` : tree.text)
}
