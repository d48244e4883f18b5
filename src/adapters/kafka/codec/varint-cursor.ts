/** Reads zigzag varints and slices of a buffer. Positions are the caller's to check against the buffer's end. */
export class VarintCursor {
  readonly bytes: Buffer
  position: number

  constructor(bytes: Buffer, position: number) {
    this.bytes = bytes
    this.position = position
  }

  /** A 32-bit varint. */
  next(): number {
    let byte = this.bytes[this.position++] ?? 0
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    let shift = 7
    do {
      byte = this.bytes[this.position++] ?? 0
      value |= (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80 && shift < 35)
    return (value >>> 1) ^ -(value & 1)
  }

  /** A 64-bit varint as a number: timestamps' differences. */
  nextLong(): number {
    let low = 0
    let factor = 1
    let byte: number
    do {
      byte = this.bytes[this.position++] ?? 0
      low += (byte & 0x7f) * factor
      factor *= 128
    } while (byte >= 0x80 && factor < 2 ** 63)
    return low % 2 === 0 ? low / 2 : -(low + 1) / 2
  }

  take(size: number): Buffer {
    const start = this.position
    this.position += size
    return this.bytes.subarray(start, this.position)
  }
}
