/** Shapes made of one other: what it reads is judged, has its place, may be wrong, or may stand within itself. */
import type { Place } from '../diagnostics/problem.ts'
import { type Complaint, type Reading, said, type Shape, type Wrong, wrong } from './shape.ts'
import { nodeAt, type Path, type Spot, type Tree } from './tree.ts'

export interface Located<T> {
  readonly value: T
  readonly spot: Spot
}

/** A value with where it stands. */
export const located = <T>(shape: Shape<T>): Shape<Located<T>> => mapped(shape, (value, { spot }) => ({ value, spot }))

export interface Placed<T> {
  readonly value: T
  readonly place: Place
}

/** A value with its place in the file. */
export const placed = <T>(shape: Shape<T>): Shape<Placed<T>> =>
  mapped(shape, (value, { spot }, { placeOf }) => ({ value, place: placeOf(spot) }))

/** A sound value as something else. */
export const mapped = <T, U>(
  shape: Shape<T>,
  map: (value: T, tree: Parameters<Shape<T>['read']>[0], reading: Reading) => U | Wrong,
): Shape<U> => ({
  form: shape.form,
  read: (tree, reading) => {
    const value = shape.read(tree, reading)
    return value === wrong ? wrong : map(value, tree, reading)
  },
})

/** Says what is wrong somewhere below a value, by the path to it. */
export type ComplainBelow = (below: Path, complaint: string | Complaint, hint?: string) => Wrong

/** A sound value made into what it means, or judged by what its parts say of each other. */
export const refine = <T, U>(shape: Shape<T>, judge: (value: T, complain: ComplainBelow) => U | Wrong): Shape<U> =>
  mapped(shape, (value, tree, reading) =>
    judge(value, (below, complaint, hint = '') => {
      const { spot } = nodeAt(tree, below)
      const { message, ...rest } = typeof complaint === 'string' ? asValue(complaint, hint) : complaint
      // An unknown key was said, and most likely stands for what is missing.
      if (rest.fault === 'missing' && below.length === 0 && hasUnknownKey(shape, tree)) return wrong
      return reading.complain(spot, { ...rest, message: said(spot.path, message) })
    }),
  )

const hasUnknownKey = ({ form }: Pick<Shape<unknown>, 'form'>, tree: Tree): boolean =>
  form.kind === 'object' &&
  form.others === 'refused' &&
  tree.kind === 'map' &&
  tree.entries.some(({ key }) => !form.fields.some((field) => field.key === key))

const asValue = (message: string, hint: string): Complaint => ({ fault: 'value', message, hint })

/** With whether a mistake was found anywhere in it. */
export const soundness = <T extends object>(shape: Shape<T>): Shape<T & { readonly form: 'sound' | 'mistaken' }> => ({
  form: shape.form,
  read: (tree, reading) => {
    let form: 'sound' | 'mistaken' = 'sound'
    const value = shape.read(tree, {
      ...reading,
      complain: (spot, complaint) => {
        form = 'mistaken'
        return reading.complain(spot, complaint)
      },
    })
    return value === wrong ? wrong : { ...value, form }
  },
})

/** Null where it is wrong or missing, which has been reported: what stands around it is read all the same. */
export const forgiven = <T>(shape: Shape<T>): Shape<T | null> => insteadOf(shape, null)

export const insteadOf = <T, const U>(shape: Shape<T>, value: U): Shape<T | U> => ({
  form: shape.form,
  instead: { value },
  read: (tree, reading) => {
    const read = shape.read(tree, reading)
    return read === wrong ? value : read
  },
})

/** A shape that may stand within itself, under a name that its schema has. */
export const recursive = <T>(name: string, shape: () => Shape<T>): Shape<T> => ({
  form: { kind: 'named', name, form: () => shape().form },
  read: (tree, reading) => shape().read(tree, reading),
})
