import { describe, expect, it } from 'vitest'
import { Comparator } from '../../../src/core/parity/comparator.ts'
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import type { Comparison } from '../../../src/core/parity/comparison.ts'
import { altered, mutations, type Mutation } from './mutations.ts'
import { bridgeEvents, comparison, fieldsOf, findings, mixed, nativeEvents, verdictsOf } from './streams.ts'

interface Way {
  readonly name: string
  readonly way: 'byField' | 'aligned'
  readonly declared: Comparison
}

const byField = comparison()
const aligned = comparison({ match: [] })
const both = { ...byField, types: { ...byField.types, 'shop.OrderPlaced': aligned.types['shop.OrderPlaced'] } }

const ways: readonly Way[] = [
  { name: 'by a field', way: 'byField', declared: byField },
  { name: 'by alignment', way: 'aligned', declared: aligned },
  { name: 'each type in its way', way: 'byField', declared: both as Comparison },
]

describe.each(ways)('a comparator that pairs $name', ({ way, declared }) => {
  it.each(mutations)('names what is wrong with a native stream: $name', ({ alter, name, ...expected }) => {
    const bridge = bridgeEvents(100)
    const mutation = { alter, name, ...expected }
    const native = altered(nativeEvents(bridge), (aggregate) => (aggregate === 'order-7' ? mutation : undefined))
    expect(findings(verdictsOf(mixed(bridge, native), { comparison: declared, passEvery: 7 })).toSorted()).toEqual(
      expected[way].toSorted(),
    )
  })

  it.each([
    { name: 'wrong field', outcome: 'field-mismatch', sides: ['bridge', 'native'] },
    { name: 'drop', outcome: 'missing-in-native', sides: ['bridge'] },
    { name: 'duplicate', outcome: 'duplicate', sides: ['native'] },
    { name: 'extra of another type', outcome: 'extra', sides: ['native'] },
  ])('tells where the records stand, on each side that has one: $name', ({ name, outcome, sides }) => {
    const bridge = bridgeEvents(100)
    const mutation = mutations.find((one) => one.name === name)
    const native = altered(nativeEvents(bridge), (aggregate) => (aggregate === 'order-7' ? mutation : undefined))
    const verdicts = verdictsOf(mixed(bridge, native), { comparison: declared, passEvery: 7 })
    const third = bridge.filter(({ aggregate }) => aggregate === 'order-7')[2]
    const place = { partition: third?.partition, offset: third?.offset }
    const placeOn = (side: string) => (sides.includes(side) ? place : null)
    expect(verdicts.filter((one) => one.outcome === outcome).map(({ places }) => places)).toEqual([
      { bridge: placeOn('bridge'), native: placeOn('native') },
    ])
  })

  it('finds nothing wrong with a native stream of 20,000 events that is right in other forms', () => {
    const bridge = bridgeEvents(20_000)
    const verdicts = verdictsOf(mixed(bridge, nativeEvents(bridge)), { comparison: declared })
    expect(findings(verdicts)).toEqual([])
    expect(verdicts).toHaveLength(bridge.length)
  })

  it('finds all that is wrong in 20,000 events, and nothing else', () => {
    const bridge = bridgeEvents(20_000)
    const mutated = new Map<string, Mutation>()
    for (let number = 0; number < 4_000; number += 20) {
      const mutation = mutations[(number / 20) % mutations.length]
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

  it('takes no stream for stalled where nothing waits, however far its last event is behind', () => {
    const bridge = bridgeEvents(100)
    const native = nativeEvents(bridge).map((event) => ({ ...event, atMs: (bridge[0]?.atMs ?? 0) + 1 }))
    const comparator = new Comparator({ ...declared, stalledMs: 100 })
    const taken = mixed(bridge, native)
    for (const event of taken.slice(0, -1)) comparator.take(event)
    const waiting = comparator.stalled()
    for (const event of taken.slice(-1)) comparator.take(event)
    expect([waiting, comparator.stalled()]).toEqual(['native', null])
  })

  const mirrored = mutations.filter(({ name }) =>
    ['drop', 'duplicate', 'late', 'extra', 'wrong partition'].includes(name),
  )
  it.each(mirrored)('names the same of the bridge: $name', (mutation) => {
    const bridge = bridgeEvents(100)
    const native = altered(nativeEvents(bridge), (aggregate) => (aggregate === 'order-7' ? mutation : undefined))
    const events = mixed(native.map(onOtherSide), bridge.map(onOtherSide))
    const found = findings(verdictsOf(events, { comparison: declared, passEvery: 7 }))
    expect(found.toSorted()).toEqual(mutation[way].map(otherWords).toSorted())
  })
})

describe.each([byField, aligned])('a comparator with a tolerance', (declared) => {
  it('takes for equal what is no further apart, and for nothing else', () => {
    const withTolerance = Object.entries(declared.types).map(([type, one]) => [
      type,
      { ...one, tolerance: { total: '0.05', placedAt: '2' } },
    ])
    const bridge = bridgeEvents(100)
    const native = nativeEvents(bridge).map((event, at) => {
      const fields = { ...fieldsOf(event), placedAt: '2026-11-30T12:00:02+02:00' }
      return { ...event, fields: at === 7 ? { ...fields, placedAt: '2026-11-30T12:00:03+02:00' } : fields }
    })
    const comparison = { ...declared, types: Object.fromEntries(withTolerance) as Comparison['types'] }
    const verdicts = verdictsOf(mixed(bridge, native), { comparison })
    expect(findings(verdicts)).toEqual(['field-mismatch placedAt: another instant'])
    expect(verdicts).toHaveLength(bridge.length)
  })
})

const onOtherSide = (event: StreamEvent): StreamEvent => ({
  ...event,
  side: event.side === 'bridge' ? 'native' : 'bridge',
})

const otherWords = (finding: string): string =>
  finding.replaceAll(/bridge|native/g, (word) => (word === 'bridge' ? 'native' : 'bridge'))

describe('a comparator that aligns an aggregate with many events', () => {
  const declared = comparison({ match: [] })
  const hot = (events: readonly StreamEvent[]): readonly StreamEvent[] =>
    events.map((event) => ({ ...event, aggregate: 'order-0' }))
  const bridge = hot(bridgeEvents(3_000))

  it('closes gaps before they are due, and reports that, but not what lags', () => {
    const native = hot(nativeEvents(bridgeEvents(3_000)))
      .map((event, at) => ({ ...event, atMs: (bridge[at]?.atMs ?? 0) + 500 }))
      .filter((_, at) => at !== 1_000)
    expect(findings(verdictsOf(mixed(bridge, native), { comparison: declared }))).toEqual([
      'uncomparable more than 1000 events of one aggregate wait',
    ])
  })

  it('waits for no more than a thousand when the other stream has nothing', () => {
    const found = findings(verdictsOf(bridge, { comparison: declared, passEvery: 5_000 }))
    expect(found.filter((one) => one.startsWith('uncomparable'))).toHaveLength(2)
    expect(found.filter((one) => one.startsWith('missing-in-native'))).toHaveLength(3_000 - 2 * 1_001)
  })
})
