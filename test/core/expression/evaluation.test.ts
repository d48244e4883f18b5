import { describe, expect, it } from 'vitest'
import { outcome } from './rows.ts'
import { compiled } from './scopes.ts'

describe('operators', () => {
  it.each([
    ["before.status != 'S' && after.status == 'S'", true],
    ["before.status == 'S' || after.qty == 5", true],
    ["!(after.status == 'S')", false],
    ['after.qty - before.qty', 2],
    ['-after.qty', -5],
    ['after.qty / 2', 2],
    ['-after.qty / 2', -2],
    ['-after.qty % 2', -1],
    ['after.qty * 2147483647', '!overflow'],
    ['after.qty / (after.qty - 5)', '!overflow'],
    ['after.total_cents + after.qty', 4995n],
    ['after.total_cents * 9223372036854775807', '!overflow'],
    ['before.total_cents == 4990', true],
    ['after.qty == after.total_cents', false],
    ['after.total_cents > after.weight', true],
    ['after.weight * 2', 3],
    ['after.weight + after.qty', 6.5],
    ['after.weight > -1.5', true],
    ["after.sku + '!'", 'A-1   !'],
    ["after['odd name']", 'x'],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2147483648', -2147483648],
    ['-9223372036854775808', -9223372036854775808n],
    ['0x10', 16],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })
})

describe('decimals', () => {
  it.each([
    ['coalesce(before.discount, 0)', { precision: 5, scale: 2 }, 1250n],
    ['coalesce(before.discount, 0) + 1', { precision: 6, scale: 2 }, 1350n],
    ['coalesce(before.discount, 0) + 0.125', { precision: 7, scale: 3 }, 12625n],
    ['coalesce(before.discount, 0) * 1.5', { precision: 7, scale: 3 }, 18750n],
    ['2 * coalesce(before.discount, 0)', { precision: 6, scale: 2 }, 2500n],
    ['2.0 * 3', { precision: 3, scale: 1 }, 60n],
    ['scaled(after.total_cents, 2)', { precision: 19, scale: 2 }, 4990n],
    ['scaled(after.total_cents, 2) - 49.9', { precision: 20, scale: 2 }, 0n],
    ['true ? 1 : 2.5', { precision: 11, scale: 1 }, 10n],
    ['-12.50', { precision: 4, scale: 2 }, -1250n],
    ['0.05', { precision: 2, scale: 2 }, 5n],
  ])('%s is exact', (text, type, value) => {
    expect(compiled(text).type).toEqual({ kind: 'decimal', ...type })
    expect(outcome(text)).toBe(value)
  })

  it.each([
    ["scaled(after.total_cents, 2) >= decimal('49.90')", true],
    ['scaled(after.total_cents, 2) == 49.9', true],
    ['scaled(after.total_cents, 2) < 50', true],
    ['after.total_cents > 49.5', true],
    ['before.discount == 12.5', true],
    ['before.discount == 12.505', false],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it('have 38 digits at most, and more of them are class overflow', () => {
    const cents = 'scaled(after.total_cents, 2)'
    expect(outcome(`${cents} * ${'9'.repeat(37)}.0`)).toBe('!overflow')
    expect(outcome(`${cents} + decimal('${'9'.repeat(38)}')`)).toBe('!overflow')
  })
})

describe('blank-padded text', () => {
  it.each([
    ["after.sku == 'A-1'", true],
    ["after.sku == 'A-1 '", true],
    ["after.sku != 'A-1'", false],
    ["after.sku > 'A-1'", false],
    ["upper(after.sku) == 'A-1'", true],
    ["(true ? after.sku : 'B') == 'A-1'", true],
    ["coalesce(after.sku, 'B') == 'A-1'", true],
    ["nullIf(after.sku, 'A-1') == null", true],
    ["after.sku == ' A-1'", false],
    ["after.email == 'ann@example.org '", false],
    ["trim(after.sku) + '|'", 'A-1|'],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })
})

describe('what is not used', () => {
  it.each([
    ["coalesce('a', string(ymd(after.qty)))", 'a'],
    ['after.qty == 5 || ymd(after.qty) == ymd(19700101)', true],
    ['after.qty == 4 && ymd(after.qty) == ymd(19700101)', false],
    ['after.qty == 5 ? 1 : int(after.sku)', 1],
    ["coalesce(before.spare, int(after['odd name']))", '!decode'],
  ])('raises nothing: %s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })
})
