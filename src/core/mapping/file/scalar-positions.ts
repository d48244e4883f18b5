/** Where each character of a scalar's value stands in the file, whatever quoting and folding is between. */
import type { Scalar } from 'yaml'

/** Gives the position in the file for a position in the value. */
export function sourcePositions(node: Scalar, text: string): (position: number) => number {
  const [start = 0, end = start] = node.range ?? []
  if (node.type === 'PLAIN') return (position) => Math.min(start + position, end)
  const value = typeof node.value === 'string' ? node.value : ''
  const positions = aligned(value, { text, end, start: contentStart(node, text), style: styleOf(node) })
  return (position) => positions[position] ?? positions.at(-1) ?? start
}

type Style = 'single' | 'double' | 'block'

const styleOf = ({ type }: Scalar): Style =>
  type === 'QUOTE_DOUBLE' ? 'double' : type === 'QUOTE_SINGLE' ? 'single' : 'block'

/** Behind the quote, or behind the line of a block's header. */
function contentStart(node: Scalar, text: string): number {
  const [start = 0] = node.range ?? []
  return styleOf(node) === 'block' ? text.indexOf('\n', start) + 1 : start + 1
}

interface Source {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly style: Style
}

/**
 * Walks value and source together. What is no white space stands in both in the same order, as itself or as an
 * escape; white space may have been folded, stripped or joined, and only has to be stepped over.
 */
function aligned(value: string, source: Source): number[] {
  const positions: number[] = []
  let at = source.start
  for (const character of value) {
    const found = advance(source, at, character)
    for (let unit = 0; unit < character.length; unit++) positions.push(found.at)
    at = found.next
  }
  positions.push(at)
  return positions
}

const isBlank = (character: string | undefined): boolean => character !== undefined && /\s/.test(character)

function advance({ text, end, style }: Source, from: number, character: string): { at: number; next: number } {
  let at = from
  while (at < end && isStepped({ text, style }, at, character)) at += 1
  if (style === 'double' && text[at] === '\\') {
    const escape = /^\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/.exec(text.slice(at, at + 10))
    return { at, next: at + (escape?.[0].length ?? 1) }
  }
  if (isBlank(character) && text[at] !== character) return { at, next: at }
  const doubled = style === 'single' && character === "'" && text[at + 1] === "'"
  return { at, next: at + (doubled ? 2 : character.length) }
}

/** White space that the value does not have, and the backslash that joins two lines. */
function isStepped({ text, style }: Pick<Source, 'text' | 'style'>, at: number, character: string): boolean {
  if (style === 'double' && text[at] === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3))) return true
  return isBlank(text[at]) && !isBlank(character)
}
