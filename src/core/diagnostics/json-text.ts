/** JSON text to a value, or to the place of what is wrong with it. */
import type { Place } from './problem.ts'

export type JsonText =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'mistake'; readonly message: string; readonly place: Place }

export function parseJsonText(
  { text, file }: { readonly text: string; readonly file: string },
  parse: (text: string) => unknown = JSON.parse,
): JsonText {
  try {
    const json: unknown = parse(text)
    return { kind: 'json', json }
  } catch (error) {
    const words = error instanceof Error ? error.message : 'not JSON'
    const before = text.slice(0, mistakeOffset(words, text)).split('\n')
    const column = (before.at(-1) ?? '').length + 1
    // The place is said once, by the problem; the quoted surroundings are in the file.
    const message = words.replace(/ in JSON at position .*$| \(line .*$|, \.{0,3}"[\s\S]*$/, '')
    return { kind: 'mistake', message: `not JSON: ${message}`, place: { file, line: before.length, column, length: 1 } }
  }
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
