import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ComparedType } from '../../../src/core/parity/comparison.ts'
import { normaliser } from '../../../src/core/parity/normalise.ts'
import { formatDecimal } from '../../../src/core/values/decimal-text.ts'
import { NOT_A_NUMBER } from '../../../src/core/values/value.ts'

const nothingSaid = { match: [], compare: null, ignore: [], normalise: {} }

const normalise = (
  said: Partial<Omit<ComparedType, 'name' | 'tolerance'>>,
  fields: Readonly<Record<string, unknown>>,
): unknown => JSON.parse(normaliser({ ...nothingSaid, ...said }).textOf(fields))

const nameOf = (
  said: Partial<Omit<ComparedType, 'name' | 'tolerance'>>,
  fields: Readonly<Record<string, unknown>>,
): string | null => normaliser({ ...nothingSaid, ...said }).nameOf(fields)

describe('a normalised event', () => {
  it('has its fields in one order, and none that is ignored', () => {
    const { textOf } = normaliser({ ...nothingSaid, ignore: ['publishedBy', 'a.e'] })
    const text = textOf({ b: 1, a: { d: 1n, c: 2, e: 7 }, publishedBy: 'x' })
    expect(text).toBe(textOf({ a: { c: 2n, d: 1, e: 8 }, b: 1n }))
  })

  it('has no fields but those that are compared, within records and lists too', () => {
    const said = { compare: ['a', 'b.c', 'lines.sku'], ignore: ['a.secret'], normalise: { d: ['case'] as const } }
    const fields = {
      a: { x: 1, secret: 2 },
      b: { c: { z: 1 }, d: 2 },
      d: 'D',
      lines: [{ sku: 'x', price: 1 }, { price: 2 }],
    }
    expect(normalise(said, fields)).toEqual({ a: { x: 1 }, b: { c: { z: 1 } }, lines: [{ sku: 'x' }, {}] })
    expect(normalise({ compare: ['b', 'b.c'] }, fields)).toEqual({ b: { c: { z: 1 }, d: 2 } })
    expect(normalise({ compare: ['b.c'] }, { b: null })).toEqual({ b: null })
  })

  it('keeps whole numbers of any size, bytes, and numbers that JSON has no word for', () => {
    const { textOf } = normaliser(nothingSaid)
    const text = textOf({ a: 9_007_199_254_740_993n, b: Buffer.from([1, 255]), c: NOT_A_NUMBER })
    expect(text).toBe('{"a":9007199254740993,"b":"01ff","c":"NaN"}')
  })

  it('differs by null and absence unless that is declared', () => {
    expect(normalise({}, { a: null })).toEqual({ a: null })
    expect(normalise({ normalise: { a: ['nullAsAbsent'] } }, { a: null })).toEqual({})
  })

  it('has decimals of one value in one text, whatever their scale and exponent', () => {
    const said = { normalise: { a: ['decimalScale'] as const } }
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(12), fc.nat(6), (unscaled, scale, zeros) => {
        const wider = { unscaled: unscaled * 10n ** BigInt(zeros), scale: scale + zeros }
        const [a, b] = [{ unscaled, scale }, wider].map((one) => normalise(said, { a: formatDecimal(one) }))
        expect(a).toEqual(b)
      }),
    )
    expect(normalise(said, { a: '1.5E+3' })).toEqual(normalise(said, { a: 1500 }))
    expect(normalise(said, { a: 'many' })).toEqual({ a: 'many' })
  })

  it('has instants in UTC, without what is finer than declared, in whatever order that is said', () => {
    const written = ['2026-01-01T10:00:00.9Z', '2026-01-01T12:00:00.123456789+02:00', '2026-01-01T05:00-05:00']
    for (const a of written) {
      const said = { normalise: { a: ['zone', 'seconds'] as const } }
      expect(normalise(said, { a })).toEqual({ a: '2026-01-01T10:00:00.000000Z' })
    }
    const milliseconds = { normalise: { a: ['milliseconds'] as const } }
    expect(normalise(milliseconds, { a: '1969-12-31T23:59:59.5678Z' })).toEqual({ a: '1969-12-31T23:59:59.567Z' })
    expect(normalise(milliseconds, { a: '2026-01-01T10:00:00' })).toEqual({ a: '2026-01-01T10:00:00.000' })
    expect(normalise(milliseconds, { a: 36_000_123_456_789n })).toEqual({ a: 36_000_123_000_000 })
    expect(normalise(milliseconds, { a: 'at noon' })).toEqual({ a: 'at noon' })
  })

  it('does not guess a zone that is not written', () => {
    const said = { normalise: { a: ['zone'] as const } }
    expect(normalise(said, { a: '2026-01-01T10:00:00' })).toEqual({ a: '2026-01-01T10:00:00' })
  })

  it('takes a list for a set only where that is declared, and reaches into its items', () => {
    const said = { normalise: { a: ['set'] as const, 'a.b': ['case'] as const } }
    const a = [{ b: 'X' }, { b: 'y' }, { b: 'x' }]
    expect(normalise(said, { a })).toEqual({ a: [{ b: 'x' }, { b: 'y' }] })
    expect(normalise({}, { a })).toEqual({ a })
    expect(normalise({ normalise: { a: ['nullAsAbsent'] } }, { a: [null, 1] })).toEqual({ a: [null, 1] })
  })
})

describe('the name of a pair', () => {
  it('is the same for a number and its text, and in every form that is declared to be one', () => {
    expect(nameOf({ match: ['id'] }, { id: 7n })).toBe(nameOf({ match: ['id'] }, { id: '7' }))
    const said = { match: ['id'], normalise: { id: ['case'] as const } }
    expect(nameOf(said, { id: 'A7' })).toBe(nameOf(said, { id: 'a7' }))
  })

  it('is of all its fields, within records too', () => {
    const said = { match: ['a.b', 'c'] }
    expect(nameOf(said, { a: { b: 1 }, c: '2' })).toBe('["1","2"]')
    expect(nameOf(said, { a: { b: '1","2' }, c: '' })).not.toBe(nameOf(said, { a: { b: '1' }, c: '2","' }))
  })

  it('is missing when one of them has no value', () => {
    for (const fields of [{ a: { b: 1 } }, { a: null, c: 1 }, { a: { b: [1] }, c: 1 }, {}]) {
      expect(nameOf({ match: ['a.b', 'c'] }, fields)).toBeNull()
    }
  })
})
