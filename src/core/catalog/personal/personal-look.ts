/** Whether a column looks like personal data: by its name, or by values of it. */
import type { Catalog, Column, Table } from '../catalog.ts'
import { identifiersOf } from '../table-name.ts'
import { aboutWords, personalKinds, personTables } from './kinds.ts'

/** The kind that its name stands for; null: none that is known. A tag says what it is, and is not asked for here. */
export function lookOfName({ name }: Pick<Table, 'name'>, column: Pick<Column, 'name' | 'type'>): string | null {
  const words = wordsOf(column.name)
  const held = heldBy(column.type)
  if (held === 'other') return null
  const isOfPersons = wordsOf(identifiersOf(name).table).some((word) => personTables.has(word))
  if (isOfPersons && held === 'text' && words.join(' ') === 'name') return 'name'
  const found = personalKinds.find(
    ({ words: known, within, alsoAs }) =>
      (held === 'text' || alsoAs.includes(held)) &&
      (known.some((phrase) => says(words, phrase.split(' '))) ||
        (!isAbout(words) && words.some((word) => within.some((part) => word.includes(part))))),
  )
  return found?.kind ?? null
}

/** At the end the words may be those of what is about others: a tax id is one. */
const says = (words: readonly string[], phrase: readonly string[]): boolean =>
  words.some((_word, at) => {
    const isThere = phrase.every((word, next) => words[at + next] === word)
    return isThere && (at + phrase.length === words.length || !isAbout(words))
  })

const isAbout = (words: readonly string[]): boolean => aboutWords.has(words.at(-1) ?? '')

function wordsOf(identifier: string): readonly string[] {
  const plain = identifier
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ü', 'ue')
    .replaceAll('ö', 'oe')
    .replaceAll('ä', 'ae')
  return plain
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '')
}

/** By the database's spelling of the type. */
function heldBy(type: string): 'text' | 'number' | 'time' | 'other' {
  if (/^(bool|bit|float|double|real|tinyint\(1\)|uuid|point|polygon)/.test(type)) return 'other'
  if (/^((small|big|tiny|medium)?int|integer|numeric|decimal)/.test(type)) return 'number'
  return /^(date|time|year|interval)/.test(type) ? 'time' : 'text'
}

/** Of texts that may be cut off behind their first characters. */
const valueLooks: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['email', /^[^\s@]+@[^\s@]+$/],
  ['ip address', /^(\d{1,3}(\.\d{1,3}){3}|(?=.*::)[\da-f:]{3,}|([\da-f]{1,4}:){7}[\da-f]{1,4})$/i],
  ['bank account', /^[A-Z]{2}\d{2} ?[A-Z\d]{4}[A-Z\d ]{7,}$/],
  ['phone', /^((\+|00)[1-9][\d ()/.-]{6,}|\(?0\d{1,5}\)?[ /]\d[\d -]{3,})$/],
]

/** One value in so many is enough: a column of texts may hold others as well. */
const valuesOfLook = 10

/** The kind that values look like; null: none. Blank ones say nothing. */
export function lookOfValues(values: readonly string[]): string | null {
  const said = values.map((value) => value.trim()).filter((value) => value !== '')
  const found = valueLooks.find(([, pattern]) => {
    const like = said.filter((value) => pattern.test(value)).length
    return like > 0 && like * valuesOfLook >= said.length
  })
  return found?.[0] ?? null
}

/** The columns without a tag whose names look like personal data, with the kind: `public.customers.email`. */
export const untaggedLooks = ({ tables }: Catalog): ReadonlyMap<string, string> =>
  new Map(
    [...tables.values()].flatMap((table) =>
      table.columns.flatMap((column) => {
        const look = column.pii === undefined ? lookOfName(table, column) : null
        return look === null ? [] : [[`${table.name}.${column.name}`, look] as const]
      }),
    ),
  )
