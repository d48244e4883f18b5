/** Rules that share lets and fields do what they would do had each of them written these out. */
import { describe, expect, it } from 'vitest'
import { readersOf } from '../../../../src/core/mapping/column-readers.ts'
import { runFixtures } from '../../../../src/core/mapping/fixtures/run-fixtures.ts'
import { tableName } from '../../../../src/core/catalog/catalog.ts'
import { settings } from '../../expression/scopes.ts'
import { failureOf, order, translated, updated } from '../rows.ts'
import { compiled } from '../sample.ts'
import { sharing, sharingBut } from './sharing.ts'

const byHand = sharing
  .replace(/^shared:\n(?: .*\n)*/m, '')
  .replace('use: [order, money]\n        fields:', 'fields:\n          orderId: "id"\n          total: "total"')
  .replace('use: order\n        fields: {', 'fields: {orderId: "string(row.id)", ')
  .replace('use: order}', 'fields: {orderId: "string(row.id)"}}')
  .replace('let: {', 'let: {id: "string(row.id)", cents: "row.total_cents", total: "scaled(cents, 2)", ')

const fixtures = `mapping: orders
tests:
  - name: an order is placed
    given:
      transaction:
        - {table: orders, op: insert, after: {id: 7, store_no: 1, status: N, total_cents: 4990, created_at: "2026-01-31T10:00:00"}}
        - {table: lines, op: insert, after: {order_id: 7, line_no: 1, sku: "A-1   ", qty: 1}}
    exact: true
    expect:
      - event: OrderPlaced.v1
        key: "7"
        subject: order/7
        fields: {orderId: "7", storeNo: 1, status: NEW, total: "49.90", method: null, note: null, lines: [{sku: A-1, quantity: 1}]}
  - name: it ships
    given:
      transaction:
        - table: orders
          op: update
          before: {id: 7, store_no: 1, status: N, total_cents: 4990, ship_dt: 20260201, created_at: "2026-01-31T10:00:00"}
          set: {status: S}
    exact: true
    expect: [{event: OrderShipped.v1, key: "7", fields: {orderId: "7", shippedOn: 2026-02-01}}]
  - name: it ships on no day
    given: {base: it ships, set: {orders.ship_dt: 20260231}}
    expect: [{error: badDate, policy: deadLetter, at: shipped.shippedOn}]
  - name: it is gone
    given:
      transaction:
        - {table: orders, op: delete, before: {id: 7, store_no: 1, status: S, total_cents: 4990, created_at: "2026-01-31T10:00:00"}}
    exact: true
    expect: [{event: OrderRemoved.v1, key: "7", fields: {orderId: "7"}}]
`

const lines = '{each: items, as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}}'

const joined = sharingBut(`          lines: ${lines}\n`, '')
  .replace('    money: {', `    basket: {lines: ${lines.replace('"line.qty"', '"line.qty + none"')}}\n    money: {`)
  .replace('use: [order, money]', 'use: [order, basket, money]')
  .replace('    cents:', '    none: "size(items) - size(items)"\n    cents:')

const keyed = sharingBut('topic: orders.v1, key: "string(row.id)"', 'topic: orders.v1, key: "id"')

describe('a mapping that shares lets and fields', () => {
  it.each([
    ['as it is', sharing],
    ['written out by hand', byHand],
    ['with shared fields and a let that read rows of a with', joined],
    ['with a shared let as the key of all events', keyed],
  ])('gives the same events and failures %s', (_, text) => {
    const { cases, problems } = runFixtures(
      { file: 'orders.test.yaml', text: fixtures },
      new Map([['orders', { mapping: compiled(text), settings }]]),
    )
    expect(problems).toEqual([])
    expect(cases.map(({ name, differences }) => [name, differences])).toEqual([
      ['an order is placed', []],
      ['it ships', []],
      ['it ships on no day', []],
      ['it is gone', []],
    ])
  })

  it('reads what its rules name, and nothing that none of them does', () => {
    expect(compiled(sharing).reads).toEqual(compiled(byHand).reads)
    const more = sharingBut('  fields:\n    order', '    unused: "row.created_at"\n  fields:\n    order')
    expect(compiled(more).reads).toEqual(compiled(sharing).reads)
  })

  const shipping = sharingBut(
    'money: {',
    'shipping: {shippedOn: "ymd(coalesce(row.ship_dt, 0))"}\n    money: {',
  ).replace('use: order\n        fields: {shippedOn: "ymd(coalesce(after.ship_dt, 0))"}', 'use: [order, shipping]')

  it('has the place of a shared field in its failures, and where a column is read', () => {
    const bad = updated('orders', order(7), order(7, { status: 'S', ship_dt: 20260231 }))
    const [outcome] = translated([compiled(shipping)], [bad])
    const { failure, place } = failureOf(outcome)
    expect([failure.at, place.line, place.column]).toEqual(['shipped.shippedOn', 17, 28])
    expect(readersOf([compiled(shipping)], { table: tableName('public', 'orders'), column: 'ship_dt' })).toMatchObject([
      { event: 'OrderShipped.v1', field: 'shippedOn', place: { line: 17, column: 28 } },
    ])
  })

  it('checks a shared let in the rules that name it: one of no such column may be beside them', () => {
    const other = `  - name: paid
    on: {table: payments, op: delete}
    when: "[1].exists(cents, cents == 1)"
    publish:
      - {event: OrderRemoved, use: order}
onError:`
    expect(compiled(sharingBut('onError:', other)).rules.map(({ name, letSlots }) => [name, letSlots.length])).toEqual([
      ['placed', 4],
      ['shipped', 1],
      ['removed', 1],
      ['paid', 1],
    ])
  })
})
