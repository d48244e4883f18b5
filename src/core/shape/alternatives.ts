/** One of several shapes, told apart before they are read: what is said is about the one that is meant. */
import type { Form } from './form.ts'
import { complainOfForm, type Reading, type Shape } from './shape.ts'
import type { Tree } from './tree.ts'

/** By the kind of node. */
export function byKind<const S extends Partial<Record<Tree['kind'], Shape<unknown>>>>(
  shapes: S,
): Shape<S[keyof S] extends infer One ? (One extends Shape<infer T> ? T : never) : never> {
  type Value = S[keyof S] extends infer One ? (One extends Shape<infer T> ? T : never) : never
  const form: Form = {
    kind: 'union',
    of: [...new Set(Object.values<Shape<unknown>>(shapes).map((shape) => shape.form))],
  }
  return {
    form,
    read: (tree: Tree, reading: Reading) => {
      const shape = shapes[tree.kind] as Shape<Value> | undefined
      return shape === undefined ? complainOfForm(tree, form, reading) : shape.read(tree, reading)
    },
  }
}

/** Maps told apart by a key that is in them; the first of the keys that is there decides. */
export function byKey<T, U>(shapes: Readonly<Record<string, Shape<T>>>, otherwise: Shape<U>): Shape<T | U> {
  const keys = Object.keys(shapes)
  return {
    form: { kind: 'union', of: [...Object.values(shapes), otherwise].map(({ form }) => form) },
    read: (tree, reading) => {
      const key = tree.kind === 'map' ? keys.find((one) => tree.entries.some((entry) => entry.key === one)) : undefined
      return ((key === undefined ? undefined : shapes[key]) ?? otherwise).read(tree, reading)
    },
  }
}
