/** Where each character of a scalar's value stands in the file, whatever quoting and folding is between. */
import type { TreeScalar } from '../tree.ts'

/** Gives the position in the text of the file for a position in the value. */
export function sourcePositions({ text: value, spot }: TreeScalar, text: string): (position: number) => number {
  const { start, end } = spot
  const style = scalarStyle(spot, text)
  if (style === 'plain') return (position) => Math.min(start + position, end)
  const positions = aligned(value, { text, end, start: contentStart(start, { text, style }), style })
  return (position) => positions[position] ?? positions.at(-1) ?? start
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block'

/** How a scalar stands in YAML, which its first character says. */
export function scalarStyle({ start }: { readonly start: number }, text: string): ScalarStyle {
  const styles: Readonly<Record<string, ScalarStyle>> = { "'": 'single', '"': 'double', '|': 'block', '>': 'block' }
  return styles[text[start] ?? ''] ?? 'plain'
}

/** Behind the quote, or behind the line of a block's header. */
const contentStart = (start: number, { text, style }: Pick<Source, 'text' | 'style'>): number =>
  style === 'block' ? text.indexOf('\n', start) + 1 : start + 1

interface Source {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly style: ScalarStyle
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
