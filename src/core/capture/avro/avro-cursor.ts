/** Avro's binary encoding, read from the front. Whatever may not stand there is a fault; nothing is guessed. */
import { isUtf8 } from 'node:buffer'

/** Its message says what is wrong, and nothing of what the bytes hold. */
export class AvroFault extends Error {}

/** Shorter texts are looked through here: a call costs more. */
const shortTextMax = 128
/** Seven bits a byte. */
const longBytesMax = 10
const int32 = 2 ** 31

/** Bytes of one record at a time: one object is used again for all of them. */
export class AvroCursor {
  bytes: Buffer = Buffer.alloc(0)
  at = 0
  private goesOn = false

  open(bytes: Buffer, at: number): void {
    this.bytes = bytes
    this.at = at
  }

  /** How many bytes there are from here on. */
  get left(): number {
    return this.bytes.length - this.at
  }

  boolean(): boolean {
    const byte = this.bytes[this.at]
    if (byte !== 0 && byte !== 1) throw new AvroFault('a boolean that is neither true nor false')
    this.at += 1
    return byte === 1
  }

  int(): number {
    const value = this.long()
    if (typeof value === 'bigint' || value >= int32 || value < -int32) {
      throw new AvroFault('an int of more than 32 bits')
    }
    return value
  }

  /** A number where it is exact, else a bigint. */
  long(): number | bigint {
    const { bytes } = this
    const first = bytes[this.at] ?? -1
    // Most lengths, indexes and small numbers are one byte.
    if (first >= 0 && first < 0x80) {
      this.at += 1
      return first % 2 === 0 ? first / 2 : -(first + 1) / 2
    }
    return this.longLong()
  }

  private longLong(): number | bigint {
    const low = this.septets(4)
    const middle = this.goesOn ? this.septets(4) : 0
    const high = this.goesOn ? this.septets(2) : 0
    // Of the tenth byte one bit is left.
    if (this.goesOn || high > 0xff) throw tooLong()
    if (high === 0 && middle < 2 ** 25) {
      const zigzag = low + middle * 2 ** 28
      return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    }
    const zigzag = BigInt(low) | (BigInt(middle) << 28n) | (BigInt(high) << 56n)
    const value = (zigzag >> 1n) ^ -(zigzag & 1n)
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  /** Up to four bytes of a number, seven bits each, the lowest first; whether there are more is `goesOn`. */
  private septets(count: number): number {
    let bits = 0
    for (let septet = 0; septet < count; septet += 1) {
      const byte = this.bytes[this.at]
      if (byte === undefined) throw cutOff()
      this.at += 1
      bits |= (byte & 0x7f) << (7 * septet)
      if (byte < 0x80) {
        this.goesOn = false
        return bits
      }
    }
    this.goesOn = true
    return bits
  }

  /** Passes a long; raises what reading it would raise. */
  passLong(): void {
    const { bytes } = this
    const last = this.at + longBytesMax - 1
    let position = this.at
    while ((bytes[position] ?? 0) > 0x7f && position < last) position += 1
    const byte = bytes[position]
    if (byte === undefined) throw cutOff()
    if (byte > (position === last ? 1 : 0x7f)) throw tooLong()
    this.at = position + 1
  }

  float(): number {
    return this.bytes.readFloatLE(this.pass(4))
  }

  double(): number {
    return this.bytes.readDoubleLE(this.pass(8))
  }

  /** Passes so many bytes; gives where they begin. */
  pass(size: number): number {
    const start = this.at
    if (size > this.left) throw cutOff()
    this.at = start + size
    return start
  }

  /** Passes bytes behind their length; gives where they begin. */
  passBytes(): number {
    const size = this.long()
    if (typeof size === 'bigint' || size < 0) throw new AvroFault('a length that is none')
    return this.pass(size)
  }

  /** The same of a text: no byte of it is replaced later. */
  passText(): number {
    const start = this.passBytes()
    if (!this.isText(start, this.at)) throw new AvroFault('a text that is not UTF-8')
    return start
  }

  private isText(start: number, end: number): boolean {
    const { bytes } = this
    if (end - start <= shortTextMax) {
      let high = 0
      for (let position = start; position < end; position += 1) high |= bytes[position] ?? 0
      if (high < 0x80) return true
    }
    return isUtf8(bytes.subarray(start, end))
  }

  /** An index of so many alternatives. */
  index(count: number): number {
    const index = this.long()
    if (typeof index === 'bigint' || index < 0 || index >= count) throw new AvroFault('a branch that the schema lacks')
    return index
  }

  /** Calls `item` for each item of an array or map, which come in blocks. */
  blocks(item: () => void): void {
    for (;;) {
      const count = this.long()
      if (count === 0) return
      if (typeof count === 'bigint') throw tooMany()
      const end = count < 0 ? this.blockEnd() : null
      // Items take bytes, so that a few bytes cannot ask for work without end.
      if (Math.abs(count) > this.left) throw tooMany()
      for (let done = 0; done < Math.abs(count); done += 1) item()
      if (end !== null && end !== this.at) throw new AvroFault('a block of another size than it says')
    }
  }

  private blockEnd(): number {
    const size = this.long()
    if (typeof size === 'bigint' || size < 0 || size > this.left) throw cutOff()
    return this.at + size
  }
}

const cutOff = (): AvroFault => new AvroFault('an end before the last value')
const tooLong = (): AvroFault => new AvroFault('a long of more than 64 bits')
const tooMany = (): AvroFault => new AvroFault('more items than there are bytes')
