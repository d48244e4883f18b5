/** What a text can be as JSON that nobody means: a key that is there twice, of which the last wins; depth without end. */

/** Far beyond the catalog of thousands of tables. */
const bytesMax = 16_777_216

/** Readers of files are recursive, some frames of the stack a level: far more than a contract says, far less than the stack holds. */
const depthMax = 64

export interface JsonTrap {
  readonly message: string
  /** UTF-16 positions in the text. */
  readonly start: number
  readonly end: number
}

/** The first of them; null for a text that has none. What is no JSON at all has to be found by a parser. */
export function jsonTrap(text: string): JsonTrap | null {
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax) {
    return { message: `the file has ${bytes} bytes, at most ${bytesMax} are read`, start: 0, end: 1 }
  }
  /** Of each object that is open, the keys so far; null for a list. */
  const open: (Set<string> | null)[] = []
  for (const { 0: token, index: start } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === '}' || token === ']') open.pop()
    else if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null)
      if (open.length > depthMax) {
        return { message: `more than ${depthMax} lists and objects within each other`, start, end: start + 1 }
      }
    } else if (token.endsWith(':')) {
      const written = token.slice(0, token.lastIndexOf('"') + 1)
      const keys = open.at(-1)
      const key = textOf(written)
      if (keys?.has(key) === true) return { message: `${written} is there twice`, start, end: start + written.length }
      keys?.add(key)
    }
  }
  return null
}

/** `"a"` and `"\u0061"` are one key; a text that is no JSON stands for itself. */
function textOf(written: string): string {
  try {
    return String(JSON.parse(written))
  } catch {
    return written
  }
}
