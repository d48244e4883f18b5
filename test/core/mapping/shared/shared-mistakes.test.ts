/** What is wrong in sharing, and with what is shared: each told once, at its place. */
import { describe, expect, it } from 'vitest'
import { type Mistake, said } from '../mistakes/said.ts'
import { sharing, sharingBut } from './sharing.ts'

const cents = '    cents: "row.total_cents"\n'
const total = '    total: "scaled(cents, 2)"\n'
const id = '    id: "string(row.id)"\n'
const order = 'order: {orderId: "id"}'

it('a mapping that shares without mistakes is given none', () => {
  expect(said(sharing)).toEqual([])
})

describe('a shared let', () => {
  it.each<Mistake>([
    {
      mistake: 'is wrong in every rule that names it',
      text: sharingBut(cents, cents.replace('cents"', 'cent"')),
      says: [
        '13:17+10 FW2103 unknown-column: no column \'total_cent\' in public.orders | did you mean "total_cents"? (have id, store_no, status, total_cents, ship_dt, note, email, created_at)',
      ],
    },
    {
      mistake: 'is wrong in some of the rules that name it, which are said',
      text: sharingBut(id, id.replace('row', 'after')),
      says: [
        '12:17+5 FW2107 not-in-scope: after is not here: a rule on delete has no row after; use before (in rule removed)',
      ],
    },
    {
      mistake: 'is no expression',
      text: sharingBut(id, id.replace(')"', '"')),
      says: ["12:23+1 FW2101 expression-syntax: expected ')', the text ends here"],
    },
    {
      mistake: 'stands without quotes',
      text: sharingBut(id, '    id: string(row.id)\n'),
      says: [
        '12:9+14 FW2006 unquoted-expression: shared.let.id: is an expression without quotes | write "string(row.id)"',
      ],
    },
    {
      mistake: 'names one below it',
      text: sharingBut(cents + total, total + cents),
      says: ['13:20+5 FW2107 not-in-scope: cents is not here: a let may name those above it'],
    },
    {
      mistake: 'names itself',
      text: sharingBut(cents, '    cents: "cents + 1"\n'),
      says: ['13:13+5 FW2107 not-in-scope: cents is not here: a let may name those above it'],
    },
    {
      mistake: 'has a name that every rule has',
      text: sharingBut(cents, `    before: "row.total_cents"\n${cents}`),
      says: ["13:5+6 FW2313 name-taken: shared.let.before: 'before' is a name that every rule has"],
    },
    {
      mistake: 'has the name of a code table, which it would hide',
      text: sharingBut(id, `    method: "string(row.id)"\n${id}`).replace('"id"}', '"method"}'),
      says: ["12:5+6 FW2313 name-taken: 'method' is taken: with aliases, lets, codes and look-ups share their names"],
    },
    {
      mistake: 'is hidden by a let of a rule',
      text: sharingBut('let: {subjectId', 'let: {id: "string(after.id)", subjectId'),
      says: ["24:11+2 FW2313 name-taken: 'id' is taken: it is a let under shared"],
    },
    {
      mistake: 'is hidden by rows of a with',
      text: sharingBut(
        '    let: {',
        `      cents: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}\n    let: {`,
      ),
      says: ["24:7+5 FW2313 name-taken: 'cents' is taken: it is a let under shared"],
    },
    {
      mistake: 'is named where rows of a with are matched, before any let is there',
      text: sharingBut(
        'payment: {table: payments, op: insert, match: {order_id: row.id}',
        'payment: {table: payments, op: insert, match: {order_id: cents}',
      ),
      says: ["23:64+5 FW2102 unknown-name: nothing here is called 'cents' | have meta, after, row, items, id, total"],
    },
    {
      mistake: 'is misspelt where it is named',
      text: sharingBut('total: "total"', 'total: "totl"'),
      says: [
        '17:21+4 FW2102 unknown-name: nothing here is called \'totl\' | did you mean "total"? (have meta, after, row, items, payment, id, subjectId, cents, total)',
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})

describe('shared fields', () => {
  it.each<Mistake>([
    {
      mistake: 'that are not there',
      text: sharingBut('use: order\n', 'use: ordre\n'),
      says: [
        '39:14+5 FW2337 unknown-shared-fields: there are no shared fields \'ordre\' | did you mean "order"? (have order, money)',
      ],
    },
    {
      mistake: 'that are misspelt where they are declared',
      text: sharingBut(order, order.replace('order:', 'ordre:')),
      says: [
        '28:15+5 FW2337 unknown-shared-fields: there are no shared fields \'order\'; nor at 39:14, 44:36 | did you mean "ordre"? (have ordre, money)',
      ],
    },
    {
      mistake: 'that are used twice',
      text: sharingBut('use: [order, money]', 'use: [order, order, money]'),
      says: ["28:22+5 FW2313 name-taken: rules[0].publish[0].use[1]: 'order' is there twice"],
    },
    {
      mistake: 'in a list of none',
      text: sharingBut('use: [order, money]', 'use: []'),
      says: [
        '28:14+2 FW2004 missing-key: rules[0].publish[0].use: expected a list that is not empty, got an empty list',
      ],
    },
    {
      mistake: 'in a map',
      text: sharingBut('use: [order, money]', 'use: {order: money}'),
      says: [
        '28:14+14 FW2005 wrong-shape: rules[0].publish[0].use: expected a text or a list that is not empty, got a map',
      ],
    },
    {
      mistake: 'under a key that is misspelt: none of the others is missing',
      text: sharingBut('use: [order, money]', 'ues: [order, money]'),
      says: [
        '28:9+3 FW2003 unknown-key: rules[0].publish[0]: unknown key ues | did you mean "use"? (have event, version, topic, each, as, key, subject, time, when, contract, deprecated, use, …)',
      ],
    },
    {
      mistake: 'beside fields under a key that is misspelt',
      text: sharingBut('fields: {shippedOn', 'fielsd: {shippedOn'),
      says: [
        '40:9+6 FW2003 unknown-key: rules[1].publish[0]: unknown key fielsd | did you mean "fields"? (have event, version, topic, each, as, key, subject, time, when, contract, deprecated, use, …)',
      ],
    },
    {
      mistake: 'two groups of which have a field in common',
      text: sharingBut('money: {total: "total"}', 'money: {total: "total", orderId: "id"}'),
      says: ["28:22+5 FW2313 name-taken: 'orderId' is a field of order already, and of money"],
    },
    {
      mistake: 'one of which the event has of its own',
      text: sharingBut('fields: {shippedOn', 'fields: {orderId: "id", shippedOn'),
      says: ["40:18+7 FW2313 name-taken: 'orderId' is a field of order, which the event uses"],
    },
    {
      mistake: 'one of which some events do not have',
      text: sharingBut(order, 'order: {orderId: "id", note: "row.note"}'),
      says: [
        "16:28+4 FW2305 unknown-field: OrderShipped.v1 has no field 'note' (in OrderShipped.v1 of rule shipped, OrderRemoved.v1 of rule removed) | have orderId, shippedOn",
      ],
    },
    {
      mistake: 'one of which no event has',
      text: sharingBut('money: {total: "total"}', 'money: {totl: "total"}'),
      says: [
        '17:13+4 FW2305 unknown-field: OrderPlaced.v1 has no field \'totl\' | did you mean "total"? (have orderId, storeNo, status, total, method, note, lines)',
      ],
    },
    {
      mistake: 'one of another type',
      text: sharingBut(order, 'order: {orderId: "row.id"}'),
      says: ['16:23+6 FW2212 not-assignable: orderId is string, the expression is long | use string(x)'],
    },
    {
      mistake: 'one that may be null',
      text: sharingBut(order, 'order: {orderId: "row.note"}'),
      says: [
        '16:23+8 FW2211 null-into-required: orderId is required, row.note is nullable | use coalesce(row.note, \'\'), or when: "row.note != null" to publish nothing without it',
      ],
    },
    {
      mistake: 'one of personal data',
      text: sharingBut(order, `order: {orderId: "coalesce(row.email, '')"}`),
      says: [
        '16:23+23 FW2220 personal-data: public.orders.email is personal data, and would leave in field orderId | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
    {
      mistake: 'that are a list',
      text: sharingBut(order, 'order: [orderId]'),
      says: ['16:12+9 FW2005 wrong-shape: shared.fields.order: expected a map, got a list'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})

it('of five events or more in which a shared field is wrong, four are named', () => {
  const removed = (name: string): string =>
    `  - name: ${name}\n    on: {table: orders, op: delete}\n    publish:\n      - {event: OrderRemoved, use: order}\n`
  const text = sharingBut(order, 'order: {orderId: "string(after.id)"}').replace(
    'onError:',
    `${['a', 'b', 'c', 'd'].map(removed).join('')}onError:`,
  )
  expect(said(text)).toEqual([
    '16:30+5 FW2107 not-in-scope: after is not here: a rule on delete has no row after; use before (in OrderRemoved.v1 of rule removed, OrderRemoved.v1 of rule a, OrderRemoved.v1 of rule b, OrderRemoved.v1 of rule c and 1 more)',
  ])
})
