/** What the fulfilment service does in stores that it owns: where it may, what it decides, and what its journal says. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fence } from '../../demo/fulfilment/legacy/fences.ts'
import { readRawRecord } from '../../demo/fulfilment/legacy/raw-record.ts'
import { LegacyTransactions } from '../../demo/fulfilment/legacy/transactions.ts'
import type { Dossier, Dossiers } from '../../demo/fulfilment/orders/dossier.ts'
import { factOf } from '../../demo/fulfilment/own/fact.ts'
import { totalOf } from '../../demo/fulfilment/own/next-work.ts'
import { hasFollowedTo, ownedEpoch, presentEpoch } from '../../demo/fulfilment/own/owned-stores.ts'
import { decide } from '../../demo/fulfilment/own/work-for-stores.ts'
import type { DoneWork } from '../../demo/fulfilment/store/own-store.ts'
import type { Owners, ScopeOwner } from '../../src/native/index.ts'
import { rawLogOf, told } from './fulfilment-story.ts'
import { story } from './plans.ts'

const ownersOf = (placed: ScopeOwner, lifecycle: ScopeOwner = placed): Owners => ({
  ownerOf: (mapping) => (mapping === 'order-placed' ? placed : lifecycle),
})
const native = (epoch: number): ScopeOwner => ({ owner: 'native', epoch })

const fences = (scope: string, owner: Fence['owner'], epoch: number): readonly Fence[] =>
  ['order-placed', 'order-lifecycle'].map((mapping) => ({ mapping, scope, owner, epoch }))

describe('the fulfilment service works for itself', () => {
  it('in a store that it owns in both mappings', () => {
    expect(ownedEpoch(2, ownersOf(native(4)))).toBe(4)
    expect(ownedEpoch(2, ownersOf(native(4), native(6)))).toBe(6)
    expect(ownedEpoch(2, ownersOf(native(4), { owner: 'none', epoch: 5 }))).toBeNull()
    expect(presentEpoch(2, ownersOf(native(4), { owner: 'none', epoch: 5 }))).toBe(5)
  })

  it('and not before it has followed the shop to the fence of that epoch', () => {
    const owners = ownersOf(native(4))
    expect(hasFollowedTo(2, owners, [])).toBe(false)
    expect(hasFollowedTo(2, owners, fences('2', 'native', 2))).toBe(false)
    expect(hasFollowedTo(2, owners, fences('2', 'legacy', 4))).toBe(false)
    expect(hasFollowedTo(2, owners, fences('2', 'native', 4).slice(1))).toBe(false)
    expect(hasFollowedTo(2, owners, fences('2', 'native', 4))).toBe(true)
    expect(hasFollowedTo(2, owners, fences('1', 'native', 4))).toBe(false)
    expect(hasFollowedTo(2, owners, fences('', 'native', 4))).toBe(true)
    expect(hasFollowedTo(2, owners, [...fences('', 'native', 4), ...fences('2', 'legacy', 4)])).toBe(false)
  })
})

const order = (id: string): Dossier => ({
  order: {
    ...{ id, store: 3, buyer: '7', state: 'open', total: 1_000n, currency: 'EUR', discount: null },
    ...{ orderedOn: 20_000, orderedAt: 1n, changedAt: 1n },
    ...{ carrier: null, dispatchedOn: null, cancelReason: null, note: null },
  },
  lines: new Map([[1, { number: 1, sku: 'L0-1', quantity: 2, unitPrice: 500n }]]),
  payments: new Map(),
  parcels: new Map(),
})

/** So many works after each other, on an order that the shop has left. */
function history(seed: number, count: number): { readonly done: readonly DoneWork[]; readonly orders: Dossiers } {
  const orders = new Map([['12', order('12')]])
  const done: DoneWork[] = []
  let latestUs = 1_769_853_600_000_000n
  for (let number = 1; number <= count; number += 1) {
    const work = decide({ number, latestUs, orders }, { store: 3, epoch: 2 }, seed)
    if (work === null) continue
    done.push(work)
    latestUs = work.events.at(-1)?.timeUs ?? latestUs
    if (work.after.order === null) orders.delete(work.orderId)
    else orders.set(work.orderId, work.after)
  }
  return { done, orders }
}

