/** Reads Avro's binary primitives; every read is checked against the end of the bytes. */
import { ValueError } from '../../values/value-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class ByteReader {
  private readonly buffer: Buffer
  private position = 0

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  get atEnd(): boolean {
    return this.position === this.buffer.length
  }

  /** Guards a loop whose count was read from the bytes. */
  expectMore(): void {
    if (this.atEnd) malformed('it ends too early')
  }

  long(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.next()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
    return malformed('an integer has more than ten bytes')
  }

  /** An integer that is read as a JS number: ints, lengths, counts. */
  integer(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 28; factor *= 0x80) {
      const byte = this.next()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    return malformed('an integer has more than 32 bits')
  }

  /** The index of a union branch or an enum symbol, or a bool's byte. */
  index(count: number, encoding: 'varint' | 'byte' = 'varint'): number {
    const index = encoding === 'byte' ? this.next() : this.integer()
    return index >= 0 && index < count ? index : malformed('an index is out of range')
  }

  float(): number {
    return this.take(4).readFloatLE()
  }

  double(): number {
    return this.take(8).readDoubleLE()
  }

  /** A view into the buffer. */
  bytes(): Buffer {
    return this.take(this.integer())
  }

  text(): string {
    const bytes = this.bytes()
    try {
      return utf8.decode(bytes)
    } catch {
      return malformed('a text is not UTF-8')
    }
  }

  private next(): number {
    return this.buffer[this.position++] ?? malformed('it ends too early')
  }

  private take(length: number): Buffer {
    const end = this.position + length
    if (length < 0 || end > this.buffer.length) malformed('it ends too early')
    const view = this.buffer.subarray(this.position, end)
    this.position = end
    return view
  }
}

/** The integer whose big-endian two's complement these bytes are: an Avro decimal. */
export function twosComplementOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`))
}

function malformed(what: string): never {
  throw new ValueError('contract', `not a record of this schema: ${what}`)
}
