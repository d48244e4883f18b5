/** JSON text to a value, or to the place of what is wrong with it. */
import { jsonTrap } from './json-traps.ts'
import type { Place } from './problem.ts'

export type JsonText =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'mistake'; readonly message: string; readonly place: Place }

/** Of a file that a person writes: bounded in size and depth, and no key twice in one object. */
export function parseJsonText(
  { text, file }: { readonly text: string; readonly file: string },
  parse: (text: string) => unknown = JSON.parse,
): JsonText {
  const trap = jsonTrap(text)
  if (trap !== null) {
    const { message, start, end } = trap
    return { kind: 'mistake', message, place: { file, ...lineAndColumn(text, start), length: end - start } }
  }
  try {
    const json: unknown = parse(text)
    return { kind: 'json', json }
  } catch (error) {
    const words = error instanceof Error ? error.message : 'not JSON'
    // The place is said once, by the problem; the quoted surroundings are in the file.
    const message = words.replace(/(?: in JSON)? at position .*$| \(line .*$|, \.{0,3}"[\s\S]*$/, '')
    return {
      kind: 'mistake',
      message: `not JSON: ${message}`,
      place: { file, ...lineAndColumn(text, mistakeOffset(words, text)), length: 1 },
    }
  }
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** V8 names a position, or quotes the ten characters before and after the token, or has read to the end. */
function mistakeOffset(words: string, text: string): number {
  const position = /at position (\d+)/.exec(words)?.[1]
  if (position !== undefined) return Number(position)
  const quoted = /, (\.\.\.)?"([\s\S]*?)"(?:\.\.\.)? is not valid JSON$/.exec(words)
  if (quoted === null) return Math.max(0, text.trimEnd().length - 1)
  const [, leading, surroundings = ''] = quoted
  return leading === undefined ? 0 : Math.max(0, text.indexOf(surroundings)) + 10
}
