/** What a CHECK of one column says of its values, read from MariaDB's own spelling of it. */

export type CheckClause =
  /** `column IN (…)`. */
  | { readonly kind: 'values'; readonly column: string; readonly values: readonly string[] }
  /** What the type JSON stands for. */
  | { readonly kind: 'json'; readonly column: string }

const name = '`((?:[^`]|``)+)`'
const jsonForm = new RegExp(`^json_valid\\(${name}\\)$`)
const listForm = new RegExp(`^${name} in \\((.*)\\)$`, 's')
const singleForm = new RegExp(`^${name} = ('(?:[^'\\\\]|''|\\\\.)*'|-?\\d+)$`, 's')
const element = /'((?:[^'\\]|''|\\.)*)'|(-?\d+)/sy

/** Null when the CHECK is anything else. */
export function parseCheckClause(clause: string): CheckClause | null {
  const json = jsonForm.exec(clause)?.[1]
  if (json !== undefined) return { kind: 'json', column: unquoted(json) }
  const [, column, list] = listForm.exec(clause) ?? singleForm.exec(clause) ?? []
  const values = list === undefined ? null : parseTexts(list)
  return column === undefined || values === null ? null : { kind: 'values', column: unquoted(column), values }
}

/** The values of `enum('a','b')` and `set('a','b')`; null for any other type. */
export function declaredValues(type: string): readonly string[] | null {
  const list = /^(?:enum|set)\((.*)\)$/s.exec(type)?.[1]
  return list === undefined ? null : parseTexts(list)
}

/** Texts and integers between commas. */
function parseTexts(list: string): readonly string[] | null {
  const values: string[] = []
  for (let position = 0; ; ) {
    element.lastIndex = position
    const found = element.exec(list)
    if (found === null) return null
    values.push(found[2] ?? unescaped(found[1] ?? ''))
    position = element.lastIndex
    if (position === list.length) return values
    if (list[position] !== ',') return null
    position += list[position + 1] === ' ' ? 2 : 1
  }
}

const unquoted = (identifier: string): string => identifier.replaceAll('``', '`')

/** What MariaDB writes behind a backslash for a character that is written otherwise. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1a'],
])

const unescaped = (text: string): string =>
  text.replace(/''|\\(.)/gs, (_whole, letter: string | undefined) =>
    letter === undefined ? "'" : (escapes.get(letter) ?? letter),
  )
