import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliser } from '../../../src/core/parity/normalise.ts'
import { formatDecimal } from '../../../src/core/values/decimal-text.ts'
import { NOT_A_NUMBER } from '../../../src/core/values/value.ts'
import { comparison } from './streams.ts'

const normalise = (normal: readonly object[], fields: Readonly<Record<string, unknown>>): unknown =>
  JSON.parse(normaliser(comparison({ normalise: normal }))(fields))

describe('a normalised event', () => {
  it('has its fields in one order, and none that is ignored', () => {
    const ofOne = normaliser(comparison())
    expect(ofOne({ b: 1, a: { d: 1n, c: 2 }, publishedBy: 'x' })).toBe(ofOne({ a: { c: 2n, d: 1 }, b: 1n }))
  })

  it('keeps whole numbers of any size, bytes, and numbers that JSON has no word for', () => {
    const text = normaliser(comparison())({ a: 9_007_199_254_740_993n, b: Buffer.from([1, 255]), c: NOT_A_NUMBER })
    expect(text).toBe('{"a":9007199254740993,"b":"01ff","c":"NaN"}')
  })

  it('differs by null and absence unless that is declared', () => {
    expect(normalise([], { a: null })).toEqual({ a: null })
    expect(normalise([{ field: 'a', as: 'absentWhenNull' }], { a: null })).toEqual({})
  })

  it('has decimals of one value in one text, whatever their scale and exponent', () => {
    const declared = [{ field: 'a', as: 'decimal' }]
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(12), fc.nat(6), (unscaled, scale, zeros) => {
        const wider = { unscaled: unscaled * 10n ** BigInt(zeros), scale: scale + zeros }
        const [a, b] = [{ unscaled, scale }, wider].map((one) => normalise(declared, { a: formatDecimal(one) }))
        expect(a).toEqual(b)
      }),
    )
    expect(normalise(declared, { a: '1.5E+3' })).toEqual(normalise(declared, { a: 1500 }))
    expect(normalise(declared, { a: 'many' })).toEqual({ a: 'many' })
  })

  it('has instants in UTC, without what is finer than declared', () => {
    const declared = [{ field: 'a', as: 'instant', precision: 's', zone: '+02:00' }]
    const written = ['2026-01-01T10:00:00.9Z', '2026-01-01T12:00:00.1', '2026-01-01T05:00:00-05:00']
    for (const a of written) expect(normalise(declared, { a })).toEqual({ a: '2026-01-01T10:00:00.000000Z' })
    expect(normalise(declared, { a: '1969-12-31T23:59:59.5Z' })).toEqual({ a: '1969-12-31T23:59:59.000000Z' })
  })

  it('takes a list for a set only where that is declared, and reaches into its items', () => {
    const declared = [
      { field: 'a', as: 'set' },
      { field: 'a[].b', as: 'caseless' },
    ]
    const a = [{ b: 'X' }, { b: 'y' }, { b: 'x' }]
    expect(normalise(declared, { a })).toEqual({ a: [{ b: 'x' }, { b: 'y' }] })
    expect(normalise([], { a })).toEqual({ a })
  })
})