describe('what the service does in a store', () => {
  it('is decided by seed and number', () => {
    expect(history(1, 50)).toEqual(history(1, 50))
    expect(history(1, 50)).not.toEqual(history(2, 50))
  })

  it('is all that happens to orders, each told by events of its own', () => {
    const events = history(1, 400).done.flatMap((work) => work.events)
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set([
        ...['OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderCancelled'],
        ...['OrderStatusChanged', 'OrderAmended', 'OrderRemoved'],
      ]),
    )
    expect(new Set(events.map(({ origin, scope }) => `${origin} ${scope ?? ''}`))).toEqual(new Set(['own 3']))
  })

  it('gives numbers that the shop does not give, and none twice', () => {
    const dossiers = history(1, 400).done.map(({ after }) => after)
    const given = dossiers.flatMap(({ order: placed, payments, parcels }) => [
      ...(placed === null ? [] : [`order ${placed.id}`]),
      ...[...payments.keys()].map((id) => `payment ${id} of ${placed?.id ?? ''}`),
      ...[...parcels.keys()].map((id) => `parcel ${id} of ${placed?.id ?? ''}`),
    ])
    const ids = new Set(given)
    for (const name of ids) if (name !== 'order 12') expect(Number(name.split(' ')[1])).toBeGreaterThan(1_000_000_000)
    const parts = [...ids].filter((name) => !name.startsWith('order')).map((name) => name.split(' of ')[0])
    expect(new Set(parts).size).toBe(parts.length)
  })

  it('leaves orders whose total is that of their lines, behind what was before', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { before, after } of history(seed, 60).done) {
          if (after.order === null) continue
          expect(after.order.total).toBe(totalOf([...after.lines.values()], after.order.discount))
          expect(after.order.changedAt).toBeGreaterThan(before.order?.changedAt ?? 0n)
          if (after.order.state === 'paid') expect(after.payments.size).toBe(1)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('is nothing in a store of which no order is known', () => {
    const atHand = { number: 1, latestUs: 1n, orders: new Map() }
    expect(decide(atHand, { store: 3, epoch: 2 }, 1)).toBeNull()
  })
})

describe('the journal of the service', () => {
  it('has the form in which the old application notes what it expects', () => {
    const plan = story(1, { before: 60, then: 400 })
    const noted = plan.events.filter(({ topic }) => topic === 'orders.v1')
    const facts = told(rawLogOf(plan)).events.map(factOf)
    expect(facts.length).toBeGreaterThan(100)
    const byKey = Map.groupBy(noted, ({ key }) => key)
    for (const [key, found] of Map.groupBy(facts, (fact) => fact.key)) {
      const expected = byKey.get(key) ?? []
      expect(found.map(({ type, subject, fields }) => ({ type, subject, fields }))).toEqual(
        expected.map(({ type, subject, fields }) => ({ type, subject, fields })),
      )
      for (const [at, { time }] of expected.entries()) if (time !== null) expect(found[at]?.time).toBe(time)
    }
  })
})

describe('the log of the shop', () => {
  const row = (table: string, op: string, after: unknown) =>
    JSON.stringify({
      ...{ op, before: null, after, transaction: op === 'r' ? null : { id: '7' } },
      source: { schema: 'public', table, ts_us: 5 },
    })
  const transaction = (rows: readonly string[]): readonly string[] => [
    JSON.stringify({ status: 'BEGIN', id: '7:100', event_count: null }),
    ...rows,
    JSON.stringify({ status: 'END', id: '7:200', event_count: rows.length }),
  ]
  const stepsOf = (records: readonly string[]) => {
    const transactions = new LegacyTransactions(null)
    return records.flatMap((value, offset) => transactions.accept(readRawRecord(value), BigInt(offset)) ?? [])
  }
  const fence = { mapping: 'order-placed', scope: '2', owner: 'native', epoch: 2 } as const
  const payment = row('payments', 'c', {
    ...{ id: 5, order_id: 12, method: 1, amount_cents: 100, paid_at: '2026-01-31T22:30:00.000000Z' },
  })

  it('shows fences, those of a snapshot and those that move', () => {
    const steps = stepsOf([
      row('falsework_fence', 'r', { ...fence, owner: 'legacy', epoch: 1 }),
      ...transaction([row('falsework_fence', 'u', fence)]),
    ])
    expect(steps.map((step) => step.fences)).toEqual([[{ ...fence, owner: 'legacy', epoch: 1 }], [fence]])
  })

  it('has nothing new in a transaction by which the service has written to the shop', () => {
    const [news] = stepsOf(transaction([payment]))
    expect(news?.changes).toHaveLength(1)
    const [back] = stepsOf(transaction([row('falsework_sync', 'c', { epoch: 3, seq: 9 }), payment]))
    expect(back).toMatchObject({ changes: [], next: 4n, position: 200n })
  })

  it('is not followed past a row of a fence that cannot be read', () => {
    expect(() => stepsOf([row('falsework_fence', 'r', { ...fence, epoch: 'two' })])).toThrow(
      'a row of falsework_fence is not as its table says',
    )
  })
})
