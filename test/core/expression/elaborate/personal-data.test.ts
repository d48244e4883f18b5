import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../../src/core/expression/types/scope.ts'
import { compiled, rowOf, updateScope } from '../scopes.ts'

const withItems = (): Scope => {
  const scope = updateScope()
  const items = { slot: scope.takeSlot(), type: { kind: 'rows', row: rowOf('items') }, nullable: false } as const
  return { ...scope, bindings: new Map([...scope.bindings, ['items', items]]) }
}
const columns = (text: string): readonly string[] => [...compiled(text, withItems()).personalData]

describe('personal data', () => {
  it.each([
    'after.email',
    'upper(trim(after.email))',
    "coalesce(after.email, 'none')",
    "coalesce(after.email, '') + after.sku",
    "after.email == 'ann@example.org'",
    "after.email in ['ann@example.org']",
    'size(after.email)',
    "matches(after.email, '@')",
    'after.qty == 1 ? after.email : null',
    "after.email == null ? 'a' : 'b'",
    '[after.email]',
    "at(split(after.email, '@'), 0)",
    'items.map(i, i.email)',
    'items.map(i, i.email).map(e, upper(e))',
    'items.exists(i, i.email != null)',
    "items.filter(i, i.email == 'x')",
    "uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', after.email)",
  ])('is in %s', (text) => {
    expect(columns(text)).toEqual(['public.orders.email'])
  })

  it.each([
    "pseudonym('customer-email', lower(trim(after.email)))",
    'mask(after.email, 4)',
    'first(after.email, 1)',
    'last(after.email, 1)',
    "items.map(i, pseudonym('customer-email', i.email))",
    'items.map(i, i.email).map(e, mask(e, 2))',
    'items.map(i, i.sku)',
    'after.sku',
    "changed('email')",
  ])('is no longer in %s', (text) => {
    expect(columns(text)).toEqual([])
  })
})

describe('the columns that an expression reads', () => {
  it.each([
    ['after.qty + before.qty', ['public.orders.qty']],
    ["changed('sku') || after.qty > 1", ['public.orders.sku', 'public.orders.qty']],
    ['items.map(i, i.spare)', ['public.orders.spare']],
    ["pseudonym('customer-email', after.email)", ['public.orders.email']],
    ['1 + 2', []],
  ])('of %s are %j', (text, reads) => {
    expect([...compiled(text, withItems()).reads]).toEqual(reads)
  })
})

describe('a pseudonym', () => {
  it('is the HMAC-SHA-256 of the text under its key', () => {
    // RFC 4231, test case 2.
    const scope = { ...updateScope(), keys: new Map([['rfc', Buffer.from('Jefe')]]) }
    expect(compiled("pseudonym('rfc', 'what do ya want for nothing?')", scope).evaluate([])).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})
