import { describe, expect, it } from 'vitest'
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import type { Comparison } from '../../../src/core/parity/comparison.ts'
import { mutations, type Mutation } from './mutations.ts'
import { bridgeEvents, comparison, findings, mixed, nativeEvents, verdictsOf } from './streams.ts'

const ways: readonly { readonly way: 'byField' | 'aligned'; readonly declared: Comparison }[] = [
  { way: 'byField', declared: comparison() },
  { way: 'aligned', declared: comparison({ match: 'alignment' }) },
]

function altered(
  native: readonly StreamEvent[],
  mutationOf: (aggregate: string) => Mutation | undefined,
): readonly StreamEvent[] {
  const byAggregate = Map.groupBy(native, ({ aggregate }) => aggregate)
  return [...byAggregate].flatMap(([aggregate, events]) => {
    const [a, b, c, d, e] = events
    const mutation = mutationOf(aggregate)
    if (mutation === undefined || a === undefined || b === undefined || c === undefined) return events
    return d === undefined || e === undefined ? events : mutation.alter([a, b, c, d, e])
  })
}

describe.each(ways)('a comparator that pairs $way', ({ way, declared }) => {
  it.each(mutations)('names what is wrong with a native stream: $name', ({ alter, name, ...expected }) => {
    const bridge = bridgeEvents(100)
    const mutation = { alter, name, ...expected }
    const native = altered(nativeEvents(bridge), (aggregate) => (aggregate === 'order-7' ? mutation : undefined))
    expect(findings(verdictsOf(mixed(bridge, native), { comparison: declared, passEvery: 7 })).toSorted()).toEqual(
      expected[way].toSorted(),
    )
  })

  it('finds nothing wrong with a native stream of 100,000 events that is right in other forms', () => {
    const bridge = bridgeEvents(100_000)
    const verdicts = verdictsOf(mixed(bridge, nativeEvents(bridge)), { comparison: declared })
    expect(findings(verdicts)).toEqual([])
    expect(verdicts).toHaveLength(bridge.length)
  })

  it('finds all that is wrong in 100,000 events, and nothing else', () => {
    const bridge = bridgeEvents(100_000)
    const mutated = new Map<string, Mutation>()
    for (let number = 0; number < 20_000; number += 100) {
      const mutation = mutations[(number / 100) % mutations.length]
      if (mutation !== undefined) mutated.set(`order-${number}`, mutation)
    }
    const native = altered(nativeEvents(bridge), (aggregate) => mutated.get(aggregate))
    const verdicts = verdictsOf(mixed(bridge, native), { comparison: declared })
    const found = Map.groupBy(verdicts, ({ aggregate }) => aggregate.replace('!', ''))
    const wrong = [...found].map(([aggregate, ofOne]) => [aggregate, findings(ofOne).toSorted()] as const)
    expect(new Map(wrong.filter(([, list]) => list.length > 0))).toEqual(
      new Map([...mutated].map(([aggregate, mutation]) => [aggregate, mutation[way].toSorted()])),
    )
  })

  it('names a stream that has stalled, and not each of its events as left out', () => {
    const bridge = bridgeEvents(20_000)
    const native = nativeEvents(bridge).slice(0, 5_000)
    const found = findings(verdictsOf(mixed(bridge, native), { comparison: { ...declared, stalledMs: 50_000 } }))
    expect(new Set(found)).toEqual(new Set(['missing-in-native native has stalled']))
    expect(found).toHaveLength(15_000)
  })
})
