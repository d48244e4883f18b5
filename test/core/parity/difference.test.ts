import { describe, expect, it } from 'vitest'
import { differencesOf } from '../../../src/core/parity/difference.ts'

/** What is said of the field `a` when the bridge has one value, the native event the other. */
const table: readonly (readonly [bridge: unknown, native: unknown, said: readonly string[]])[] = [
  ['x', 'x', []],
  [undefined, 1, ['a absent in bridge']],
  [null, 1, ['a null in bridge']],
  [null, undefined, ['a null in bridge, absent in native']],
  [1, '1', ['a number in bridge, text in native']],
  [true, 1, ['a boolean in bridge, number in native']],
  [true, false, ['a another value']],
  [1, 2, ['a another number']],
  [12, 1200, ["a native is the bridge's × 10^2"]],
  [0, 100, ['a another number']],
  ['1.50', '1.5', ['a 2 decimals in bridge, 1 in native']],
  ['1.50', '150', ["a native is the bridge's × 10^2"]],
  ['1.50', '0.0150', ["a native is the bridge's × 10^-2"]],
  ['1.50', '-1.5', ['a another sign']],
  ['1.50', '1.51', ['a another number']],
  ['2026-01-01T10:00:00Z', '2026-01-01T11:00:00+01:00', ['a the same instant in another form']],
  ['2026-01-01T10:00:00Z', '2026-01-01T09:00:00Z', ['a native is 60 minutes earlier']],
  ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00', ['a no zone in native']],
  ['2026-01-01T10:00:00', '2026-01-01T10:00:00Z', ['a no zone in bridge']],
  ['2026-01-01T10:00:00.123456Z', '2026-01-01T10:00:00.123Z', ['a another precision']],
  ['2026-01-01T10:00:00Z', '2026-01-01T10:00:07Z', ['a another instant']],
  ['Ana', 'ANA', ['a another case']],
  ['Ana', 'Ana ', ['a other blanks at the ends']],
  ['Ana', 'Bob', ['a another text']],
  [[1, 2], [1], ['a fewer items in native']],
  [[1], [1, 2], ['a more items in native']],
  [[1, 2], [2, 1], ['a items in another order']],
  [[{ b: 1 }, { b: 2 }], [{ b: 3 }, { b: 4 }], ['a[].b another number']],
  [{ b: { c: 1 } }, { b: {} }, ['a.b.c absent in native']],
]

describe('a difference of two events', () => {
  it.each(table)('of %j and %j is said without the values', (bridge, native, said) => {
    const differences = differencesOf(JSON.stringify({ a: bridge }), JSON.stringify({ a: native }), {})
    expect(differences.map(({ path, what }) => `${path} ${what}`)).toEqual(said)
  })
})

/** Whether the field `a` differs when so much of a difference is none. */
const tolerated: readonly (readonly [bridge: unknown, native: unknown, amount: string, differs: boolean])[] = [
  ['1.50', '1.51', '0.01', false],
  ['1.50', '1.511', '0.01', true],
  [1, 3, '2', false],
  [0.5, '0.6', '0.1', false],
  ['-1', '1', '1', true],
  ['many', 'more', '1', true],
  [null, '1', '9', true],
  ['2026-01-01T10:00:00Z', '2026-01-01T10:00:07+00:00', '7', false],
  ['2026-01-01T10:00:00Z', '2026-01-01T10:00:07.000001Z', '7', true],
  ['2026-01-01T10:00:00', '2026-01-01T10:00:01', '1', false],
  ['2026-01-01T10:00:00', '2026-01-01T10:00:00Z', '9', true],
  ['2026-01-01', '2026-01-02', '86400', false],
  ['2026-01-01', '2026-01-02', '86399', true],
  ['2026', '2026-01-01', '86400', true],
]

describe('a tolerance', () => {
  it.each(tolerated)('of %j and %j by %s is about numbers and times alone', (bridge, native, amount, differs) => {
    const differences = differencesOf(JSON.stringify({ a: bridge }), JSON.stringify({ a: native }), { a: amount })
    expect(differences.length > 0).toBe(differs)
  })

  it('is of one field, in every item of a list', () => {
    const lines = (prices: readonly number[]): string => JSON.stringify({ lines: prices.map((price) => ({ price })) })
    expect(differencesOf(lines([1, 2]), lines([2, 3]), { 'lines.price': '1' })).toEqual([])
    expect(differencesOf(lines([1, 2]), lines([2, 4]), { 'lines.price': '1' })).toMatchObject([
      { path: 'lines[].price', what: 'another number' },
    ])
    expect(differencesOf(lines([1]), lines([2]), { price: '1' })).toHaveLength(1)
  })
})
