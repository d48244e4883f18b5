/** A part of a mapping file as one line that has nothing of its places: equal parts have equal texts. */
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'

/** Expressions as they were written, the rest as YAML in flow style would have it. What a part does not say is left out. */
export const partText = (part: unknown): string => textOf(part) ?? ''

/** Null: it is a place, or says nothing. */
function textOf(part: unknown): string | null {
  if (part === null || part === undefined) return null
  if (typeof part === 'string') return part
  if (typeof part !== 'object') return JSON.stringify(part)
  if (Array.isArray(part)) return `[${part.map(partText).join(', ')}]`
  if (part instanceof Map) return entriesText([...part].map(([name, value]) => [String(name), value]))
  if (isExpression(part)) return part.text
  if ('line' in part && 'file' in part) return null
  const said = Object.entries(part).filter(([, value]) => textOf(value) !== null)
  const [only] = said
  return said.length === 1 && only !== undefined ? textOf(only[1]) : entriesText(said)
}

const entriesText = (entries: readonly (readonly [name: string, value: unknown])[]): string =>
  `{${entries.map(([name, value]) => `${name}: ${partText(value)}`).join(', ')}}`

const isExpression = (part: object): part is ExpressionSource =>
  'text' in part && typeof part.text === 'string' && 'place' in part && typeof part.place === 'function'
