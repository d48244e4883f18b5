import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketsMax, rated, emptyRate, type ParityRate } from '../../../src/core/parity/rate.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'

const verdict = (atMs: number, outcome: Verdict['outcome'] = 'match'): Verdict => ({
  outcome,
  type: 'OrderPlaced',
  aggregate: 'order-1',
  atMs,
  firstMs: atMs,
  places: { bridge: null, native: null },
  causes: [],
})

/** From a minute to decades apart. */
const verdicts = fc.array(
  fc
    .tuple(fc.oneof(fc.nat(200_000), fc.nat(2e9), fc.nat(1e12)), fc.constantFrom<Verdict['outcome']>('match', 'late'))
    .map(([atMs, outcome]) => verdict(atMs, outcome)),
  { maxLength: 40 },
)

const sums = ({ buckets }: ParityRate): readonly number[] => [
  buckets.reduce((sum, { matches }) => sum + matches, 0),
  buckets.reduce((sum, { others }) => sum + others, 0),
]

describe('the rate of matches over time', () => {
  it('loses no count, whatever is joined, and has a bounded number of buckets in their order', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { maxLength: 6 }), (batches) => {
        const rate = batches.reduce(rated, emptyRate)
        const all = batches.flat()
        const matches = all.filter(({ outcome }) => outcome === 'match').length
        expect(sums(rate)).toEqual([matches, all.length - matches])
        const times = rate.buckets.map(({ fromMs }) => fromMs)
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
        expect(times.every((fromMs) => fromMs % rate.widthMs === 0)).toBe(true)
        expect(((times.at(-1) ?? 0) - (times[0] ?? 0)) / rate.widthMs).toBeLessThan(bucketsMax)
        expect(JSON.parse(JSON.stringify(rate))).toEqual(rate)
      }),
    )
  })

  it('counts the same however the verdicts came', () => {
    fc.assert(
      fc.property(verdicts, fc.nat(40), (all, at) => {
        const parts = [all.slice(at), all.slice(0, at)].reduce(rated, emptyRate)
        expect(parts).toEqual(rated(emptyRate, all))
      }),
    )
  })

  it('has minutes for a few hours, and doubles them when there is no more room', () => {
    const minutes = (count: number): readonly Verdict[] =>
      Array.from({ length: count }, (_, at) => verdict(at * 60_000))
    expect(rated(emptyRate, minutes(bucketsMax))).toMatchObject({ widthMs: 60_000 })
    const doubled = rated(emptyRate, minutes(bucketsMax + 1))
    expect(doubled.widthMs).toBe(120_000)
    expect(doubled.buckets[0]).toEqual({ fromMs: 0, matches: 2, others: 0 })
  })
})
