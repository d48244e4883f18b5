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
    const differences = differencesOf(JSON.stringify({ a: bridge }), JSON.stringify({ a: native }))
    expect(differences.map(({ path, what }) => `${path} ${what}`)).toEqual(said)
  })
})
