/** Bytes that are looked for again and again, compared four at a time. */
import type { JsonBytes } from './json-bytes.ts'

const wordBytes = 4

export class FixedBytes {
  readonly bytes: Buffer
  readonly length: number
  /** Little endian. The last one overlaps the one before it. */
  private readonly words: Int32Array

  /** At least four bytes. */
  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.length = bytes.length
    const starts = Array.from({ length: Math.ceil(bytes.length / wordBytes) - 1 }, (_, word) => word * wordBytes)
    this.words = Int32Array.from([...starts, bytes.length - wordBytes], (start) => bytes.readInt32LE(start))
  }

  standsAt(json: JsonBytes, at: number): boolean {
    return json.areWords(at, this.words, this.length)
  }
}
