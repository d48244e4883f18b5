/** Shapes that are made of other shapes. */
import { nearestName, suggestion } from '../diagnostics/nearest-name.ts'
import type { FieldForm, Form } from './form.ts'
import { complainOfForm, type Reading, said, type Shape, wrong, type Wrong } from './shape.ts'
import { pathText, type Tree, type TreeEntry } from './tree.ts'

/** `filled`: it may be absent from the document, and is there in the value. */
type Presence = 'required' | 'optional' | 'filled'

/** A key of an object: with one line that says what it is for. */
export interface Field<T, P extends Presence = Presence> {
  readonly shape: Shape<T>
  readonly doc: string
  readonly presence: P
  /** How it may be written, for whoever has left it out. */
  readonly example?: string
  /** What the value has where nothing is written. */
  readonly absent?: T
  /** What is meant where nothing is written, for those who read about it. */
  readonly standard?: unknown
}

export const required = <T>(shape: Shape<T>, doc: string, example = ''): Field<T, 'required'> => ({
  shape,
  doc,
  presence: 'required',
  example,
})

export const optional = <T>(shape: Shape<T>, doc: string): Field<T, 'optional'> => ({
  shape,
  doc,
  presence: 'optional',
})

/** A key that may be left out, which means the value that is given. */
export const filled = <T, const U>(shape: Shape<T>, absent: U, doc: string): Field<T | U, 'filled'> => ({
  shape,
  doc,
  presence: 'filled',
  absent,
})

type Fields = Readonly<Record<string, Field<unknown>>>
type ValueOf<F> = F extends Field<infer T> ? T : never
type KeysOf<F extends Fields, P> = { [K in keyof F]: F[K] extends { readonly presence: P } ? K : never }[keyof F]

export type ObjectOf<F extends Fields> = { readonly [K in KeysOf<F, 'required' | 'filled'>]: ValueOf<F[K]> } & {
  readonly [K in KeysOf<F, 'optional'>]?: ValueOf<F[K]>
}

/** Of one object: whoever has misspelt more keys than these has a file of another kind, in which none is near. */
const hintedKeysMax = 100

/**
 * A map whose keys are declared; what is optional and not written is absent from the value. An unknown key is a mistake
 * that leaves the others what they are.
 */
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
      const meant = new Set<string>()
      for (const [key, { keySpot }] of entries) {
        if (declared.has(key) || others === 'ignored') continue
        const message = said(tree.spot.path, `unknown key ${key}`)
        const hint = meant.size < hintedKeysMax ? suggestion(key, declared.keys()) : ''
        reading.complain(keySpot, { fault: 'unknownKey', message, hint })
        meant.add((hint === '' ? null : nearestName(key, declared.keys())) ?? key)
      }
      const values = readFields(declared, { tree, entries, meant, reading })
      return values === wrong ? wrong : (values as ObjectOf<F>)
    },
  }
}

/** The same where a later build, or somebody else, may have written more than is read. */
export const openObject = <const F extends Fields>(fields: F): Shape<ObjectOf<F>> => object(fields, 'ignored')

const fieldForm = (key: string, { shape, doc, presence, standard }: Field<unknown>): FieldForm => ({
  key,
  form: shape.form,
  doc,
  presence: presence === 'required' ? presence : 'optional',
  ...(standard !== undefined && { standard }),
})

type Entries = ReadonlyMap<string, TreeEntry>

interface WrittenObject {
  readonly tree: Tree
  readonly entries: Entries
  /** Keys for which another was written, which has been said: they are not missing as well. */
  readonly meant: ReadonlySet<string>
  readonly reading: Reading
}

function readFields(
  declared: ReadonlyMap<string, Field<unknown>>,
  { tree, entries, meant, reading }: WrittenObject,
): Readonly<Record<string, unknown>> | Wrong {
  const values: [string, unknown][] = []
  for (const [key, { shape, presence, absent, example: hint = '' }] of declared) {
    const entry = entries.get(key)
    if (entry !== undefined) values.push([key, shape.read(entry.value, reading)])
    else if (presence === 'filled') values.push([key, absent])
    else if (presence === 'required') {
      const spot = { ...tree.spot, path: [...tree.spot.path, key] }
      const message = `${pathText(spot.path)} is missing`
      if (!meant.has(key)) reading.complain(spot, { fault: 'missing', message, hint })
      values.push([key, shape.instead === undefined ? wrong : shape.instead.value])
    }
  }
  return values.every(([, value]) => value !== wrong) ? Object.fromEntries(values) : wrong
}

/** The entries of a map by key; equal keys are mistakes. */
export function entriesOf(tree: Tree, form: Form, reading: Reading): Entries | null {
  if (tree.kind !== 'map') {
    complainOfForm(tree, form, reading)
    return null
  }
  const entries = new Map<string, TreeEntry>()
  for (const entry of tree.entries) {
    if (entries.has(entry.key)) {
      reading.complain(entry.keySpot, { fault: 'taken', message: said(tree.spot.path, `${entry.key} is there twice`) })
    }
    entries.set(entry.key, entry)
  }
  return entries
}

/** A map whose keys are names that the author chooses. `least`: 1 where an empty one is a thing forgotten. */
export const mapOf = <T>(name: Shape<string>, value: Shape<T>, least: 0 | 1 = 0): Shape<ReadonlyMap<string, T>> =>
  entriesBy(name, { value, least, join: (read) => read })

export interface MapParts<T, U> {
  readonly value: Shape<T>
  readonly least?: 0 | 1
  readonly join: (value: T, entry: TreeEntry, reading: Reading) => U
}

/** The same, where something is made of each value and its key. */
export function entriesBy<T, U>(
  name: Shape<string>,
  { value, least = 0, join }: MapParts<T, U>,
): Shape<ReadonlyMap<string, U>> {
  const form: Form = { kind: 'map', name: name.form, value: value.form, least }
  return {
    form,
    read: (tree, reading) => {
      const entries = entriesOf(tree, form, reading)
      if (entries !== null && entries.size < least) return complainOfForm(tree, form, reading)
      const values = new Map<string, U>()
      for (const [key, entry] of entries ?? []) {
        const named = name.read({ kind: 'scalar', type: 'any', text: key, spot: entry.keySpot }, reading)
        const read = value.read(entry.value, reading)
        if (named !== wrong && read !== wrong) values.set(key, join(read, entry, reading))
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
  read: (tree, reading) => (tree.kind === 'nothing' && tree.isWritten ? null : shape.read(tree, reading)),
})
