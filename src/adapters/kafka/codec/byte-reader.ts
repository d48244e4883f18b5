/** Reads a response front to back; integers as the Kafka protocol has them. */
export class ByteReader {
  readonly bytes: Buffer
  position = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  int8(): number {
    return this.bytes.readInt8(this.position++)
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.position)
    this.position += 2
    return value
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.position)
    this.position += 4
    return value
  }

  int64(): bigint {
    const value = this.bytes.readBigInt64BE(this.position)
    this.position += 8
    return value
  }

  text(): string | null {
    const size = this.int16()
    if (size < 0) return null
    const value = this.bytes.toString('utf8', this.position, this.position + size)
    this.position += size
    return value
  }

  /** int32 length and bytes, a view; null for length −1. */
  sized(): Buffer | null {
    const size = this.int32()
    if (size < 0) return null
    const value = this.bytes.subarray(this.position, this.position + size)
    this.position += size
    return value
  }
}
