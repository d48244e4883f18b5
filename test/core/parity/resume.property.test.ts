import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Comparator, type SpilledAggregate } from '../../../src/core/parity/comparator.ts'
import type { Comparison } from '../../../src/core/parity/comparison.ts'
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import { decodeComparator, encodeComparator } from '../../../src/core/parity/saved-comparator.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'
import { bridgeEvents, comparison, mixed, nativeEvents, verdictsOf, windowMs } from './streams.ts'

const declarations = [comparison(), comparison({ match: [] })]

/** A native stream in which anything may be lost, copied, delayed, or changed. */
const streams = fc
  .record({
    bridge: fc.constant(bridgeEvents(100)),
    happens: fc.array(fc.constantFrom('nothing', 'nothing', 'lost', 'copied', 'delayed', 'late', 'changed'), {
      minLength: 100,
      maxLength: 100,
    }),
  })
  .map(({ bridge, happens }) =>
    mixed(
      bridge,
      nativeEvents(bridge).flatMap((event, at) => happened(event, happens[at] ?? 'nothing')),
    ),
  )

function happened(event: StreamEvent, what: string): readonly StreamEvent[] {
  if (what === 'lost') return []
  if (what === 'copied') return [event, { ...event, atMs: event.atMs + 300 }]
  if (what === 'delayed') return [{ ...event, atMs: event.atMs + 250 }]
  if (what === 'late') return [{ ...event, atMs: event.atMs + 2 * windowMs }]
  return what === 'changed' && typeof event.fields !== 'string'
    ? [{ ...event, fields: { ...event.fields, customer: null } }]
    : [event]
}

function resumed(comparator: Comparator, declared: Comparison): Comparator {
  const read = decodeComparator(encodeComparator(comparator.saved()), declared.version)
  if (read.kind !== 'saved') throw new Error(read.kind)
  return new Comparator(declared, { saved: read.saved, spilled: [] })
}

const sorted = (verdicts: readonly Verdict[]): readonly string[] => verdicts.map((one) => JSON.stringify(one)).sort()

describe.each(declarations)('a comparator', (declared) => {
  it('gives the same verdicts in the same order when it is resumed from its bytes, wherever that is', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(220), { maxLength: 8 }), (events, places) => {
        const between = (comparator: Comparator, at: number): Comparator =>
          places.includes(at) ? resumed(comparator, declared) : comparator
        const options = { comparison: declared, passEvery: 9 }
        expect(verdictsOf(events, { ...options, between })).toEqual(verdictsOf(events, options))
      }),
      { numRuns: 50 },
    )
  })

  it('gives the same verdicts when all but a few aggregates are spilled after each event', () => {
    fc.assert(
      fc.property(streams, fc.nat(3), (events, keep) => {
        const options = { comparison: declared, passEvery: 9 }
        expect(sorted(spilling(events, { declared, keep }))).toEqual(sorted(verdictsOf(events, options)))
      }),
      { numRuns: 30 },
    )
  })

  it('keeps nothing of aggregates of which all has been judged', () => {
    const events = mixed(bridgeEvents(100), nativeEvents(bridgeEvents(100)))
    let comparator = new Comparator(declared)
    verdictsOf(events, { comparison: declared, between: (one) => (comparator = one) })
    expect(comparator.saved().live).toEqual([])
    expect(comparator.pendingSinceMs()).toBeNull()
  })
})

/** As a shell does it: a store beside the comparator, from which is restored what is needed. */
function spilling(
  events: readonly StreamEvent[],
  { declared, keep }: { readonly declared: Comparison; readonly keep: number },
): readonly Verdict[] {
  const store = new Map<string, SpilledAggregate>()
  const restore = (comparator: Comparator, aggregate: string): void => {
    const stored = store.get(aggregate)
    if (stored === undefined) throw new Error(`${aggregate} is not in the store`)
    comparator.restore(stored)
    store.delete(aggregate)
  }
  class Spilling extends Comparator {
    override take(event: StreamEvent): readonly Verdict[] {
      if (this.isSpilled(event.aggregate)) restore(this, event.aggregate)
      const verdicts = super.take(event)
      for (const one of this.spill(keep)) store.set(one.aggregate, one)
      return verdicts
    }

    override pass(watermarks: Parameters<Comparator['pass']>[0]): readonly Verdict[] {
      for (const aggregate of this.dueSpilled(watermarks)) restore(this, aggregate)
      return super.pass(watermarks)
    }
  }
  return verdictsOf(events, { comparison: declared, passEvery: 9, comparator: new Spilling(declared) })
}
