/** A tree as the value that JSON.parse gives: for what is not declared here, such as the schema of a contract. */
import type { Place } from '../../diagnostics/problem.ts'
import { entriesOf } from '../composites.ts'
import { parseJson } from './json-tree.ts'
import { complainOfForm, type Reading, type Shape, type Wrong, wrong } from '../shape.ts'
import { nodeAt, type Path, placeIn, type Tree } from '../tree.ts'

/** Any JSON in which no key is twice in one object. Whole numbers that a double does not hold are bigints. */
export const anyJson: Shape<unknown> = { form: { kind: 'any' }, read: valueOf }

/** A part of a document that somebody else reads: no key is twice in it, and none without a value. */
export const anyTree: Shape<Tree> = { form: { kind: 'any' }, read: treeOf }

function treeOf(tree: Tree, reading: Reading): Tree | Wrong {
  if (tree.kind === 'nothing' && !tree.isWritten) return complainOfForm(tree, { kind: 'scalar' }, reading)
  const entries = tree.kind === 'map' ? [...(entriesOf(tree, anyTree.form, reading)?.values() ?? [])] : []
  const inner = tree.kind === 'list' ? tree.items : entries.map(({ value }) => value)
  return inner.map((one) => treeOf(one, reading)).includes(wrong) ? wrong : tree
}

function valueOf(tree: Tree, reading: Reading): unknown {
  switch (tree.kind) {
    case 'nothing':
      return null
    case 'scalar':
      return tree.type === 'number' ? exactNumber(tree.text) : tree.type === 'bool' ? tree.text === 'true' : tree.text
    case 'list': {
      const items = tree.items.map((item) => valueOf(item, reading))
      return items.includes(wrong) ? wrong : items
    }
    case 'map':
      return objectOf(tree, reading)
  }
}

function objectOf(tree: Tree, reading: Reading): Readonly<Record<string, unknown>> | Wrong {
  const entries = [...(entriesOf(tree, anyJson.form, reading) ?? [])]
  const values = entries.map(([key, { value }]) => [key, valueOf(value, reading)] as const)
  return values.some(([, value]) => value === wrong) ? wrong : Object.fromEntries(values)
}

const exactNumber = (written: string): number | bigint =>
  /^-?\d+$/.test(written) && !Number.isSafeInteger(Number(written)) ? BigInt(written) : Number(written)

/** The place of the deepest node on a path in a JSON file; its beginning, where it is no JSON. */
export function jsonPlaces(source: { readonly text: string; readonly file: string }): (path: Path) => Place {
  const parsed = parseJson(source.text)
  const placeOf = placeIn(source)
  return (path) => placeOf(parsed.kind === 'tree' ? nodeAt(parsed.tree, path).spot : { path: [], start: 0, end: 1 })
}
