import { describe, expect, it } from 'vitest'
import { decimalText, eventJson } from '../../../src/core/event/event-json.ts'
import { paidContract } from './contracts.ts'

describe('an event as JSON', () => {
  it('loses no digit and no zone', () => {
    const text = eventJson(paidContract, {
      id: '42',
      total: -4990n,
      paidOn: 20_484,
      at: 1_769_853_600_123_456n,
      localAt: 0n,
      count: 1,
      big: 2n ** 60n,
      ratio: null,
      small: 1.5,
      open: true,
      raw: Buffer.from([1, 255]),
      payer: { name: 'Ann' },
      lines: [{ sku: 'A' }, { sku: null }],
    })
    expect(text).toBe(
      '{"id":"42","total":"-49.90","paidOn":"2026-01-31","at":"2026-01-31T10:00:00.123456Z",' +
        '"localAt":"1970-01-01T00:00:00.000000","count":1,"big":1152921504606846976,"ratio":null,"small":1.5,' +
        '"open":true,"raw":"01ff","payer":{"name":"Ann"},"lines":[{"sku":"A"},{"sku":null}]}',
    )
  })

  it.each([
    [{ paidOn: 2 ** 31 - 1 }, { paidOn: '+5881580-07-11' }],
    [{ paidOn: -(2 ** 31) }, { paidOn: '-5877641-06-23' }],
    [{ at: 2n ** 63n - 1n }, { at: '+294247-01-10T04:00:54.775807Z' }],
    [{ localAt: -(2n ** 63n) }, { localAt: '-290308-12-21T19:59:05.224192' }],
    [{ at: 576_203_328_000_000_000n }, { at: '+20229-02-27T00:00:00.000000Z' }],
  ])('has a sign before a year that has not four digits: %o', (fields, shown) => {
    expect(JSON.parse(eventJson(paidContract, fields))).toMatchObject(shown)
  })

  it.each([
    [5n, 2, '0.05'],
    [-5n, 2, '-0.05'],
    [1234n, 0, '1234'],
    [-1234n, 3, '-1.234'],
    [0n, 2, '0.00'],
  ])('%d with scale %i is %s', (unscaled, scale, text) => {
    expect(decimalText(unscaled, scale)).toBe(text)
  })
})
