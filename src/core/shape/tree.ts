/** A document as a tree, whatever it was written in: every node knows its path and where in the text it stands. */
import type { Place } from '../diagnostics/problem.ts'

/** Keys and indexes from the root. */
export type Path = readonly (string | number)[]

export interface Spot {
  readonly path: Path
  /** Positions in the text, the end exclusive. */
  readonly start: number
  readonly end: number
}

export type Tree = TreeNothing | TreeScalar | TreeList | TreeMap

/** A null, or a key with no value. */
export interface TreeNothing {
  readonly kind: 'nothing'
  /** Whether there is a null, and not merely no value. */
  readonly isWritten: boolean
  readonly spot: Spot
}

export interface TreeScalar {
  readonly kind: 'scalar'
  readonly text: string
  /** `any`: the place decides, as in YAML, where quotes mean nothing. */
  readonly type: 'text' | 'number' | 'bool' | 'any'
  readonly spot: Spot
}

export interface TreeList {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly spot: Spot
}

export interface TreeMap {
  readonly kind: 'map'
  /** As they are written, equal keys included. */
  readonly entries: readonly TreeEntry[]
  readonly spot: Spot
}

export interface TreeEntry {
  readonly key: string
  readonly keySpot: Spot
  readonly value: Tree
}

/** What kind of mistake it is: who declares a shape may have a code for each. */
export type Fault =
  /** Not of the language at all, or of a part of it that is not read. */
  | 'syntax'
  | 'feature'
  | 'unknownKey'
  | 'missing'
  /** Another kind of node than is expected here. */
  | 'form'
  /** An expression that YAML reads in its own way. */
  | 'unquoted'
  | 'value'
  /** Part of the format, and not of this version. */
  | 'later'
  /** A name that something else has. */
  | 'taken'

export interface Mistake {
  readonly spot: Spot
  readonly fault: Fault
  readonly message: string
  readonly hint?: string
}

export type ParsedTree =
  | { readonly kind: 'tree'; readonly tree: Tree }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] }

/** Far beyond what people write and rows hold, and far from where recursion would end. */
export const depthMax = 100

/** A text from outside of any document, such as an environment variable's. */
export const scalarTree = (text: string, path: Path): TreeScalar => ({
  kind: 'scalar',
  type: 'any',
  text,
  spot: { path, start: 0, end: text.length },
})

/** `tables[0].columns` */
export const pathText = (path: Path): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('')

/** The node at a path below a tree; the deepest that is there where it ends earlier. */
export function nodeAt(tree: Tree, below: Path): Tree {
  const [step, ...rest] = below
  const found =
    tree.kind === 'list'
      ? tree.items.find((_item, at) => at === step)
      : tree.kind === 'map'
        ? tree.entries.find(({ key }) => key === step)?.value
        : undefined
  return found === undefined ? tree : nodeAt(found, rest)
}

/** Where in the file a spot is; a range ends with its line. The lines are counted once, for all mistakes. */
export function placeIn({ text, file }: { readonly text: string; readonly file: string }): (spot: Spot) => Place {
  let starts: readonly number[] | null = null
  return ({ start, end }) => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
    const line = lineOf(starts, start)
    const lineEnd = (starts[line] ?? text.length + 1) - 1
    return {
      file,
      line,
      column: start - (starts[line - 1] ?? 0) + 1,
      length: Math.max(1, Math.min(end, lineEnd) - start),
    }
  }
}

/** From 1: how many lines begin at the position or before it. */
function lineOf(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return low
}
