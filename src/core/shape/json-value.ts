/** A tree as the value that JSON.parse gives: for what is not declared here, such as the schema of a contract. */
import type { Place } from '../diagnostics/problem.ts'
import { entriesOf } from './composites.ts'
import { parseJson } from './json-tree.ts'
import { type Reading, type Shape, type Wrong, wrong } from './shape.ts'
import { nodeAt, type Path, placeIn, type Tree } from './tree.ts'

/** Any JSON in which no key is twice in one object. Whole numbers that a double does not hold are bigints. */
export const anyJson: Shape<unknown> = { form: { kind: 'any' }, read: valueOf }

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
