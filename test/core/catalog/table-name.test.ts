import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identifiersOf, parseTableName, tableName } from '../../../src/core/catalog/table-name.ts'

const identifier = fc.oneof(
  fc.string({ minLength: 1, unit: fc.constantFrom('a', '.', '"', ' ', '$', 'Ä', '\n') }),
  fc.string({ minLength: 1, unit: 'grapheme' }),
)

describe('the name of a table', () => {
  it.each([
    ['public', 'orders', 'public.orders'],
    ['Shop', 'Order Lines$', 'Shop.Order Lines$'],
    ['shop', 'Order.Lines', 'shop."Order.Lines"'],
    ['a.b', 'c', '"a.b".c'],
    ['a', 'b.c', 'a."b.c"'],
    ['a', 'q"uote', 'a."q""uote"'],
  ])('of %s and %s is %s', (schema, table, name) => {
    expect(tableName(schema, table)).toBe(name)
    expect(parseTableName(name)).toBe(name)
  })

  it('means one table, whatever identifiers it has', () => {
    fc.assert(
      fc.property(identifier, identifier, identifier, identifier, (schema, table, otherSchema, otherTable) => {
        const name = tableName(schema, table)
        expect(parseTableName(name)).toBe(name)
        expect(identifiersOf(name)).toEqual({ schema, table })
        expect(name === tableName(otherSchema, otherTable)).toBe(schema === otherSchema && table === otherTable)
      }),
    )
  })

  it.each([
    ['shop.Order.Lines', 'shop."Order.Lines"'],
    ['"shop"."orders"', 'shop.orders'],
    ['"a.b"."c"', '"a.b".c'],
  ])('may be written as %s', (text, name) => {
    expect(parseTableName(text)).toBe(name)
  })

  it.each(['orders', '.orders', 'shop.', '"a.b"', '"a"b.c', ''])('is not %j', (text) => {
    expect(parseTableName(text)).toBeNull()
  })
})
