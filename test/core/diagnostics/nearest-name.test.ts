import { describe, expect, it } from 'vitest'
import { nearestName, suggestion } from '../../../src/core/diagnostics/nearest-name.ts'

describe('the nearest name', () => {
  it.each([
    ['statos', ['status', 'state'], 'status'],
    ['Status', ['status'], 'status'],
    ['tsatus', ['status'], 'status'],
    ['quantity', ['order_id', 'sku', 'qty'], 'qty'],
    ['customer_no', ['cust_no', 'name'], 'cust_no'],
    ['del', ['id', 'del_flg'], 'del_flg'],
    ['quantity', ['id', 'it'], null],
    ['price', ['status', 'sku'], null],
    ['x', [], null],
  ])('of %s among %j is %s', (name, names, nearest) => {
    expect(nearestName(name, names)).toBe(nearest)
  })

  it('is suggested before what there is', () => {
    expect(
      suggestion(
        'quantity',
        new Map([
          ['sku', 1],
          ['qty', 2],
        ]).keys(),
      ),
    ).toBe('did you mean "qty"? (have sku, qty)')
  })
})
