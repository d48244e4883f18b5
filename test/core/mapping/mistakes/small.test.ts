import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('small things that cannot be meant', () => {
  it.each<Mistake>([
    {
      mistake: 'a deprecation that ends before it begins',
      text: soundBut(
        'event: OrderShipped',
        `event: OrderShipped
        deprecated: {since: 2026-09-01, sunset: 2026-08-31}`,
      ),
      says: [
        '33:49+10 FW2007 bad-value: rules[1].publish[0].deprecated.sunset: is 2026-08-31, before the deprecation begins on 2026-09-01',
      ],
    },
    {
      mistake: 'an operation that is there twice',
      text: soundBut('op: delete}', 'op: [delete, delete]}'),
      says: ["35:38+6 FW2313 name-taken: rules[2].on.op[1]: 'delete' is there twice"],
    },
    {
      mistake: 'a changed column that is there twice',
      text: soundBut('changed: [status]', 'changed: [status, status]'),
      says: ["29:55+6 FW2313 name-taken: rules[1].on.changed[1]: 'status' is there twice"],
    },
    {
      mistake: 'changed on rows of with that are inserted',
      text: soundBut('{table: payments, op: insert, match', '{table: payments, op: insert, changed: [method], match'),
      says: ["15:16+87 FW2007 bad-value: 'changed' is about updates, and with payment is on insert"],
    },
    {
      mistake: 'a variable that hides rows of with',
      text: soundBut(
        'as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}',
        'as: items, fields: {sku: "trim(items.sku)", quantity: "items.qty"}',
      ),
      says: [
        "27:36+5 FW2313 name-taken: 'items' is taken: variables, with aliases, lets, codes and look-ups share their names",
      ],
    },
    {
      mistake: 'a variable of events that hides a let',
      text: soundBut(
        `event: OrderPlaced
        fields:`,
        `event: OrderPlaced
        each: items
        as: id
        fields:`,
      ),
      says: [
        "21:13+2 FW2313 name-taken: 'id' is taken: variables, with aliases, lets, codes and look-ups share their names",
      ],
    },
    {
      mistake: 'a variable that hides a code table',
      text: soundBut(
        'as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}',
        'as: status, fields: {sku: "trim(status.sku)", quantity: "status.qty"}',
      ),
      says: [
        "27:36+6 FW2313 name-taken: 'status' is taken: variables, with aliases, lets, codes and look-ups share their names",
      ],
    },
    {
      mistake: 'an empty code table',
      text: soundBut('{values: {1: CARD, 2: TRANSFER}', '{values: {}'),
      says: ['9:20+2 FW2004 missing-key: codes.method.values: expected a map that is not empty, got an empty map'],
    },
    {
      mistake: 'no table at all',
      text: soundBut(
        'tables: {orders: public.orders, lines: public.order_lines, payments: public.payments, products: public.products}',
        'tables: {}',
      ),
      says: ['5:9+2 FW2004 missing-key: tables: expected a map that is not empty, got an empty map'],
    },
    {
      mistake: 'a number that begins with a zero',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: {const: 010}'),
      says: ["22:28+3 FW2212 not-assignable: storeNo is int, which '010' is not"],
    },
    {
      mistake: 'a decimal that begins with a zero',
      text: soundBut('total: "scaled(after.total_cents, 2)"', 'total: {const: 007.50}'),
      says: ["24:26+6 FW2212 not-assignable: total is decimal(19,2), which '007.50' is not"],
    },
    {
      mistake: 'a NUL in a constant',
      text: soundBut('note: "after.note"', 'note: {const: "a\\0b"}'),
      says: [
        '26:25+6 FW2007 bad-value: rules[0].publish[0].fields.note.const: has a NUL character (U+0000), which no text may have',
      ],
    },
    {
      mistake: 'a NUL in a text of an expression',
      text: soundBut('note: "after.note"', `note: "'a\\0b'"`),
      says: ['26:18+6 FW2101 expression-syntax: a text has a NUL character (U+0000), which no text may have'],
    },
    {
      mistake: 'a NUL that an expression spells',
      text: soundBut('note: "after.note"', `note: "'a\\\\u0000b'"`),
      says: ['26:18+11 FW2101 expression-syntax: a text has a NUL character (U+0000), which no text may have'],
    },
    {
      mistake: 'a NUL in a name',
      text: soundBut('owner: sales-team', 'owner: "sales\\0team"'),
      says: ['3:8+13 FW2007 bad-value: owner: has a NUL character (U+0000), which no text may have'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
