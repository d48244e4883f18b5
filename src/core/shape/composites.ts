/** Shapes that are made of other shapes. */
import { suggestion } from '../diagnostics/nearest-name.ts'
import {
  complainOfForm,
  type FieldForm,
  type Form,
  type Reading,
  said,
  type Shape,
  wrong,
  type Wrong,
} from './shape.ts'
import { nodeAt, type Path, pathText, type Spot, type Tree, type TreeMap } from './tree.ts'

/** A key of an object: with one line that says what it is for. */
export interface Field<T, P extends 'required' | 'optional' = 'required' | 'optional'> {
  readonly shape: Shape<T>
  readonly doc: string
  readonly presence: P
  /** What is meant where nothing is written, for those who read about it. */
  readonly standard?: unknown
}

export const required = <T>(shape: Shape<T>, doc: string): Field<T, 'required'> => ({
  shape,
  doc,
  presence: 'required',
})

export const optional = <T>(shape: Shape<T>, doc: string): Field<T, 'optional'> => ({
  shape,
  doc,
  presence: 'optional',
})

type Fields = Readonly<Record<string, Field<unknown>>>
type ValueOf<F> = F extends Field<infer T> ? T : never
type KeysOf<F extends Fields, P> = { [K in keyof F]: F[K] extends { readonly presence: P } ? K : never }[keyof F]

export type ObjectOf<F extends Fields> = { readonly [K in KeysOf<F, 'required'>]: ValueOf<F[K]> } & {
  readonly [K in KeysOf<F, 'optional'>]?: ValueOf<F[K]>
}

/** A map whose keys are declared; what is optional and not written is absent from the value. */
export function object<const F extends Fields>(
  fields: F,
  others: 'refused' | 'ignored' = 'refused',
): Shape<ObjectOf<F>> {
  const declared: ReadonlyMap<string, Field<unknown>> = new Map(Object.entries(fields))
  const form: Form = { kind: 'object', fields: [...declared].map(([key, field]) => fieldForm(key, field)), others }
  return {
    form,
    read: (tree, reading) => {
      const entries = entriesOf(tree, form, reading)
      if (entries === null) return wrong
      let isSound = true
      for (const [key, { keySpot }] of entries) {
        if (declared.has(key) || others === 'ignored') continue
        isSound = false
        reading.complain(keySpot, said(tree.spot.path, `unknown key ${key}`), suggestion(key, declared.keys()))
      }
      const values = readFields(declared, { tree, entries, reading })
      return isSound && values !== wrong ? (values as ObjectOf<F>) : wrong
    },
  }
}

/** The same where a later build, or somebody else, may have written more than is read. */
export const openObject = <const F extends Fields>(fields: F): Shape<ObjectOf<F>> => object(fields, 'ignored')

const fieldForm = (key: string, { shape, doc, presence, standard }: Field<unknown>): FieldForm => ({
  key,
  form: shape.form,
  doc,
  presence,
  ...(standard !== undefined && { standard }),
})

type Entries = ReadonlyMap<string, TreeMap['entries'][number]>

function readFields(
  declared: ReadonlyMap<string, Field<unknown>>,
  { tree, entries, reading }: { readonly tree: Tree; readonly entries: Entries; readonly reading: Reading },
): Readonly<Record<string, unknown>> | Wrong {
  const values: [string, unknown][] = []
  let isSound = true
  for (const [key, { shape, presence }] of declared) {
    const entry = entries.get(key)
    if (entry !== undefined) values.push([key, shape.read(entry.value, reading)])
    else if (presence === 'required') {
      isSound = false
      const spot = { ...tree.spot, path: [...tree.spot.path, key] }
      reading.complain(spot, `${pathText(spot.path)} is missing`)
    }
  }
  return isSound && values.every(([, value]) => value !== wrong) ? Object.fromEntries(values) : wrong
}

/** The entries of a map by key; equal keys are mistakes. */
export function entriesOf(tree: Tree, form: Form, reading: Reading): Entries | null {
  if (tree.kind !== 'map') {
    complainOfForm(tree, form, reading)
    return null
  }
  const entries = new Map<string, TreeMap['entries'][number]>()
  for (const entry of tree.entries) {
    if (entries.has(entry.key)) reading.complain(entry.keySpot, said(tree.spot.path, `${entry.key} is there twice`))
    entries.set(entry.key, entry)
  }
  return entries
}

/** A map whose keys are names that the author chooses. */
export function mapOf<T>(name: Shape<string>, value: Shape<T>): Shape<ReadonlyMap<string, T>> {
  const form: Form = { kind: 'map', name: name.form, value: value.form }
  return {
    form,
    read: (tree, reading) => {
      const entries = entriesOf(tree, form, reading)
      const values = new Map<string, T>()
      for (const [key, entry] of entries ?? []) {
        const named = name.read({ kind: 'scalar', type: 'any', text: key, spot: entry.keySpot }, reading)
        const read = value.read(entry.value, reading)
        if (named !== wrong && read !== wrong) values.set(key, read)
      }
      return values.size === entries?.size ? values : wrong
    },
  }
}

/** `least`: 1 where an empty list is a thing forgotten. */
export function list<T>(item: Shape<T>, least: 0 | 1 = 0): Shape<readonly T[]> {
  const form: Form = { kind: 'list', item: item.form, least }
  return {
    form,
    read: (tree, reading) => {
      if (tree.kind !== 'list' || tree.items.length < least) return complainOfForm(tree, form, reading)
      const items = tree.items.map((one) => item.read(one, reading))
      return items.every((one): one is Exclude<typeof one, Wrong> => one !== wrong) ? items : wrong
    },
  }
}

/** A list, or what stands for it on one line: names with commas between them. */
export function commaList<T>(item: Shape<T>, least: 0 | 1 = 0): Shape<readonly T[]> {
  const whole = list(item, least)
  return {
    form: { kind: 'union', of: [whole.form, { kind: 'text', what: 'texts with commas between them' }] },
    read: (tree, reading) => {
      if (tree.kind !== 'scalar') return whole.read(tree, reading)
      const items = tree.text.split(',').map((one): Tree => ({ ...tree, text: one.trim() }))
      return whole.read({ kind: 'list', items, spot: tree.spot }, reading)
    },
  }
}

export const nullable = <T>(shape: Shape<T>): Shape<T | null> => ({
  form: { kind: 'nullable', of: shape.form },
  read: (tree, reading) => (tree.kind === 'nothing' ? null : shape.read(tree, reading)),
})

export interface Located<T> {
  readonly value: T
  readonly spot: Spot
}

/** A value with where it stands. */
export const located = <T>(shape: Shape<T>): Shape<Located<T>> => ({
  form: shape.form,
  read: (tree, reading) => {
    const value = shape.read(tree, reading)
    return value === wrong ? wrong : { value, spot: tree.spot }
  },
})

/** Says what is wrong somewhere below a value, by the path to it. */
export type ComplainBelow = (below: Path, message: string, hint?: string) => Wrong

/** A sound value made into what it means, or judged by what its parts say of each other. */
export const refine = <T, U>(shape: Shape<T>, judge: (value: T, complain: ComplainBelow) => U | Wrong): Shape<U> => ({
  form: shape.form,
  read: (tree, reading) => {
    const value = shape.read(tree, reading)
    if (value === wrong) return wrong
    return judge(value, (below, message, hint) => {
      const { spot } = nodeAt(tree, below)
      return reading.complain(spot, said(spot.path, message), hint)
    })
  },
})
