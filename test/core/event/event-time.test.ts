import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rfc3339 } from '../../../src/core/event/event-time.ts'

describe('the time of an event', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000Z'],
    [1_769_853_600_123_456n, '2026-01-31T10:00:00.123456Z'],
    [-1n, '1969-12-31T23:59:59.999999Z'],
    [-1_000_000n, '1969-12-31T23:59:59.000000Z'],
    [253_402_300_799_999_999n, '9999-12-31T23:59:59.999999Z'],
    [-62_167_219_200_000_000n, '0000-01-01T00:00:00.000000Z'],
  ])('%d µs is %s', (us, text) => {
    expect(rfc3339(us)).toBe(text)
  })

  it.each([253_402_300_800_000_000n, -62_167_219_200_000_001n, 2n ** 63n - 1n])('%d µs has no RFC 3339 form', (us) => {
    expect(() => rfc3339(us)).toThrow('a time outside the years 0000 to 9999')
  })

  it('orders as text as it orders as a number', () => {
    const anyTime = fc.bigInt({ min: -62_167_219_200_000_000n, max: 253_402_300_799_999_999n })
    fc.assert(fc.property(anyTime, anyTime, (a, b) => rfc3339(a) < rfc3339(b) === a < b))
  })

  it('reads back, to the millisecond, as what the platform says', () => {
    const anyTime = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n })
    fc.assert(fc.property(anyTime, (us) => Date.parse(rfc3339(us)) === Number(us / 1000n)))
  })
})
