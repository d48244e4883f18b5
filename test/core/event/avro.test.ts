import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from '../../../src/core/values/value-error.ts'
import {
  NEGATIVE_INFINITY,
  NOT_A_NUMBER,
  POSITIVE_INFINITY,
  UNAVAILABLE,
  type RecordValue,
  type Value,
} from '../../../src/core/values/value.ts'
import { contractOf, paidContract, paidSchema } from './contracts.ts'

const paid: RecordValue = {
  id: 'Zoë-42',
  total: -4990n,
  paidOn: 20_484,
  at: 1_769_853_600_123_456n,
  localAt: null,
  count: -7,
  big: 2n ** 63n - 1n,
  ratio: 0.25,
  small: 1.5,
  open: false,
  raw: Buffer.from([0, 255]),
  payer: { name: 'Ann' },
  lines: [{ sku: 'A-1' }, { sku: null }],
}

const bigints = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits)), max: 2n ** BigInt(bits) - 1n })
const anyPaid = fc.record({
  id: fc.string({ unit: 'grapheme', maxLength: 90 }),
  total: fc.oneof(bigints(40), fc.bigInt({ min: -(10n ** 19n) + 1n, max: 10n ** 19n - 1n })),
  paidOn: fc.integer(),
  at: bigints(63),
  localAt: fc.option(bigints(53)),
  count: fc.integer(),
  big: fc.oneof(bigints(63), bigints(53), bigints(28), bigints(7)),
  ratio: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  small: fc.float({ noNaN: true, noDefaultInfinity: true }),
  open: fc.boolean(),
  raw: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
  payer: fc.record({ name: fc.string({ maxLength: 60 }) }),
  lines: fc.array(fc.record({ sku: fc.option(fc.string({ maxLength: 5 })) })),
})

/** The same encoding by another implementation: avsc, with its hooks for 64-bit integers and decimals. */
class Decimal extends avsc.types.LogicalType {
  override _fromValue(bytes: Buffer): bigint {
    return BigInt.asIntN(8 * bytes.length, BigInt(`0x0${bytes.toString('hex')}`))
  }

  override _toValue(value: bigint): Buffer {
    let length = 1
    while (BigInt.asIntN(8 * length, value) !== value) length++
    const hex = BigInt.asUintN(8 * length, value).toString(16)
    return Buffer.from(hex.padStart(2 * length, '0'), 'hex')
  }
}
const long = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})
const schema: unknown = JSON.parse(JSON.stringify(paidSchema))
const oracle = avsc.Type.forSchema(schema as Parameters<typeof avsc.Type.forSchema>[0], {
  typeHook: (schema) => (JSON.stringify(schema).startsWith('{"type":"long"') || schema === 'long' ? long : undefined),
  logicalTypes: { decimal: Decimal },
  wrapUnions: 'never',
})

