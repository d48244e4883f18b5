import { describe, expect, it } from 'vitest'
import { checkMigration } from '../../../src/core/migration/file/check-migration.ts'
import { said, sound, soundBut, surroundings } from './sample.ts'

const check = (text: string, more = {}) =>
  checkMigration({ text, file: 'migrations/orders.yaml' }, { ...surroundings, ...more })

describe('a migration file', () => {
  it('without mistakes says what is compared, and what must hold', () => {
    expect(said(sound)).toEqual([])
    const { migration } = check(sound)
    expect(migration).toMatchObject({
      name: { value: 'orders' },
      topics: { bridge: { value: 'orders.v1' }, native: { value: 'native.orders.v1' } },
      windowSeconds: 600,
      gates: { days: 7, events: 1000, lagSecondsMax: 5, rehearsedWithinDays: 7 },
    })
    expect(migration?.events.get('OrderPlaced')).toMatchObject({
      match: [{ value: 'orderId' }],
      ignore: [{ field: { value: 'storeNo' }, until: { value: '2026-12-31' } }],
    })
  })

  it('needs no more than the mapping, both topics and the ids of the new service', () => {
    const least = `migration: orders
format: 1
mapping: orders
topics: {bridge: orders.v1, native: native.orders.v1}
native: {transactionalIds: [falsework.native.orders.1]}
`
    const { migration, problems } = check(least)
    expect(problems).toEqual([])
    expect(migration).toMatchObject({ events: new Map(), windowSeconds: 600, gates: { days: 7, events: 1000 } })
  })

  it('of a mapping with a mistake is checked by itself alone', () => {
    const text = soundBut('mapping: orders', 'mapping: broken').replaceAll('native.orders.1', 'native.broken.1')
    expect(said(text.replaceAll('native.orders.2', 'native.broken.2'))).toEqual([])
  })

  it('of which nobody says what day it is has nothing expired', () => {
    const { migration, problems } = checkMigration(
      { text: soundBut('stores are numbered anew", until: 2026-12-31', 'x", until: 2020-01-01'), file: 'orders.yaml' },
      { mappings: surroundings.mappings },
    )
    expect(problems).toEqual([])
    expect(migration).not.toBeNull()
  })

  it('whose entry has expired is sound all the same, so that time alone stops no registration', () => {
    expect(check(sound, { today: '2027-01-01' }).migration).not.toBeNull()
  })

  it.each([
    {
      mistake: 'a mapping that there is not',
      text: soundBut('mapping: orders', 'mapping: ordrs'),
      says: [
        '3:10+5 FW2611 unknown-mapping: there is no mapping \'ordrs\' | did you mean "orders"? (have orders, broken)',
      ],
    },
    {
      mistake: 'a key that is misspelt',
      text: soundBut('windowSeconds', 'windowSecond'),
      says: [
        '14:1+12 FW2003 unknown-key: unknown key windowSecond | did you mean "windowSeconds"? (have migration, format, mapping, topics, events, windowSeconds, gates, native)',
      ],
    },
    {
      mistake: 'no ids of the new service',
      text: soundBut('native: {transactionalIds: [falsework.native.orders.1, falsework.native.orders.2]}\n', ''),
      says: ['1:1+17 FW2004 missing-key: native is missing'],
    },
    {
      mistake: 'a topic that the mapping does not publish to',
      text: soundBut('bridge: orders.v1', 'bridge: order.v1'),
      says: [
        '4:18+8 FW2612 migration-topic: orders publishes nothing to \'order.v1\' | did you mean "orders.v1"? (have orders.v1)',
      ],
    },
    {
      mistake: 'both streams in one topic',
      text: soundBut('native: native.orders.v1', 'native: orders.v1'),
      says: [
        "4:37+9 FW2612 migration-topic: mapping orders publishes to 'orders.v1': the stream of the new service is its own | native: native.orders.v1",
      ],
    },
    {
      mistake: 'an event that is not published',
      text: soundBut('OrderPlaced:', 'OrderPlacd:'),
      says: [
        '6:3+10 FW2613 not-compared: orders publishes no \'OrderPlacd\' to orders.v1 | did you mean "OrderPlaced"? (have OrderPlaced, OrderShipped, OrderRemoved)',
      ],
    },
    {
      mistake: 'an event of another version',
      text: soundBut('OrderRemoved: {}', 'OrderRemoved.v2: {}'),
      says: [
        '13:3+15 FW2613 not-compared: orders publishes no \'OrderRemoved.v2\' to orders.v1 | did you mean "OrderRemoved"? (have OrderPlaced, OrderShipped, OrderRemoved)',
      ],
    },
    {
      mistake: 'a rare event that is not published',
      text: soundBut('rare: {OrderRemoved: 5}', 'rare: {OrderRemovd: 5}'),
      says: [
        '18:10+11 FW2613 not-compared: orders publishes no \'OrderRemovd\' to orders.v1 | did you mean "OrderRemoved"? (have OrderPlaced, OrderShipped, OrderRemoved)',
      ],
    },
    {
      mistake: 'a field that the contract does not have',
      text: soundBut('compare: [status,', 'compare: [statuss,'),
      says: [
        '8:15+7 FW2305 unknown-field: OrderPlaced.v1 has no field \'statuss\' | did you mean "status"? (have orderId, storeNo, status, total, method, note, lines)',
      ],
    },
    {
      mistake: 'a field of lists that there is not',
      text: soundBut('lines.sku', 'lines.skuu'),
      says: [
        '8:36+10 FW2305 unknown-field: OrderPlaced.v1 has no field \'lines.skuu\' | did you mean "sku"? (have sku, quantity)',
      ],
    },
    {
      mistake: 'a field that is ignored and is not there',
      text: soundBut('field: storeNo', 'field: storeNumber'),
      says: [
        "10:17+11 FW2305 unknown-field: OrderPlaced.v1 has no field 'storeNumber' | have orderId, storeNo, status, total, method, note, lines",
      ],
    },
    {
      mistake: 'a field inside of a text',
      text: soundBut('match: [orderId]', 'match: [orderId.x]'),
      says: ["7:13+9 FW2305 unknown-field: OrderPlaced.v1 has no field 'orderId.x'"],
    },
    {
      mistake: 'an ignored field without a reason',
      text: soundBut(', reason: "stores are numbered anew"', ''),
      says: ['10:9+35 FW2004 missing-key: events.OrderPlaced.ignore[0].reason is missing | reason: "..."'],
    },
    {
      mistake: 'an ignored field for ever',
      text: soundBut('anew", until: 2026-12-31', 'anew"'),
      says: ['10:9+52 FW2004 missing-key: events.OrderPlaced.ignore[0].until is missing | until: 2026-12-31'],
    },
    {
      mistake: 'a day that there is not',
      text: soundBut('anew", until: 2026-12-31', 'anew", until: 2026-02-30'),
      says: [
        '10:69+10 FW2007 bad-value: events.OrderPlaced.ignore[0].until: expected a day, as 2026-01-31, got "2026-02-30"',
      ],
    },
    {
      mistake: 'an ignored field that has expired',
      text: soundBut('anew", until: 2026-12-31', 'anew", until: 2026-11-29'),
      says: ["10:69+10 warning FW2616 ignore-expired: 'storeNo' was ignored up to 2026-11-29, and counts again"],
    },
    {
      mistake: 'an accepted class that has expired',
      text: soundBut('batch", until: 2026-12-31', 'batch", until: 2026-01-31'),
      says: ['21:68+10 warning FW2616 ignore-expired: late was accepted up to 2026-01-31, and counts again'],
    },
    {
      mistake: 'a field that is compared and ignored',
      text: soundBut('field: storeNo', 'field: status'),
      says: ["10:17+6 FW2615 migration-contradiction: 'status' is ignored, and stands under compare"],
    },
    {
      mistake: 'a field that is ignored twice',
      text: soundBut(
        '2026-12-31}\n    tolerance',
        '2026-12-31}\n      - {field: storeNo, reason: again, until: 2026-12-31}\n    tolerance',
      ),
      says: ["11:17+7 FW2313 name-taken: 'storeNo' is there twice"],
    },
    {
      mistake: 'a tolerance of a text',
      text: soundBut('tolerance: {total: 0.01}', 'tolerance: {note: 0.01}'),
      says: ["11:17+4 FW2614 comparison-type: 'note' is string: only numbers, dates and times may differ by an amount"],
    },
    {
      mistake: 'a tolerance below nothing',
      text: soundBut('total: 0.01', 'total: -0.01'),
      says: [
        '11:24+5 FW2007 bad-value: events.OrderPlaced.tolerance.total: expected a number that is not negative, as 0.01, got "-0.01"',
      ],
    },
    {
      mistake: 'a set of no list',
      text: soundBut('lines: [set]', 'status: [set]'),
      says: ["12:54+3 FW2614 comparison-type: 'status' is string: set is for list | decimalScale, zone, case"],
    },
    {
      mistake: 'null of a field that is never null',
      text: soundBut('note: [nullAsAbsent, case]', 'status: [nullAsAbsent]'),
      says: [
        "12:26+12 FW2614 comparison-type: 'status' is never null: nullAsAbsent says nothing of it | decimalScale, zone, case",
      ],
    },
    {
      mistake: 'a way of comparing that there is not',
      text: soundBut('lines: [set]', 'lines: [sett]'),
      says: [
        '12:53+4 FW2007 bad-value: events.OrderPlaced.normalise.lines[0]: expected one of nullAsAbsent, decimalScale, milliseconds, seconds, zone, case, set, got "sett" | did you mean "set"?',
      ],
    },
    {
      mistake: 'a gate that waits less than the window',
      text: soundBut('pendingSecondsMax: 3600', 'pendingSecondsMax: 60'),
      says: [
        '19:22+2 FW2615 migration-contradiction: an event may wait 600 s for its pair (windowSeconds), and the gate wants 60 s | pendingSecondsMax: 1200',
      ],
    },
    {
      mistake: 'a match that somebody accepts',
      text: soundBut('outcome: late', 'outcome: match'),
      says: ['21:69+10 FW2615 migration-contradiction: what matches is no difference, and needs nobody to accept it'],
    },
    {
      mistake: 'a class of differences that there is not',
      text: soundBut('outcome: late', 'outcome: later'),
      says: [
        '21:17+5 FW2007 bad-value: gates.accept[0].outcome: expected one of match, field-mismatch, order-mismatch, duplicate, missing-in-bridge, missing-in-native, late, extra, uncomparable, got "later" | did you mean "late"?',
      ],
    },
    {
      mistake: 'an id of somebody else',
      text: soundBut('falsework.native.orders.2', 'falsework.shop'),
      says: ["22:56+14 FW2617 native-id: 'falsework.shop' is not falsework.native.<mapping>.<number>"],
    },
    {
      mistake: 'an id that is there twice',
      text: soundBut('falsework.native.orders.2', 'falsework.native.orders.1'),
      says: ["22:56+25 FW2313 name-taken: 'falsework.native.orders.1' is there twice"],
    },
    {
      mistake: 'a window of no time',
      text: soundBut('windowSeconds: 600', 'windowSeconds: 0'),
      says: ['14:16+1 FW2007 bad-value: windowSeconds: expected a whole number from 1 to 604800, got "0"'],
    },
  ])('with $mistake has that said of it, and nothing more', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
