/** One growing buffer for Avro's binary encoding; every event is written into it and copied out once. */

/** Zigzag doubles the value, and a double is exact up to 2^53. */
const exactMax = 2 ** 52
const lowBits = 2 ** 28

export class ByteWriter {
  private buffer = Buffer.allocUnsafeSlow(16_384)
  private position = 0

  reset(): void {
    this.position = 0
  }

  /** A copy of what was written since `reset`. */
  copy(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.position))
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.position++] = value
  }

  /** Avro int or long that is at most 2^52 away from zero. */
  integer(value: number): void {
    this.reserve(10)
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    if (rest >= lowBits) {
      let low = rest % lowBits
      rest = (rest - low) / lowBits
      for (let i = 0; i < 4; i++) {
        this.buffer[this.position++] = (low & 0x7f) | 0x80
        low >>>= 7
      }
    }
    while (rest >= 0x80) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.buffer[this.position++] = rest
  }

  /** Avro long; the value fits in 64 bits. */
  long(value: bigint): void {
    const number = Number(value)
    if (number <= exactMax && number >= -exactMax) {
      this.integer(number)
      return
    }
    this.reserve(10)
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest >= 0x80n) {
      this.buffer[this.position++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.buffer[this.position++] = Number(rest)
  }

  float(value: number): void {
    this.reserve(4)
    this.position = this.buffer.writeFloatLE(value, this.position)
  }

  double(value: number): void {
    this.reserve(8)
    this.position = this.buffer.writeDoubleLE(value, this.position)
  }

  bytes(value: Uint8Array): void {
    this.integer(value.length)
    this.reserve(value.length)
    this.buffer.set(value, this.position)
    this.position += value.length
  }

  /** A well-formed text as UTF-8. Says `false`, and has written nothing of use, when it has a lone surrogate. */
  text(value: string): boolean {
    if (this.shortAscii(value)) return true
    if (!value.isWellFormed()) return false
    const length = Buffer.byteLength(value)
    this.integer(length)
    this.reserve(length)
    this.position += this.buffer.write(value, this.position)
    return true
  }

  /** The shortest two's complement form, big-endian: the bytes of an Avro decimal. */
  twosComplement(value: bigint): void {
    const number = Number(value)
    if (number === (number | 0)) {
      const length =
        (number << 24) >> 24 === number
          ? 1
          : (number << 16) >> 16 === number
            ? 2
            : (number << 8) >> 8 === number
              ? 3
              : 4
      this.byte(2 * length)
      this.reserve(length)
      this.position = this.buffer.writeIntBE(number, this.position, length)
      return
    }
    let length = 5
    while (BigInt.asIntN(8 * length, value) !== value) length++
    this.byte(2 * length)
    this.reserve(length)
    for (let shift = BigInt(8 * (length - 1)); shift >= 0n; shift -= 8n) {
      this.buffer[this.position++] = Number((value >> shift) & 0xffn)
    }
  }

  /** Most texts of an event are short keys and codes: writing those here costs less than a call into the runtime. */
  private shortAscii(value: string): boolean {
    const length = value.length
    if (length > 48) return false
    this.reserve(length + 1)
    const { buffer, position } = this
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) return false
      buffer[position + 1 + i] = unit
    }
    buffer[position] = 2 * length
    this.position = position + 1 + length
    return true
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes
    if (needed <= this.buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.position)
    this.buffer = larger
  }
}