describe('the bytes of an event', () => {
  it('are pinned', () => {
    const bytes = paidContract.encode(paid)
    expect(bytes.toString('hex')).toBe(
      '0e5a6fc3ab2d343204ec8288c00280a99ef284eba406000dfeffffffffffffffff0100000000000000d03f0000c03f00020400ff06416e6e040206412d310000',
    )
    expect(oracle.toBuffer(paid).equals(bytes)).toBe(true)
  })

  it('are those that avsc writes', () => {
    fc.assert(fc.property(anyPaid, (value) => paidContract.encode(value).equals(oracle.toBuffer(value))))
  })

  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(anyPaid, (value) => {
        expect(paidContract.decode(paidContract.encode(value))).toEqual(value)
      }),
    )
  })

  it('hold a text that is longer than the buffer', () => {
    const id = 'é'.repeat(100_000)
    expect(paidContract.decode(paidContract.encode({ ...paid, id }))['id']).toBe(id)
  })

  it('hold the default of a field that is not given', () => {
    const given = Object.fromEntries(
      Object.entries(paid).filter(([name]) => !['localAt', 'ratio', 'open'].includes(name)),
    )
    expect(paidContract.decode(paidContract.encode(given))).toMatchObject({ localAt: null, ratio: 0.5, open: true })
  })

  it('hold what is not a finite number', () => {
    const contract = contractOf({
      ...paidSchema,
      fields: [{ name: 'list', type: { type: 'array', items: 'double' }, doc: 'numbers' }],
    })
    const list: Value = [NOT_A_NUMBER, POSITIVE_INFINITY, NEGATIVE_INFINITY, 1]
    expect(contract.decode(contract.encode({ list }))).toEqual({ list })
  })

  it('hold the defaults of every type', () => {
    const withDefault = (name: string, type: unknown, defaultValue: unknown) => ({
      name,
      type,
      default: defaultValue,
      doc: name,
    })
    const inner = {
      type: 'record',
      name: 'Inner',
      fields: [withDefault('x', 'int', 3), withDefault('y', 'string', 'why')],
    }
    const contract = contractOf({
      ...paidSchema,
      fields: [
        withDefault('n', 'long', 12),
        withDefault('b', 'bytes', '\u0001\u00ff'),
        withDefault('d', { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 }, '\u00ff\u0000'),
        withDefault('l', { type: 'array', items: 'long' }, [1, 2]),
        withDefault('r', inner, { x: 4 }),
        withDefault('constructor', 'string', 'plain data'),
      ],
    })
    expect(contract.decode(contract.encode({}))).toEqual({
      n: 12n,
      b: Buffer.from([1, 255]),
      d: -256n,
      l: [1n, 2n],
      r: { x: 4, y: 'why' },
      constructor: 'plain data',
    })
  })

  it('take an int where a long is wanted', () => {
    expect(paidContract.decode(paidContract.encode({ ...paid, big: 5 }))['big']).toBe(5n)
  })

  const misfits: readonly (readonly [field: string, value: Value, message: string])[] = [
    ['id', null, 'field id: expected a text of valid Unicode'],
    ['id', 'secret \ud800', 'field id: expected a text of valid Unicode'],
    ['id', UNAVAILABLE, 'field id: expected a text of valid Unicode'],
    ['total', 10n ** 19n, 'field total: expected a decimal of 19 digits with scale 2'],
    ['total', 1, 'field total: expected a decimal of 19 digits with scale 2'],
    ['paidOn', POSITIVE_INFINITY, 'field paidOn: expected date of 32 bits'],
    ['count', 2 ** 31, 'field count: expected int of 32 bits'],
    ['count', 0.5, 'field count: expected int of 32 bits'],
    ['big', 2n ** 63n, 'field big: expected long of 64 bits'],
    ['at', 5, 'field at: expected timestamp of 64 bits'],
    ['small', 'x', 'field small: expected a float'],
    ['ratio', 'x', 'field ratio: expected a double'],
    ['open', 1, 'field open: expected a bool'],
    ['raw', 'x', 'field raw: expected bytes'],
    ['payer', [], 'field payer: expected a record'],
    ['payer', { name: 3 }, 'field payer.name: expected a text of valid Unicode'],
    ['lines', {}, 'field lines: expected a list'],
    ['lines', [{ sku: 'a' }, { sku: 3 }], 'field lines[].sku: expected a text of valid Unicode'],
  ]
  it.each(misfits)('are refused for field %s, naming it and not its value', (field, value, message) => {
    const encode = () => paidContract.encode({ ...paid, [field]: value })
    expect(encode).toThrow(new ValueError('contract', message))
    expect(paidContract.decode(paidContract.encode(paid))).toEqual(paid)
  })

  it('are refused for a symbol that an enum does not have', () => {
    const colour = { type: 'enum', name: 'Colour', symbols: ['RED', 'BLUE'] }
    const contract = contractOf({ ...paidSchema, fields: [{ name: 'colour', type: colour, doc: 'colour' }] })
    expect(contract.decode(contract.encode({ colour: 'BLUE' }))).toEqual({ colour: 'BLUE' })
    expect(() => contract.encode({ colour: 'GREEN' })).toThrow('field colour: expected one of RED, BLUE')
    expect(() => contract.decode(Buffer.from([4]))).toThrow('an index is out of range')
  })

  it('are refused when they are cut off anywhere, or too long', () => {
    const bytes = paidContract.encode(paid)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => paidContract.decode(bytes.subarray(0, length))).toThrow(ValueError)
    }
    expect(() => paidContract.decode(Buffer.concat([bytes, Buffer.from([0])]))).toThrow('bytes follow')
  })

  it('never decode to anything but a record or a ValueError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          return typeof paidContract.decode(Buffer.from(noise)) === 'object'
        } catch (error) {
          return error instanceof ValueError
        }
      }),
    )
  })
})
