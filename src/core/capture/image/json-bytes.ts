/**
 * JSON read from bytes without making anything of it: where values end (RFC 8259). What is malformed, and what is rare
 * enough to be left to `JSON.parse`, is −1 alike: whoever asks takes the exact path then, which tells the two apart.
 */
import { numberEnd } from './number-end.ts'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Values nested deeper are left to the exact path, which has a limit of its own. */
const depthMax = 32

/** What texts have held, so that readers need not look again. */
export const met = { nothing: 0, escape: 1, beyondAscii: 2 } as const

/** Bytes four times: subtracted from a word without high bits, they set one where a byte is less (Hacker's Delight, 6-1). */
const ones = 0x01010101
const highBits = 0x80808080 | 0
const blanks = 0x20202020
const quotes = 0x22222222
const backslashes = 0x5c5c5c5c

/** `null` and `true`, little endian. */
const nullWord = 0x6c6c756e
const trueWord = 0x65757274
const alseWord = 0x65736c61

/** Bytes of one record at a time: one object is used again for all of them. */
export class JsonBytes {
  bytes: Buffer = Buffer.alloc(0)
  /** For four bytes at once: bytes cost most of what a record costs. Of all that stands around them: it is made seldom. */
  private view = new DataView(this.bytes.buffer)
  /** Where the bytes begin in it. */
  private base = 0
  length = 0
  /** `met` of the texts that were passed: set by scans, and taken back by nobody but their caller. */
  met = 0

  open(bytes: Buffer): void {
    this.bytes = bytes
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer)
    this.base = bytes.byteOffset
    this.length = bytes.length
    this.met = met.nothing
  }

  /** The end of the value that begins at `at`, without blanks around it; −1: see above. */
  valueEnd(at: number): number {
    const first = this.bytes[at]
    if (first === quote) return this.textEnd(at)
    // n, t, f
    if (first === 0x6e) return this.isWord(at, nullWord) ? at + 4 : -1
    if (first === 0x74) return this.isWord(at, trueWord) ? at + 4 : -1
    if (first === 0x66) return this.isWord(at + 1, alseWord) ? at + 5 : -1
    if (first === openBrace || first === openBracket) return this.nestedEnd(at, 1)
    return numberEnd(this.bytes, at)
  }

  /** The end of the text whose quote stands at `at`. */
  textEnd(at: number): number {
    const { bytes, view, base } = this
    const lastWord = this.length - 4
    let position = at + 1
    for (;;) {
      while (position <= lastWord) {
        const others = othersThanPlain(view.getInt32(base + position, true))
        if (others !== 0) {
          position += firstByte(others)
          break
        }
        position += 4
      }
      const byte = bytes[position]
      if (byte === quote) return position + 1
      if (byte === undefined || byte < 0x20) return -1
      if (byte === backslash) {
        this.met |= met.escape
        position = this.escapeEnd(position)
        if (position < 0) return -1
      } else {
        if (byte > 0x7f) this.met |= met.beyondAscii
        position += 1
      }
    }
  }

  /** Whether these four bytes, little endian, stand at `at`. */
  isWord(at: number, word: number): boolean {
    return at >= 0 && at + 4 <= this.length && this.view.getInt32(this.base + at, true) === word
  }

  /** Whether these bytes, four at a time, stand at `at`; the last word overlaps the one before it. */
  areWords(at: number, words: Int32Array, length: number): boolean {
    if (at < 0 || at + length > this.length) return false
    const { view } = this
    const start = this.base + at
    const last = words.length - 1
    if (view.getInt32(start + length - 4, true) !== words[last]) return false
    for (let word = 0; word < last; word += 1) {
      if (view.getInt32(start + word * 4, true) !== words[word]) return false
    }
    return true
  }

  /** At least so many bytes are the same from two places on. */
  sameLength(one: number, other: number): number {
    const { view, base } = this
    const most = this.length - Math.max(one, other) - 4
    let size = 0
    while (size <= most && view.getInt32(base + one + size, true) === view.getInt32(base + other + size, true))
      size += 4
    return size
  }

  /** The end of an object or list. */
  private nestedEnd(at: number, depth: number): number {
    if (depth > depthMax) return -1
    const { bytes } = this
    const isObject = bytes[at] === openBrace
    const close = isObject ? closeBrace : closeBracket
    let position = at + 1
    if (bytes[position] === close) return position + 1
    for (;;) {
      if (isObject) {
        position = bytes[position] === quote ? this.textEnd(position) : -1
        if (position < 0 || bytes[position] !== colon) return -1
        position += 1
      }
      const isNested = bytes[position] === openBrace || bytes[position] === openBracket
      position = isNested ? this.nestedEnd(position, depth + 1) : this.valueEnd(position)
      if (position < 0) return -1
      if (bytes[position] === close) return position + 1
      if (bytes[position] !== comma) return -1
      position += 1
    }
  }

  private escapeEnd(at: number): number {
    const kind = this.bytes[at + 1]
    if (kind === undefined) return -1
    if (shortEscapes.has(kind)) return at + 2
    // u and four hexadecimal digits
    if (kind !== 0x75) return -1
    for (let position = at + 2; position < at + 6; position += 1) {
      if (!isHexDigit(this.bytes[position] ?? 0)) return -1
    }
    return at + 6
  }
}

/**
 * The high bit of the first byte, of four, that is a quote, a backslash, a control character or one beyond ASCII, is the
 * lowest that is set; 0: there is none.
 */
function othersThanPlain(word: number): number {
  const noQuote = (word ^ quotes) - ones
  const noBackslash = (word ^ backslashes) - ones
  return (word | (word - blanks) | noQuote | noBackslash) & highBits
}

/** Little endian: which of four bytes the lowest bit is in. */
const firstByte = (bits: number): number => (31 - Math.clz32(bits & -bits)) >>> 3

/** `"\/bfnrt` */
const shortEscapes = new Set([quote, backslash, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74])

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)

/** Whether two stretches of bytes are equal. */
export function sameBytes(one: Stretch, other: Stretch): boolean {
  const size = one.end - one.start
  if (size !== other.end - other.start) return false
  const [a, b] = [one.bytes, other.bytes]
  // From the end: names that differ mostly begin alike.
  for (let index = size - 1; index >= 0; index -= 1) {
    if (a[one.start + index] !== b[other.start + index]) return false
  }
  return true
}

export interface Stretch {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}
