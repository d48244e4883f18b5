import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('what a mapping refers to', () => {
  it.each<Mistake>([
    {
      mistake: 'an unknown source',
      text: soundBut('source: shop', 'source: shopp'),
      says: [`4:9+5 FW2301 unknown-table: there is no catalog of source 'shopp' | did you mean "shop"? (have shop)`],
    },
    {
      mistake: 'an unknown table',
      text: soundBut('lines: public.order_lines', 'lines: public.order_line'),
      says: [
        `5:40+17 FW2301 unknown-table: no table 'public.order_line' in the catalog of shop | did you mean "public.order_lines"? (have public.orders, public.order_lines, public.payments, public.products)`,
      ],
    },
    {
      mistake: 'a table without its schema',
      text: soundBut('lines: public.order_lines', 'lines: order_lines'),
      says: [
        `5:40+11 FW2301 unknown-table: no table 'order_lines' in the catalog of shop | did you mean "public.order_lines"? (have public.orders, public.order_lines, public.payments, public.products)`,
      ],
    },
    {
      mistake: 'a topic that falsework keeps for itself, said once of a default',
      text: soundBut('topic: orders.v1', 'topic: falsework.registry'),
      says: ["6:47+18 FW2317 own-topic: topic 'falsework.registry' is kept for falsework's own records"],
    },
    {
      mistake: 'a tombstone in a raw log',
      text: soundBut(
        `publish:
      - event: OrderRemoved
        fields: {orderId: "string(before.id)"}`,
        'publish: [{tombstone: raw.shop}]',
      ),
      says: ["36:27+8 FW2317 own-topic: topic 'raw.shop' is kept for falsework's own records"],
    },
    {
      mistake: 'an alias that no table has',
      text: soundBut('{table: lines, op', '{table: line, op'),
      says: [
        `14:22+4 FW2302 unknown-alias: no table 'line' under tables | did you mean "lines"? (have orders, lines, payments, products)`,
      ],
    },
    {
      mistake: 'an unknown column',
      text: soundBut('"after.store_no"', '"after.storeno"'),
      says: [
        `22:27+7 FW2103 unknown-column: no column 'storeno' in public.orders | did you mean "store_no"? (have id, store_no, status, total_cents, ship_dt, note, email, created_at)`,
      ],
    },
    {
      mistake: 'unknown columns in changed, match, where and orderBy',
      text: soundBut(
        'match: {order_id: row.id}, rows: 1..500, orderBy: line_no',
        'match: {order: row.id}, where: {kind: 7}, rows: 1..500, orderBy: line',
      ),
      says: [
        `14:49+5 FW2103 unknown-column: no column 'order' in public.order_lines | did you mean "order_id"? (have order_id, line_no, sku, qty, shape)`,
        "14:73+4 FW2103 unknown-column: no column 'kind' in public.order_lines | have order_id, line_no, sku, qty, shape",
        `14:106+4 FW2103 unknown-column: no column 'line' in public.order_lines | did you mean "line_no"? (have order_id, line_no, sku, qty, shape)`,
      ],
    },
    {
      mistake: 'an unknown column in changed',
      text: soundBut('changed: [status]', 'changed: [status, stat]'),
      says: [
        `29:55+4 FW2103 unknown-column: no column 'stat' in public.orders | did you mean "status"? (have id, store_no, status, total_cents, ship_dt, note, email, created_at)`,
      ],
    },
    {
      mistake: 'a column that cannot be read',
      text: soundBut('orderBy: line_no', 'orderBy: shape'),
      says: [
        '14:91+5 FW2106 unreadable-column: public.order_lines.shape has type polygon, which this version cannot read',
      ],
    },
    {
      mistake: 'a match of two types',
      text: soundBut('match: {order_id: row.id}, rows: 1', 'match: {line_no: row.id}, rows: 1'),
      says: ['14:58+6 FW2303 match-types: public.order_lines.line_no is int, row.id is long'],
    },
    {
      mistake: 'a constant of another type',
      text: soundBut('match: {order_id: row.id}, rows: 1', 'match: {order_id: row.id}, where: {qty: many}, rows: 1'),
      says: ["14:81+4 FW2007 bad-value: 'many' is no int, which column qty is"],
    },
    {
      mistake: 'an unknown code table',
      text: soundBut('status(after.status)', 'stat(after.status)'),
      says: [
        `23:20+4 FW2104 unknown-function: there is no function 'stat' | did you mean "status"? (have status, method, string, upper, lower, trim, digits, first, last, replace, split, matches, …)`,
      ],
    },
    {
      mistake: 'a code file that is not there',
      text: soundBut('{values: {1: CARD, 2: TRANSFER}', '{file: codes/method.yaml'),
      says: ['9:18+17 FW2007 bad-value: there is no file codes/method.yaml in the project'],
    },
    {
      mistake: 'an unknown contract',
      text: soundBut('event: OrderShipped', 'event: OrderSent'),
      says: [
        '32:16+9 FW2304 unknown-contract: there is no contract for OrderSent.v1 | have OrderPlaced.v1, OrderShipped.v1, OrderRemoved.v1',
      ],
    },
    {
      mistake: 'a version without a contract',
      text: soundBut(
        'event: OrderShipped',
        `event: OrderShipped
        version: 2`,
      ),
      says: [
        '32:16+12 FW2304 unknown-contract: there is no contract for OrderShipped.v2 | did you mean "OrderShipped.v1"? (have OrderPlaced.v1, OrderShipped.v1, OrderRemoved.v1)',
      ],
    },
    {
      mistake: 'another namespace',
      text: soundBut('namespace: com.acme.orders', 'namespace: com.acme.shop'),
      says: [
        '19:16+11 FW2304 unknown-contract: the contract of OrderPlaced.v1 is com.acme.orders.OrderPlaced, under defaults it would be com.acme.shop.OrderPlaced',
        '32:16+12 FW2304 unknown-contract: the contract of OrderShipped.v1 is com.acme.orders.OrderShipped, under defaults it would be com.acme.shop.OrderShipped',
        '37:16+12 FW2304 unknown-contract: the contract of OrderRemoved.v1 is com.acme.orders.OrderRemoved, under defaults it would be com.acme.shop.OrderRemoved',
      ],
    },
    {
      mistake: 'an unknown field',
      text: soundBut('          note: "after.note"', '          notes: "after.note"'),
      says: [
        `26:11+5 FW2305 unknown-field: OrderPlaced.v1 has no field 'notes' | did you mean "note"? (have orderId, storeNo, status, total, method, note, lines)`,
      ],
    },
    {
      mistake: 'a required field that is not mapped',
      text: soundBut(
        `          storeNo: "after.store_no"
`,
        '',
      ),
      says: ["19:16+11 FW2306 unmapped-field: OrderPlaced.v1 requires 'storeNo' (int), which is not mapped"],
    },
    {
      mistake: 'a required field of a nested record',
      text: soundBut(', quantity: "line.qty"', ''),
      says: ["27:18+56 FW2306 unmapped-field: OrderPlaced.v1 lines requires 'quantity' (int), which is not mapped"],
    },
    {
      mistake: 'an event in two topics',
      text: soundBut(
        `event: OrderRemoved
        fields: {orderId: "string(before.id)"}`,
        `event: OrderShipped
        topic: other
        fields: {orderId: "string(before.id)", shippedOn: "ymd(20260101)"}`,
      ),
      says: [
        '37:16+12 FW2307 event-published-twice: OrderShipped.v1 goes to orders.v1 already: an event has one topic',
      ],
    },
    {
      mistake: 'a rule that is there twice',
      text: soundBut('name: removed', 'name: shipped'),
      says: ["34:11+7 FW2313 name-taken: there are two rules 'shipped'"],
    },
    {
      mistake: 'an alias that hides a row',
      text: soundBut('      payment: {', '      before: {'),
      says: [
        "15:7+6 FW2313 name-taken: rules[0].with.before: 'before' is a name that every rule has",
        "25:27+7 FW2102 unknown-name: nothing here is called 'payment' | have meta, after, row, items, before, id",
      ],
    },
    {
      mistake: 'a let that has the name of an alias',
      text: soundBut(
        '      id: "string(after.id)"',
        `      id: "string(after.id)"
      payment: "1"`,
      ),
      says: ["18:7+7 FW2313 name-taken: 'payment' is taken: with aliases, lets, codes and look-ups share their names"],
    },
    {
      mistake: 'a let that cannot be named',
      text: soundBut(
        '      id: "string(after.id)"',
        `      id: "string(after.id)"
      order-id: "1"`,
      ),
      says: [
        "18:7+8 FW2007 bad-value: rules[0].let.order-id: 'order-id' cannot be used in an expression | letters, digits and underscore, and no word of CEL such as in, if, let",
      ],
    },
    {
      mistake: 'a variable that cannot be named',
      text: soundBut('as: line,', 'as: in,'),
      says: [
        "27:36+2 FW2007 bad-value: rules[0].publish[0].fields.lines.as: 'in' cannot be used in an expression | letters, digits and underscore, and no word of CEL such as in, if, let",
        "27:60+4 FW2102 unknown-name: nothing here is called 'line'; nor at 27:83 | have meta, after, row, items, payment, in, id",
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
