import { describe, expect, it } from 'vitest'
import { after, before, frameOf, outcome } from '../rows.ts'
import { compiled, updateScope } from '../scopes.ts'

describe('lists', () => {
  it.each([
    ["after.status in ['P', 'S']", true],
    ['after.qty in [1, 2]', false],
    ['after.weight in [1.5, 2]', true],
    ["after.sku in ['A-1']", true],
    ['[1, 2, 3].exists(x, x > after.qty)', false],
    ['[1, 2, 3].all(x, x < after.qty)', true],
    ['size([1, 2, 3].filter(x, x != 2))', 2],
    ['sum([1, 2, 3].map(x, x * after.qty))', 30],
    ['sum([0.5, 1].map(x, x * 2))', 30n],
    ['[[1, 2], [3]].map(xs, sum(xs)).exists(x, x == 3)', true],
    ['[1].exists(after, after == 1)', true],
    ["split('a;b', ';') == null", false],
    ["at(split('a;b', ';'), 1)", 'b'],
    ['size(split(after.sku, "-"))', 2],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it.each([
    ['[1, 2.5]', [10n, 25n]],
    ['[1, 3000000000]', [1n, 3000000000n]],
    ['[after.qty, after.total_cents]', [5n, 4990n]],
    ["[null, 'a']", [null, 'a']],
    ['[after.spare, 1].map(x, coalesce(x, 0) + 1)', [8, 2]],
  ])('%s has elements of one type', (text, value) => {
    expect(outcome(text)).toEqual(value)
  })

  it('hide a name of the rule behind their variable', () => {
    const scope = updateScope()
    const lets = new Map([['x', compiled('after.sku', scope)]])
    expect(compiled('[1, 2].map(x, x + 1)', { ...scope, lets }).evaluate(frameOf([before, after]))).toEqual([2, 3])
    expect(compiled('[1, 2].map(y, x)', { ...scope, lets }).evaluate(frameOf([before, after]))).toEqual([
      'A-1   ',
      'A-1   ',
    ])
  })

  it('nest to a depth, each with its own variable', () => {
    expect(outcome('[1, 2].map(x, sum([10, 20].map(y, sum([100].map(z, x + y + z)))))')).toEqual([232, 234])
  })
})
