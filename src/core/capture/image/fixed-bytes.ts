/** Bytes that are looked for again and again, compared four at a time. */
import type { JsonBytes } from './json-bytes.ts'

const wordBytes = 4

export class FixedBytes {
  readonly bytes: Buffer
  readonly length: number
  /** Little endian. The last one overlaps the one before it. */
  private readonly words: Int32Array
  private readonly lastAt: number

  /** At least four bytes. */
  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.length = bytes.length
    this.lastAt = bytes.length - wordBytes
    const starts = Array.from({ length: Math.ceil(bytes.length / wordBytes) - 1 }, (_, word) => word * wordBytes)
    this.words = Int32Array.from([...starts, this.lastAt], (start) => bytes.readInt32LE(start))
  }

  standsAt(json: JsonBytes, at: number): boolean {
    const { words } = this
    const last = words.length - 1
    if (!json.isWord(at + this.lastAt, words[last] ?? 0)) return false
    for (let word = 0; word < last; word += 1) {
      if (!json.isWord(at + word * wordBytes, words[word] ?? 0)) return false
    }
    return true
  }
}
