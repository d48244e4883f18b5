/** Where each character of a scalar's value stands in the file, whatever quoting and folding is between. */
import type { Scalar } from 'yaml'

/** Gives the position in the file for a position in the value. */
export function sourcePositions(node: Scalar, text: string): (position: number) => number {
  const [start = 0, end = start] = node.range ?? []
  if (node.type === 'PLAIN') return (position) => Math.min(start + position, end)
  const value = typeof node.value === 'string' ? node.value : ''
  const positions = aligned(value, { text, start: start + 1, end })
  return (position) => positions[position] ?? positions.at(-1) ?? start
}

/**
 * Walks value and source together. A character that stands as itself is found there; an escape is stepped over as a
 * whole; white space of folding is skipped.
 */
function aligned(
  value: string,
  source: { readonly text: string; readonly start: number; readonly end: number },
): number[] {
  const positions: number[] = []
  let at = source.start
  for (const character of value) {
    const found = advance(source.text, at, { character, end: source.end })
    for (let unit = 0; unit < character.length; unit++) positions.push(found.at + unit)
    at = found.next
  }
  positions.push(at)
  return positions
}

function advance(
  text: string,
  from: number,
  { character, end }: { readonly character: string; readonly end: number },
): { readonly at: number; readonly next: number } {
  let at = from
  while (at < end && text[at] !== character && text[at] !== '\\' && /[\s>|+-]/.test(text[at] ?? '')) at += 1
  if (text[at] === '\\') {
    const escape = /^\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/.exec(text.slice(at, at + 10))
    return { at, next: at + (escape?.[0].length ?? 1) }
  }
  const doubled = character === "'" && text[at + 1] === "'"
  return { at, next: at + (doubled ? 2 : character.length) }
}
