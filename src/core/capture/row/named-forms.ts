/** The forms of all columns of a row, as the connector has named them: one of these for as long as a table is as it is. */
import { hash } from 'node:crypto'

/** By column. */
export type Forms = ReadonlyMap<string, string>

export interface NamedForms {
  /** The same for the same text. */
  readonly id: number
  /** JSON of an object. */
  readonly text: string
  readonly forms: Forms
}

/** Of an id: two of the few texts that a table has in its life do not share one by chance. */
export const formsIdBytes = 6

/** `named`: what the text says. What is no text names no form. */
export const namedForms = (text: string, named: Readonly<Record<string, unknown>>): NamedForms => ({
  id: Number.parseInt(hash('sha256', text).slice(0, 2 * formsIdBytes), 16),
  text,
  forms: new Map(Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
})

/** Of integers the decoder sees to it that they fit, whatever their width was. */
const integers: ReadonlySet<string | undefined> = new Set(['int8', 'int16', 'int32', 'int64'])

/** Whether a kept value of the one form is read rightly by who expects the other; undefined: nobody reads it. */
export const readsAs = (form: string, promised: string | undefined): boolean =>
  promised === undefined || form === promised || (integers.has(form) && integers.has(promised))

/** Of some columns, those that stand in one form and are said to stand in another, with the one. */
export function formsBeside(columns: Iterable<string>, own: Forms, said: Forms): Forms {
  const beside = new Map<string, string>()
  for (const column of columns) {
    const form = own.get(column)
    if (form !== undefined && !(said.has(column) && readsAs(form, said.get(column)))) beside.set(column, form)
  }
  return beside
}
