import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../../src/core/expression/types/scope.ts'
import { after, before, outcome } from '../rows.ts'
import { compiled, insertScope } from '../scopes.ts'

describe('null', () => {
  it.each([
    ['after.discount', null],
    ["after.email == null ? '-' : after.email", 'ann@example.org'],
    ['before.spare == null', true],
    ['after.spare == null', false],
    ['before.spare == after.spare', false],
    ['before.spare == before.spare', true],
    ['before.spare != 0', true],
    ['null == null', true],
    ['before.spare in [1, null]', true],
    ['before.spare in [1, 7]', false],
    ['upper(before.email)', 'ANN@EXAMPLE.ORG'],
    ['string(before.paid_at)', null],
    ['coalesce(before.spare, after.spare, 9)', 7],
    ['coalesce(before.spare, null)', null],
    ['nullIf(after.qty, 5)', null],
    ['nullIf(after.qty, before.spare)', 5],
    ['nullIf(after.weight, 1.5)', null],
    ['at([1, 2], after.qty)', null],
    ['false ? after.email : null', null],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it('is what everything of a row that is not there gives', () => {
    const inserted: Frame = [null, after]
    expect(outcome('before.qty', inserted)).toBeNull()
    expect(outcome('before == null', inserted)).toBe(true)
    expect(outcome('coalesce(before.qty, 0)', inserted)).toBe(0)
    expect(outcome('upper(before.sku)', inserted)).toBeNull()
    expect(outcome('letter(before.status)', inserted)).toBeNull()
    expect(outcome('(before == null ? after : before).qty', inserted)).toBe(5)
  })
})

describe('a condition narrows', () => {
  it.each([
    'after.spare == null ? 0 : after.spare + 1',
    'after.spare != null ? after.spare + 1 : 0',
    'null != after.spare ? after.spare + 1 : 0',
    '!(after.spare == null) ? after.spare + 1 : 0',
    'after.spare == null || before.spare == null ? 0 : after.spare + before.spare',
    'after.spare != null && after.spare > 1 ? 1 : 0',
    'after.spare == null || after.spare > 1 ? 1 : 0',
    'after.spare == 7 ? after.spare + 1 : 0',
    'after.spare != 7 ? 0 : after.spare + 1',
  ])('%s', (text) => {
    expect(compiled(text).nullable).toBe(false)
  })

  it.each([
    'after.spare == null ? after.spare + 1 : 0',
    'after.spare != 7 ? after.spare + 1 : 0',
    'after.spare != null || after.spare > 1 ? 1 : 0',
    'after.spare == null && after.spare > 1 ? 1 : 0',
    'before.spare != null ? after.spare + 1 : 0',
    '(after.spare != null ? 1 : 0) + after.spare',
    'after.spare == before.spare ? after.spare + 1 : 0',
    '[null, 1].exists(x, x != null) ? [null, 1].map(x, x + 1) : [0]',
  ])('not so: %s', (text) => {
    expect(() => compiled(text)).toThrow('FW2210')
  })

  it('the row with its column', () => {
    const text = 'before.qty != null ? before.qty + before.total_cents : 0'
    expect(outcome(text, [before, after])).toBe(4993n)
    expect(outcome(text, [null, after])).toBe(0n)
  })

  it('not a variable of the same name', () => {
    expect(() => compiled('before != null ? [null, 1].map(before, before + 1) : [0]', insertScope())).toThrow('FW2210')
  })
})
