import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../../src/core/expression/types/scope.ts'
import { after, before, outcome } from '../rows.ts'

describe('a column', () => {
  it.each([
    ['changed("status")', true],
    ["changed('sku')", false],
    ["changed('discount')", true],
    ["changed('weight')", false],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it('that the connector did not send is class unavailable', () => {
    expect(outcome('after.email', [before, { ...after, email: 'unavailable:test' }])).toBe('!unavailable')
  })

  it('that is absent from the row is class schemaDrift, and so is null where the catalog forbids it', () => {
    const without = Object.fromEntries(Object.entries(after).filter(([name]) => name !== 'qty'))
    expect(outcome('after.qty', [before, without])).toBe('!schemaDrift')
    expect(outcome('after.qty', [before, { ...after, qty: null }])).toBe('!schemaDrift')
  })

  it('that holds no number has not changed when it holds none again', () => {
    const row = { ...after, weight: 'NaN' }
    expect(outcome("changed('weight')", [row, row])).toBe(false)
  })

  it('that holds an infinite number calculates as JavaScript does', () => {
    expect(outcome('after.weight - 1', [before, { ...after, weight: 'Infinity' }])).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('an infinite time or decimal', () => {
  const endless: Frame = [before, { ...after, paid_at: 'infinity', discount: 'NEGATIVE_INFINITY' }]

  it.each([
    ['after.paid_at == null', false],
    ['after.paid_at == after.paid_at', true],
    ["after.paid_at != null && after.paid_at > zoned(after.created_at, 'UTC')", true],
    ['coalesce(after.discount, 0) < 0', true],
    ['after.discount in [1.5]', false],
    ["changed('paid_at')", true],
  ])('compares: %s is %s', (text, value) => {
    expect(outcome(text, endless)).toBe(value)
  })

  it.each([
    ['after.paid_at', '!badDate'],
    ['string(after.paid_at)', '!badDate'],
    ['after.discount', '!overflow'],
    ['coalesce(after.discount, 0) + 1', '!overflow'],
    ['-coalesce(after.discount, 0)', '!overflow'],
    ['[after.discount]', '!overflow'],
    ['sum([coalesce(after.discount, 0)])', '!overflow'],
  ])('neither leaves nor is calculated with: %s is %s', (text, value) => {
    expect(outcome(text, endless)).toBe(value)
  })
})
