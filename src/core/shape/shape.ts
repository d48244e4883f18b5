/** A shape is declared once; what reads it, what describes it to an editor and what explains it derive from it. */
import type { Place } from '../diagnostics/problem.ts'
import { expected, type Form } from './form.ts'
import {
  type Fault,
  type Mistake,
  type ParsedTree,
  type Path,
  pathText,
  placeIn,
  type Spot,
  type Tree,
} from './tree.ts'

export interface Shape<T> {
  readonly form: Form
  /** Notes every mistake, and gives `wrong` where nothing can be made of what is there. */
  readonly read: (tree: Tree, reading: Reading) => T | Wrong
  /** What stands in for a value that is wrong or missing, so that what is around it can be read. */
  readonly instead?: { readonly value: T }
}

/** What a shape reads. */
export type ReadBy<S> = S extends Shape<infer T> ? T : never

export const wrong: unique symbol = Symbol('wrong')
export type Wrong = typeof wrong

export interface Reading {
  readonly complain: (spot: Spot, complaint: Complaint) => Wrong
  /** Of the whole document. */
  readonly text: string
  readonly placeOf: (spot: Spot) => Place
}

export type Complaint = Omit<Mistake, 'spot'>

export type ReadShape<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] }

interface Source {
  readonly text: string
  readonly file: string
}

const nowhere: Source = { text: '', file: '' }

/** Reads a tree; every mistake is collected, in the order of the text, none stops the reading. */
export function readTree<T>(shape: Shape<T>, tree: Tree): ReadShape<T> {
  const { value, mistakes } = readAsFar(shape, tree, nowhere)
  return mistakes.length === 0 && value !== wrong ? { kind: 'value', value } : { kind: 'mistakes', mistakes }
}

export const readParsed = <T>(shape: Shape<T>, parsed: ParsedTree): ReadShape<T> =>
  parsed.kind === 'tree' ? readTree(shape, parsed.tree) : parsed

export interface AsFar<T> {
  readonly value: T | Wrong
  readonly mistakes: readonly Mistake[]
}

/** The same of a file of which something may be wrong: what could be read of it, for further checks. */
export function readAsFar<T>(shape: Shape<T>, tree: Tree, source: Source): AsFar<T> {
  const mistakes: Mistake[] = []
  const value = shape.read(tree, {
    complain: (spot, { hint = '', ...complaint }) => {
      mistakes.push({ spot, ...complaint, ...(hint !== '' && { hint }) })
      return wrong
    },
    text: source.text,
    placeOf: placeIn(source),
  })
  return { value, mistakes: mistakes.toSorted((a, b) => a.spot.start - b.spot.start) }
}

export const complainOfForm = (tree: Tree, form: Form, { complain }: Reading, hint = ''): Wrong => {
  const message = said(tree.spot.path, `expected ${expected(form)}, got ${found(tree)}`)
  return complain(tree.spot, { fault: faultOf(tree, form), message, hint })
}

const faultOf = (tree: Tree, { kind }: Form): Fault => {
  // An empty list is a thing forgotten.
  if (tree.kind === kind) return 'missing'
  return tree.kind === 'scalar' && kind !== 'list' && kind !== 'map' && kind !== 'object' ? 'value' : 'form'
}

/** A message with the path that it is about. */
export const said = (path: Path, message: string): string =>
  path.length === 0 ? message : `${pathText(path)}: ${message}`

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
