import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTransaction, isVisible, parseVisible } from '../../../src/core/audit/visible-transactions.ts'

const bits = (xid: bigint): string => BigInt.asUintN(32, xid).toString()

describe('a snapshot of PostgreSQL', () => {
  it('is read with its transactions in progress, none of them included', () => {
    expect(parseVisible('10:20:12,15')).toEqual({ xmin: 10n, xmax: 20n, inProgress: new Set([12n, 15n]) })
    expect(parseVisible('10:10:')).toEqual({ xmin: 10n, xmax: 10n, inProgress: new Set() })
    expect(['', '10:20', '10:20:,', 'a:b:'].map(parseVisible)).toEqual([null, null, null, null])
  })

  it('sees as pg_visible_in_snapshot does, in any epoch, by the lower 32 bits alone', () => {
    const xid = fc.bigInt(4n, 2n ** 63n)
    const near = fc.bigInt(-1_000n, 1_000n)
    fc.assert(
      fc.property(xid, fc.array(fc.bigInt(0n, 50n), { maxLength: 5 }), near, (xmin, offsets, delta) => {
        const inProgress = new Set(offsets.map((offset) => xmin + offset))
        const visible = { xmin, xmax: xmin + 51n, inProgress }
        const asked = xmin + delta < 3n ? 3n : xmin + delta
        const expected = asked < xmin || (asked < visible.xmax && !inProgress.has(asked))
        expect(isVisible(visible, bits(asked))).toBe(expected)
      }),
    )
  })

  it('tells its own transaction by 32 bits', () => {
    const xid = 2n ** 33n + 7n
    expect([isTransaction(xid, '7'), isTransaction(xid, '8')]).toEqual([true, false])
  })
})
