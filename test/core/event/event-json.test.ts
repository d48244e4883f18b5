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

  it('shows a day that no calendar here reaches as a number of days', () => {
    expect(JSON.parse(eventJson(paidContract, { paidOn: 2 ** 31 - 1 }))).toMatchObject({ paidOn: '2147483647 days' })
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
