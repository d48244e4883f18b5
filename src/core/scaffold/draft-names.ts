/** What the parts of a draft are called, from the names that the legacy database has. */
import { identifiersOf, type TableName } from '../catalog/table-name.ts'
import { SyntaxProblem } from '../expression/syntax/syntax-problem.ts'
import { parseExpression } from '../expression/syntax/syntax.ts'
import { ownNames } from '../mapping/file/names.ts'

export interface DraftNames {
  /** `order-lines`: of the mapping and its files. */
  readonly mapping: string
  /** `orderLines`: of the table in the mapping. */
  readonly alias: string
  /** `OrderLine`: what happens to one of them is an event. */
  readonly noun: string
  readonly topic: string
  readonly namespace: string
}

/** The schema is part of the names, unless it is the one that PostgreSQL has by itself. */
export function draftNames(table: TableName): DraftNames {
  const identifiers = identifiersOf(table)
  const words = wordsOf(
    identifiers.schema === 'public' ? identifiers.table : `${identifiers.schema} ${identifiers.table}`,
  )
  const singular = [...words.slice(0, -1), singularOf(words.at(-1) ?? '')]
  const mapping = words.join('-')
  const alias = camel(words)
  return {
    mapping,
    alias: isVariable(alias) ? alias : `${alias}Table`,
    noun: pascal(singular),
    topic: `${mapping}.v1`,
    namespace: `com.example.${words.join('_')}`,
  }
}

/** Names of fields for columns, in their order: camelCase, and no two alike. */
export function fieldNames(columns: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const column of columns) {
    const wanted = camel(wordsOf(column))
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`
    taken.add(name)
    names.set(column, name)
  }
  return names
}

/** `after.id`, `after['odd name']`; null for a name that no expression can say. */
export function columnPath(image: 'before' | 'after' | 'row', column: string): string | null {
  const quoted = `${image}['${column.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
  return [`${image}.${column}`, quoted].find((path) => /^[\w.]+$|\[/.test(path) && parses(path)) ?? null
}

function wordsOf(identifier: string): readonly string[] {
  const words = identifier
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const [first] = words
  if (first === undefined) return ['unnamed']
  return /^\d/.test(first) ? ['n', ...words] : words
}

/** English as legacy tables have it; who is called otherwise is renamed by hand. */
function singularOf(word: string): string {
  if (/(ss|us|is)$/.test(word) || word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.replace(/(?<=ss|us|x|ch|sh)es$|s$/, '')
}

const pascal = (words: readonly string[]): string =>
  words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')

function camel(words: readonly string[]): string {
  const name = pascal(words)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

const isVariable = (name: string): boolean => !ownNames.includes(name) && parses(name)

function parses(text: string): boolean {
  try {
    parseExpression(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxProblem) return false
    throw error
  }
}
