import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { keyBytesMax, rowKey, rowRange } from '../../../src/core/rows/stored/store-key.ts'
import { imageOf } from '../images.ts'

const orders = rowRange(tableName('shop', 'orders'))
const keyOf = (...values: readonly unknown[]): string =>
  rowKey(orders.from, imageOf(Object.fromEntries(values.map((value, at) => [`c${at}`, value]))))

const whole = fc.oneof(fc.maxSafeInteger(), fc.bigInt(-(2n ** 63n), 2n ** 64n), fc.integer({ min: -300, max: 300 }))
const text = fc.string({ unit: 'binary', maxLength: 12 })

describe('the key of a row', () => {
  it('keeps the order of whole numbers of any size', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const order = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0
        expect(compared(keyOf(a), keyOf(b))).toBe(order)
      }),
    )
  })

  it('keeps the order of texts, which is that of their bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compared(keyOf(a), keyOf(b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })

  it('is another one for other values, wherever one value ends and the next begins', () => {
    const value = fc.oneof(whole, text, fc.boolean(), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), fc.array(value, { maxLength: 3 }), (a, b) => {
        expect(keyOf(...a) === keyOf(...b)).toBe(spelled(a) === spelled(b))
      }),
    )
  })

  it('orders keys of several columns by the first that differs', () => {
    expect([keyOf(2, 'a'), keyOf(1, 'b'), keyOf(1, 'a'), keyOf(1, 'a\u0000')].toSorted()).toStrictEqual([
      keyOf(1, 'a'),
      keyOf(1, 'a\u0000'),
      keyOf(1, 'b'),
      keyOf(2, 'a'),
    ])
  })

  it('stands in the range of its table and in that of no other', () => {
    const key = keyOf('z'.repeat(100))
    const others = [tableName('shop', 'order'), tableName('shop', 'orders2'), tableName('shop', 'order\u00e4')]
    expect(key >= orders.from && key < orders.to).toBe(true)
    expect(others.map(rowRange).filter(({ from, to }) => key >= from && key < to)).toStrictEqual([])
  })

  it('is hashed when it is longer than a store takes, and still tells rows apart', () => {
    const long = 'x'.repeat(5_000)
    expect(keyOf(long).length).toBeLessThanOrEqual(keyBytesMax)
    expect(keyOf(`${long}a`)).not.toBe(keyOf(`${long}b`))
    expect(keyOf(`${long}a`)).toBe(keyOf(`${long}a`))
  })

  it('holds one byte in each character', () => {
    fc.assert(
      fc.property(text, (value) => {
        const key = keyOf(value)
        expect(Buffer.from(key, 'latin1').toString('latin1')).toBe(key)
      }),
    )
  })
})

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Numbers that are equal are one, bigints or not; a negative zero is zero. */
const spelled = (values: readonly unknown[]): string =>
  values
    .map((value) =>
      typeof value === 'string' ? JSON.stringify(value) : `${typeof value === 'boolean'}${String(value)}`,
    )
    .join()
