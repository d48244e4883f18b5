/** The native fulfilment service, which knows nothing of mappings, against falsework's translation of the same story. */
import { describe, expect, it } from 'vitest'
import type { OutboxEvent } from '../../demo/fulfilment/orders/order-events.ts'
import { readContracts } from '../../demo/fulfilment/contracts.ts'
import { readableFields } from '../../src/core/event/event-json.ts'
import type { Contract } from '../../src/core/event/contract/contract.ts'
import type { Outcome } from '../../src/core/mapping/run/translate.ts'
import { rawLogOf, told } from './fulfilment-story.ts'
import { story } from './plans.ts'
import { checked, outcomesOf } from './translated-story.ts'

const orderMappings = ['order-lifecycle', 'order-placed']
const seeds = [1, 2, 3, 4, 5]
const stories = new Map(
  seeds.map((seed) => {
    const plan = story(seed, { before: 120, then: 600 })
    return [seed, { outcomes: outcomesOf(plan), rawLog: rawLogOf(plan) }]
  }),
)
const publications = checked.mappings.flatMap(({ mapping }) =>
  mapping !== null && orderMappings.includes(mapping.name) ? mapping.publications : [],
)
const contracts = new Map(publications.map(({ contract }) => [contract.event, contract]))

function storyOf(seed: number) {
  const found = stories.get(seed)
  if (found === undefined) throw new Error(`no story ${seed}`)
  return found
}

interface Readable {
  readonly event: string
  readonly key: string
  readonly fields: Readonly<Record<string, unknown>>
}

function native({ mapping, scope, event, version, key, subject, timeUs, fields }: OutboxEvent): Readable {
  const contract = contractOf(event)
  // Raises an error when the contract has no such value.
  contract.encode(fields)
  const about = {
    mapping,
    event,
    version,
    key,
    subject: subject ?? key,
    timeUs,
    fields: readableFields(contract, fields),
  }
  expect(scope).toMatch(/^[1-4]$/)
  return about
}

function contractOf(event: string): Contract {
  const contract = contracts.get(event)
  if (contract === undefined) throw new Error(`no mapping publishes ${event}`)
  return contract
}

const bridged = (outcomes: readonly Outcome[]): readonly Readable[] =>
  outcomes.flatMap((outcome) => {
    if (outcome.kind !== 'event' || !orderMappings.includes(outcome.event.publication.mapping)) return []
    const { publication, key, subject, timeUs, fields } = outcome.event
    const { contract, mapping } = publication
    const { event, version } = contract
    return [{ mapping, event, version, key, subject, timeUs, fields: readableFields(contract, fields) }]
  })

const byKey = (events: readonly Readable[]) => Object.fromEntries(Map.groupBy(events, ({ key }) => key))

describe('the fulfilment service', () => {
  it.each(seeds)('tells of every order what falsework tells, in the order of each key (seed %i)', (seed) => {
    const { outcomes, rawLog } = storyOf(seed)
    const expected = bridged(outcomes)
    expect(new Set(expected.map(({ event }) => event)).size).toBe(7)
    expect(byKey(told(rawLog).events.map(native))).toEqual(byKey(expected))
  })

  it.each(seeds)('sets aside the orders that falsework sets aside (seed %i)', (seed) => {
    const { outcomes, rawLog } = storyOf(seed)
    const letters = outcomes.flatMap((outcome) =>
      outcome.kind === 'failed' && orderMappings.includes(outcome.mapping.name) ? [outcome] : [],
    )
    expect(letters.length).toBeGreaterThan(0)
    expect(told(rawLog).setAside).toHaveLength(letters.length)
  })

  it('with its bug tells another state before the dispatch of some orders, and nothing else that is wrong', () => {
    for (const seed of seeds) {
      const { rawLog } = storyOf(seed)
      const [right, wrong] = [told(rawLog), told(rawLog, 'believedPaid')].map(({ events }) => events.map(native))
      const differing = (wrong ?? []).flatMap((event, at) =>
        JSON.stringify(event.fields) === JSON.stringify(right?.[at]?.fields) ? [] : [{ event, sound: right?.[at] }],
      )
      const shipped = (right ?? []).filter(({ event }) => event === 'OrderShipped')
      expect(differing.length).toBeGreaterThan(shipped.length * 0.02)
      expect(differing.length).toBeLessThan(shipped.length * 0.4)
      for (const { event, sound } of differing) {
        expect(event.event).toBe('OrderShipped')
        expect(event).toEqual({ ...sound, fields: { ...sound?.fields, previousStatus: 'PAID' } })
      }
    }
  })

  it('publishes by the contracts of the two mappings, all of them and no other', () => {
    const names = readContracts().map(({ event }) => event)
    expect(names.sort()).toEqual([...contracts.keys()].sort())
  })
})

describe('a store whose fence stands', () => {
  it('is not followed: what the shop writes there all the same is not how its orders are', () => {
    const { rawLog } = storyOf(1)
    const { events } = told(rawLog, 'known', (store) => store === 2)
    expect(events.length).toBeGreaterThan(0)
    expect(events).toEqual(told(rawLog).events.filter(({ scope }) => scope !== '2'))
  })
})
