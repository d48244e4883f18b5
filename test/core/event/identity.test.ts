import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { type EventIdentity, eventId, transactionIdentity, uuid5 } from '../../../src/core/event/identity.ts'

const identity: EventIdentity = {
  transaction: transactionIdentity({ source: 'shop', incarnation: 1, transactionKey: '771:1769853600123456' }),
  table: tableName('public', 'orders'),
  ordinal: 0,
  event: 'OrderPlaced',
  version: 1,
  index: 0,
}

describe('the id of an event', () => {
  it('is pinned: it equals the UUIDv5 that another implementation computes', () => {
    expect(eventId(identity)).toBe('5991e124-b278-5444-9737-88ddd32d8519')
    expect(uuid5('')).toBe('b9d55150-4133-5168-9d09-a6a872d3ae8a')
    expect(uuid5('Zoë')).toBe('add7f64b-d254-5d8d-b5da-91fa5d5e9d8e')
  })

  it('is another one for every part that differs', () => {
    const others: readonly EventIdentity[] = [
      identity,
      { ...identity, transaction: transactionIdentity({ source: 'crm', incarnation: 1, transactionKey: '771:1' }) },
      { ...identity, transaction: transactionIdentity({ source: 'shop', incarnation: 2, transactionKey: '771:1' }) },
      { ...identity, table: tableName('public', 'order_lines') },
      { ...identity, ordinal: 1 },
      { ...identity, event: 'OrderPaid' },
      { ...identity, version: 2 },
      { ...identity, index: 1 },
      { ...identity, group: 'entered' },
    ]
    expect(new Set(others.map(eventId)).size).toBe(others.length)
  })

  it('never mixes up parts that run into each other', () => {
    const digits = fc.nat({ max: 99 })
    const parts = fc.record({
      ordinal: digits,
      version: digits,
      index: digits,
      event: fc.constantFrom('A', 'A1', '1A'),
    })
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        return (eventId({ ...identity, ...a }) === eventId({ ...identity, ...b })) === same
      }),
    )
  })

  it('hashes a name of any length', () => {
    expect(uuid5('Zoë'.repeat(1_000))).toBe('2c4e6534-51f7-539a-a6c8-6e97bff889fe')
  })

  it('is a version 5 UUID of the RFC variant', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (name) =>
          /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid5(name)) && /^.{14}5.{4}[89ab]/.test(uuid5(name)),
      ),
    )
  })
})
