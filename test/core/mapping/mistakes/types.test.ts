import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('types, nulls and personal data', () => {
  it.each<Mistake>([
    {
      mistake: 'a null into a required field',
      text: soundBut('total: "scaled(after.total_cents, 2)"', 'total: "scaled(after.ship_dt, 2)"'),
      says: [
        '24:19+24 FW2211 null-into-required: total is required, scaled(after.ship_dt, 2) is null where after.ship_dt is nullable | use coalesce(scaled(after.ship_dt, 2), 0), or when: "after.ship_dt != null" to publish nothing without it',
      ],
    },
    {
      mistake: 'a null into a required field through a call and a let',
      text: soundBut('id: "string(after.id)"', 'id: "upper(trim(after.note))"'),
      says: [
        '21:21+2 FW2211 null-into-required: orderId is required, id is null where upper(trim(after.note)) is null where trim(after.note) is null where after.note is nullable | use coalesce(id, \'\'), or when: "id != null" to publish nothing without it',
      ],
    },
    {
      mistake: 'a row that need not be there',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "payment.method"'),
      says: [
        '22:21+14 FW2211 null-into-required: storeNo is required, payment.method may be null: payment is declared 0..1 | use coalesce(payment.method, 0), or when: "payment.method != null" to publish nothing without it',
      ],
    },
    {
      mistake: 'a row that is not there on insert',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "before.store_no"'),
      says: ['22:21+6 FW2107 not-in-scope: before is not here: a rule on insert has no row before; use after'],
    },
    {
      mistake: 'a row that is not there on delete',
      text: soundBut('orderId: "string(before.id)"', 'orderId: "string(after.id)"'),
      says: ['38:35+5 FW2107 not-in-scope: after is not here: a rule on delete has no row after; use before'],
    },
    {
      mistake: 'rows that no truncate has',
      text: soundBut('op: delete}', 'op: truncate}'),
      says: [
        '6:71+3 FW2107 not-in-scope: row is not here: a truncate has no rows',
        '38:35+6 FW2107 not-in-scope: before is not here: a truncate has no rows',
      ],
    },
    {
      mistake: 'changed() where there is nothing to compare',
      text: soundBut('storeNo: "after.store_no"', `storeNo: "changed('status') ? 1 : 2"`),
      says: ['22:21+17 FW2107 not-in-scope: changed() is not here: only an update has a row before and a row after'],
    },
    {
      mistake: 'a value of another type',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "after.id"'),
      says: [
        '22:21+8 FW2212 not-assignable: storeNo is int, the expression is long | use int(x), which is checked at run time',
      ],
    },
    {
      mistake: 'a constant of another type',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: {const: seven}'),
      says: ["22:28+5 FW2212 not-assignable: storeNo is int, which 'seven' is not"],
    },
    {
      mistake: 'a text that YAML has unquoted',
      text: soundBut('note: "after.note"', "note: 'EUR'"),
      says: [
        "26:18+3 FW2102 unknown-name: nothing here is called 'EUR' | for a constant, write {const: EUR}; a text stands in quotes: 'EUR'",
      ],
    },
    {
      mistake: 'a record where a value is expected',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: {fields: {no: "after.store_no"}}'),
      says: ['22:20+32 FW2007 bad-value: storeNo is int, not a record'],
    },
    {
      mistake: 'each over something that is no list',
      text: soundBut('each: items', 'each: payment'),
      says: ['27:25+7 FW2202 argument-type: each needs rows, got row of public.payments?'],
    },
    {
      mistake: 'a guard that is no condition',
      text: soundBut(`when: "before.status != 'S' && after.status == 'S'"`, 'when: "after.status"'),
      says: ['30:12+12 FW2205 condition-type: a condition is bool, this is string'],
    },
    {
      mistake: 'a key that may be null',
      text: soundBut('key: "string(row.id)"', 'key: "row.note"'),
      says: [
        '6:64+8 FW2211 null-into-required: a key is never null, row.note is nullable | when: "row.note != null" publishes nothing without it, or use coalesce(row.note, \'\')',
      ],
    },
    {
      mistake: 'a key that is no text',
      text: soundBut('key: "string(row.id)"', 'key: "row.id"'),
      says: ['6:64+6 FW2310 key-type: a key is string, this is long | use string(row.id)'],
    },
    {
      mistake: 'a key that can change',
      text: soundBut('key: "string(row.id)"', 'key: "string(row.store_no)"'),
      says: [
        '6:64+20 warning FW2315 mutable-key: the key reads public.orders.store_no, which can change: later events of the row get another key',
      ],
    },
    {
      mistake: 'no key',
      text: soundBut(', key: "string(row.id)"', ''),
      says: [
        "19:16+11 FW2004 missing-key: OrderPlaced has no 'key', and defaults have none",
        "32:16+12 FW2004 missing-key: OrderShipped has no 'key', and defaults have none",
        "37:16+12 FW2004 missing-key: OrderRemoved has no 'key', and defaults have none",
      ],
    },
    {
      mistake: 'no topic',
      text: soundBut('topic: orders.v1, ', ''),
      says: [
        "19:16+11 FW2004 missing-key: OrderPlaced.v1 has no 'topic', and defaults have none",
        "32:16+12 FW2004 missing-key: OrderShipped.v1 has no 'topic', and defaults have none",
        "37:16+12 FW2004 missing-key: OrderRemoved.v1 has no 'topic', and defaults have none",
      ],
    },
    {
      mistake: 'a subject that is no text',
      text: soundBut(
        'event: OrderShipped',
        `event: OrderShipped
        subject: "after.id"`,
      ),
      says: ['33:19+8 FW2310 key-type: a subject is string, this is long | use string(after.id)'],
    },
    {
      mistake: 'a time without a zone',
      text: soundBut(
        'event: OrderShipped',
        `event: OrderShipped
        time: "after.created_at"`,
      ),
      says: [
        '33:16+16 FW2310 key-type: an event time is timestamp, this is localdatetime | use zoned(after.created_at, zone) or utc(after.created_at)',
      ],
    },
    {
      mistake: 'personal data in a field',
      text: soundBut('note: "after.note"', 'note: "lower(after.email)"'),
      says: [
        '26:18+18 FW2220 personal-data: public.orders.email is personal data, and would leave in field note | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
    {
      mistake: 'personal data in a key, a subject',
      text: soundBut('key: "string(row.id)"', `key: "coalesce(row.email, '')"`),
      says: [
        '6:64+23 FW2220 personal-data: public.orders.email is personal data, and would leave in a key | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
        '6:64+23 warning FW2315 mutable-key: the key reads public.orders.email, which can change: later events of the row get another key',
      ],
    },
    {
      mistake: 'personal data through a let',
      text: soundBut('id: "string(after.id)"', `id: "coalesce(after.email, '')"`),
      says: [
        '21:21+2 FW2220 personal-data: public.orders.email is personal data, and would leave in field orderId | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
