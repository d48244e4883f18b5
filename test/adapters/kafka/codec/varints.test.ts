/** Variable-length integers, against the values of the protocol's documentation and each other. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader } from '../../../../src/adapters/kafka/codec/byte-reader.ts'
import { ByteWriter, varintSize } from '../../../../src/adapters/kafka/codec/byte-writer.ts'
import { readUnsignedVarint, writeUnsignedVarint } from '../../../../src/adapters/kafka/codec/flexible-fields.ts'
import { VarintCursor } from '../../../../src/adapters/kafka/codec/varint-cursor.ts'

const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)))

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [300, 'd804'],
  [2 ** 31 - 1, 'feffffff0f'],
  [-(2 ** 31), 'ffffffff0f'],
])('%i is written as %s', (value, hex) => {
  const writer = new ByteWriter(8)
  writer.varint(value)
  expect(writer.written.toString('hex')).toBe(hex)
})

test('every 32-bit integer reads back, and takes the bytes that were foretold', () => {
  fc.assert(
    fc.property(int32, (value) => {
      const writer = new ByteWriter(8)
      writer.varint(value)
      expect(writer.length).toBe(varintSize(value))
      const cursor = new VarintCursor(writer.written, 0)
      expect(cursor.next()).toBe(value)
      expect(cursor.position).toBe(writer.length)
      expect(new VarintCursor(writer.written, 0).nextLong()).toBe(value)
    }),
  )
})

test('differences of timestamps beyond 32 bits are read exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      fc.pre(Math.abs(value) < 2 ** 52)
      const encoded: number[] = []
      let rest = BigInt(value) < 0n ? -(BigInt(value) * 2n) - 1n : BigInt(value) * 2n
      for (; rest > 0x7fn; rest >>= 7n) encoded.push(Number(rest & 0x7fn) | 0x80)
      encoded.push(Number(rest))
      expect(new VarintCursor(Buffer.from(encoded), 0).nextLong()).toBe(value)
    }),
  )
})

test('every unsigned length reads back', () => {
  fc.assert(
    fc.property(fc.nat(), (value) => {
      const writer = new ByteWriter(8)
      writeUnsignedVarint(writer, value)
      expect(readUnsignedVarint(new ByteReader(writer.written))).toBe(value)
    }),
  )
})
