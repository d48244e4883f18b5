/**
 * JSON read from bytes without making anything of it: where values end (RFC 8259). What is malformed, and what is rare
 * enough to be left to `JSON.parse`, is -1 alike: whoever asks takes the exact path then, which tells the two apart.
 */

/** What a scan has met, so that readers of texts need not look again. Only ever set. */
export interface Marks {
  /** A byte of a character beyond ASCII: whether it is UTF-8 is to be asked. */
  beyondAscii: boolean
  /** An escape in a text. */
  escapes: boolean
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const minus = 0x2d
const zero = 0x30
const nine = 0x39

/** Values nested deeper, and numbers written longer, are left to the exact path, which has limits of its own. */
const depthMax = 32
const numberBytesMax = 32
const exponentDigitsMax = 2

/** The end of the value that begins at `at`, without blanks around it; -1: see above. */
export function valueEnd(bytes: Uint8Array, at: number, marks: Marks): number {
  const first = bytes[at]
  if (first === quote) return textEnd(bytes, at, marks)
  // n, t, f
  if (first === 0x6e) return wordEnd(bytes, at, nullWord)
  if (first === 0x74) return wordEnd(bytes, at, trueWord)
  if (first === 0x66) return wordEnd(bytes, at, falseWord)
  if (first === openBrace || first === openBracket) return nestedEnd(bytes, at, marks, 1)
  return numberEnd(bytes, at)
}

/** The end of the text whose quote stands at `at`. */
export function textEnd(bytes: Uint8Array, at: number, marks: Marks): number {
  let position = at + 1
  for (;;) {
    const byte = bytes[position]
    if (byte === undefined || byte < 0x20) return -1
    if (byte === quote) return position + 1
    if (byte === backslash) {
      marks.escapes = true
      position = escapeEnd(bytes, position)
      if (position < 0) return -1
      continue
    }
    if (byte > 0x7e) marks.beyondAscii = true
    position += 1
  }
}

/** `"\/bfnrt` */
const shortEscapes = new Set([quote, backslash, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74])

function escapeEnd(bytes: Uint8Array, at: number): number {
  const kind = bytes[at + 1]
  if (kind === undefined) return -1
  if (shortEscapes.has(kind)) return at + 2
  // u and four hexadecimal digits
  if (kind !== 0x75) return -1
  for (let position = at + 2; position < at + 6; position += 1) {
    if (!isHexDigit(bytes[position] ?? 0)) return -1
  }
  return at + 6
}

const isHexDigit = (byte: number): boolean =>
  (byte >= zero && byte <= nine) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)

/** Behind the digits from `at` on. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let position = at
  for (;;) {
    const byte = bytes[position]
    if (byte === undefined || byte < zero || byte > nine) return position
    position += 1
  }
}

function numberEnd(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === minus ? at + 1 : at
  let end = digitsEnd(bytes, start)
  if (end === start || (bytes[start] === zero && end > start + 1)) return -1
  if (bytes[end] === 0x2e) {
    const fraction = end + 1
    end = digitsEnd(bytes, fraction)
    if (end === fraction) return -1
  }
  // e, E
  if (bytes[end] === 0x65 || bytes[end] === 0x45) {
    const sign = bytes[end + 1]
    const exponent = sign === minus || sign === 0x2b ? end + 2 : end + 1
    end = digitsEnd(bytes, exponent)
    if (end === exponent || end - exponent > exponentDigitsMax) return -1
  }
  return end - at > numberBytesMax ? -1 : end
}

const nullWord = Buffer.from('null')
const trueWord = Buffer.from('true')
const falseWord = Buffer.from('false')

function wordEnd(bytes: Uint8Array, at: number, word: Uint8Array): number {
  return startsWith(bytes, at, word) ? at + word.length : -1
}

/** Whether these bytes stand at `at`. */
export function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  const size = wanted.length
  for (let index = 0; index < size; index += 1) if (bytes[at + index] !== wanted[index]) return false
  return true
}

/** Whether two stretches of bytes are equal. */
export function sameBytes(
  one: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  other: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
): boolean {
  const size = one.end - one.start
  if (size !== other.end - other.start) return false
  const [a, b] = [one.bytes, other.bytes]
  for (let index = 0; index < size; index += 1) {
    if (a[one.start + index] !== b[other.start + index]) return false
  }
  return true
}

function nestedEnd(bytes: Uint8Array, at: number, marks: Marks, depth: number): number {
  if (depth > depthMax) return -1
  const isObject = bytes[at] === openBrace
  const close = isObject ? closeBrace : closeBracket
  let position = at + 1
  if (bytes[position] === close) return position + 1
  for (;;) {
    if (isObject) {
      position = bytes[position] === quote ? textEnd(bytes, position, marks) : -1
      if (position < 0 || bytes[position] !== colon) return -1
      position += 1
    }
    const first = bytes[position]
    position =
      first === openBrace || first === openBracket
        ? nestedEnd(bytes, position, marks, depth + 1)
        : valueEnd(bytes, position, marks)
    if (position < 0) return -1
    const next = bytes[position]
    if (next === close) return position + 1
    if (next !== comma) return -1
    position += 1
  }
}
