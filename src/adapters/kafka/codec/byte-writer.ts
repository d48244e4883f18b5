/** Where buffers come from, of so many bytes or more, and where they go when nobody looks at them any more. */
export interface BufferSource {
  take(bytes: number): Buffer
  give(buffer: Buffer): void
}

const noBytes = Buffer.alloc(0)
const freshBuffers: BufferSource = { take: (bytes) => Buffer.allocUnsafe(bytes), give: () => undefined }

/** A growing buffer that is written front to back and used again; integers as the Kafka protocol has them. */
export class ByteWriter {
  bytes: Buffer
  length = 0
  private readonly buffers: BufferSource

  constructor(capacity: number, buffers: BufferSource = freshBuffers) {
    this.buffers = buffers
    this.bytes = buffers.take(capacity)
  }

  /** What was written so far; valid until the next write. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  /** Gives its buffer back. Nothing may be written or looked at any more. */
  release(): void {
    const { bytes } = this
    this.bytes = noBytes
    this.length = 0
    this.buffers.give(bytes)
  }

  ensure(more: number): void {
    if (this.length + more > this.bytes.length) this.grow(more)
  }

  /** Apart, so that what is called for every few bytes is small enough to be inlined. */
  private grow(more: number): void {
    const { bytes } = this
    this.bytes = this.buffers.take(Math.max(bytes.length * 2, this.length + more))
    bytes.copy(this.bytes, 0, 0, this.length)
    this.buffers.give(bytes)
  }

  int8(value: number): void {
    this.ensure(1)
    this.bytes[this.length++] = value
  }

  int16(value: number): void {
    this.ensure(2)
    this.length = this.bytes.writeInt16BE(value, this.length)
  }

  int32(value: number): void {
    this.ensure(4)
    this.length = this.bytes.writeInt32BE(value, this.length)
  }

  int64(value: bigint): void {
    this.ensure(8)
    this.length = this.bytes.writeBigInt64BE(value, this.length)
  }

  /** Of an offset or a time in ms: whole numbers up to 2^53, either sign of minus one. */
  int64FromNumber(value: number): void {
    this.int64(BigInt(value))
  }

  /** int16 length and UTF-8, or length −1 for null. */
  text(value: string | null): void {
    if (value === null) {
      this.int16(-1)
      return
    }
    const size = Buffer.byteLength(value)
    this.int16(size)
    this.ensure(size)
    this.length += this.bytes.write(value, this.length)
  }

  raw(bytes: Uint8Array): void {
    const size = bytes.length
    this.ensure(size)
    if (size > copiedByHandMax) {
      this.bytes.set(bytes, this.length)
    } else {
      for (let index = 0; index < size; index++) this.bytes[this.length + index] = bytes[index] ?? 0
    }
    this.length += size
  }

  /** Zigzag varint of a 32-bit integer, as in record batches. */
  varint(value: number): void {
    this.ensure(5)
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** Varint length and UTF-8. */
  varintText(value: string): void {
    if (value.length <= copiedByHandMax && this.shortAscii(value)) return
    const size = Buffer.byteLength(value)
    this.varint(size)
    this.ensure(size)
    this.length += this.bytes.write(value, this.length)
  }

  /** Writes nothing and gives false for a text that is not ASCII. */
  private shortAscii(value: string): boolean {
    const size = value.length
    this.ensure(size + 1)
    const { bytes } = this
    const start = this.length + 1
    for (let index = 0; index < size; index++) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      bytes[start + index] = code
    }
    // The varint of so short a length is one byte.
    bytes[this.length] = size << 1
    this.length = start + size
    return true
  }
}

/** Up to here a loop is faster than the way into native code and back; and the varint of the length is one byte. */
const copiedByHandMax = 63

/** Bytes that `varint` takes for a value. */
export function varintSize(value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (rest > 0x7f) {
    rest >>>= 7
    size += 1
  }
  return size
}
