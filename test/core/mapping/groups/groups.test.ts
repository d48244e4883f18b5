import { describe, expect, it } from 'vitest'
import { eventId, transactionIdentity } from '../../../../src/core/event/identity.ts'
import { planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import {
  type Change,
  deleted,
  eventOf,
  failureOf,
  inserted,
  line,
  order,
  payment,
  transactionOf,
  updated,
} from '../rows.ts'
import { compiled, soundWithRules } from '../sample.ts'
import { grouped, said } from './grouped.ts'

const added = (orderId: number, lineNo: number, rest = {}): Change =>
  inserted('order_lines', line(orderId, lineNo, rest))
const outcomesOf = (mapping: ReturnType<typeof grouped>, changes: readonly Change[]) =>
  translate(transactionOf(changes), planTranslation([mapping]), noRows)

describe('a rule per group', () => {
  it('fires once for each value in the transaction, in the order of the first rows', () => {
    expect(said(grouped(), [added(2, 1), added(1, 1), added(2, 2), added(2, 3)])).toEqual(['2: 3', '1: 1'])
  })

  it('sees the net changes of its rows: how, from what, to what', () => {
    const mapping = grouped({
      on: '{table: lines, op: [insert, update], changed: [qty], per: [order_id]}',
      says: "string(rows.exists(r, r.op == 'insert')) + ' ' + string(sum(rows.map(r, r.after.qty - (r.before == null ? 0 : r.before.qty))))",
    })
    const changes = [
      added(1, 1, { qty: 5 }),
      updated('order_lines', line(2, 1, { qty: 1 }), line(2, 1, { qty: 2 })),
      updated('order_lines', line(2, 1, { qty: 2 }), line(2, 1, { qty: 9 })),
      updated('order_lines', line(2, 2), line(2, 2, { qty: 2 })),
    ]
    expect(said(mapping, changes)).toEqual(['1: true 5', '2: false 9'])
  })

  it('has in its group what its operations and columns select, and does not fire where that is nothing', () => {
    const mapping = grouped({ on: '{table: lines, op: update, changed: [qty], per: [order_id]}' })
    const changes = [
      added(1, 1),
      updated('order_lines', line(2, 1), line(2, 1, { sku: 'B-1   ' })),
      updated('order_lines', line(3, 1), line(3, 1, { sku: 'B-1   ' })),
      updated('order_lines', line(3, 2), line(3, 2, { qty: 2 })),
      deleted('order_lines', line(4, 1)),
    ]
    expect(said(mapping, changes)).toEqual(['3: 1'])
  })

  it('fires once for rows without a value together', () => {
    const mapping = grouped({
      on: '{table: orders, op: insert, per: [ship_dt]}',
      key: "group.ship_dt == null ? 'none' : string(group.ship_dt)",
    })
    const changes = [order(1), order(2, { ship_dt: 20260131 }), order(3)].map((row) => inserted('orders', row))
    expect(said(mapping, changes)).toEqual(['none: 2', '20260131: 1'])
  })

  it('takes for equal what the database takes for equal', () => {
    const mapping = grouped({ on: '{table: lines, op: insert, per: [sku]}', key: 'trim(group.sku)' })
    expect(
      said(mapping, [added(1, 1, { sku: 'A' }), added(1, 2, { sku: 'A     ' }), added(1, 3, { sku: 'B' })]),
    ).toEqual(['A: 2', 'B: 1'])
  })

  it('fires per combination of several columns', () => {
    const mapping = grouped({
      on: '{table: orders, op: insert, per: [store_no, status]}',
      key: 'string(group.store_no) + group.status',
    })
    const changes = [order(1), order(2, { status: 'S' }), order(3)].map((row) => inserted('orders', row))
    expect(said(mapping, changes)).toEqual(['1N: 2', '1S: 1'])
  })

  it('joins rows of the transaction by the values of the group', () => {
    const mapping = grouped({
      rule: '    with: {paid: {table: payments, op: insert, match: {order_id: group.order_id}, rows: 0..5}}\n    when: "size(paid) > 0"\n',
      says: 'string(size(paid))',
    })
    const paid = [1, 2].map((id) => inserted('payments', payment(id, 7)))
    expect(said(mapping, [added(7, 1), added(8, 1), ...paid, added(7, 2)])).toEqual(['7: 2'])
  })

  it('has its rows in the list of a field', () => {
    const fields = `orderId: "string(group.order_id)", storeNo: "1", status: "'N'", total: "decimal('0.00')", lines: {each: rows, as: r, fields: {sku: "trim(r.after.sku)", quantity: "r.after.qty"}}`
    const mapping = compiled(
      soundWithRules(
        `rules:\n  - name: placed\n    on: {table: lines, op: insert, per: [order_id]}\n    publish:\n      - {event: OrderPlaced, key: "string(group.order_id)", fields: {${fields}}}`,
      ),
    )
    const [outcome] = outcomesOf(mapping, [added(1, 1), added(1, 2, { qty: 3 })])
    expect(eventOf(outcome).fields['lines']).toEqual([
      { sku: 'A-1', quantity: 1 },
      { sku: 'A-2', quantity: 3 },
    ])
  })

  it('says of the transaction what every rule says', () => {
    const mapping = grouped({ says: "meta.table + ' ' + meta.txId" })
    expect(said(mapping, [added(1, 1)])).toEqual(['1: public.order_lines 771:1769853600000000'])
  })

  it('stands among the other rules of its table, in their order, where its first row stands', () => {
    const each = { on: '{table: lines, op: insert}', key: 'string(row.order_id)', says: 'string(row.line_no)' }
    const mapping = grouped({ ...each, name: 'first' }, {}, { ...each, name: 'last' })
    expect(said(mapping, [added(1, 1), added(1, 2)])).toEqual(['1: 1', '1: 2', '1: 1', '1: 2', '1: 2'])
  })
})

describe('a row that changes its group', () => {
  const moved = (id: number, from: number, to: number): Change =>
    updated('orders', order(id, { store_no: from }), order(id, { store_no: to }))
  const mapping = grouped({
    on: '{table: orders, op: update, changed: any, per: [store_no]}',
    key: 'string(group.store_no)',
    says: "string(rows.exists(r, r.before.store_no == group.store_no)) + ' ' + string(size(rows))",
  })

  it('is in the group that it left, and then in the one that it entered', () => {
    expect(said(mapping, [moved(1, 3, 2)])).toEqual(['3: true 1', '2: false 1'])
  })

  it('gives the two events ids and sequences of their own, the one that was left first', () => {
    const [left, entered] = outcomesOf(mapping, [moved(1, 3, 2)]).map(eventOf)
    expect([left?.anchor, entered?.anchor]).toEqual([
      { table: 'public.orders', ordinal: 0, order: 0, offset: 101 },
      { table: 'public.orders', ordinal: 0, order: 0, offset: 101, group: 'entered' },
    ])
    const transaction = transactionIdentity({ source: 'shop', incarnation: 1, transactionKey: '771:1' })
    const ids = [left, entered].map((event) =>
      event === undefined
        ? ''
        : eventId({ transaction, ...event.anchor, event: 'OrderRemoved', version: 1, index: event.index }),
    )
    expect(new Set(ids).size).toBe(2)
    expect([left?.index, entered?.index]).toEqual([0, 0])
  })

  it('has its events behind all others of the row', () => {
    const row = {
      on: '{table: orders, op: update, changed: any}',
      key: 'string(row.id)',
      says: "'the row'",
      name: 'row',
    }
    const both = grouped(
      { on: '{table: orders, op: update, changed: any, per: [store_no]}', key: 'string(group.store_no)' },
      row,
    )
    expect(said(both, [moved(9, 3, 2), moved(8, 3, 3)])).toEqual(['3: 1', '9: the row', '2: 1'])
  })

  it('joins a group that is there already', () => {
    expect(said(mapping, [moved(1, 2, 3), moved(2, 3, 4), moved(3, 4, 2)])).toEqual([
      '2: true 2',
      '3: true 2',
      '4: true 2',
    ])
  })
})

describe('a failing group', () => {
  const failing = grouped({ says: 'string(1 / (size(rows) - 2))' })

  it('holds up no other group', () => {
    expect(said(failing, [added(1, 1), added(2, 1), added(1, 2)])).toEqual(['overflow grouped.orderId', '2: -1'])
  })

  it('carries its rows, and what tells it from other groups', () => {
    const changes = [added(1, 1), updated('order_lines', line(1, 2), line(1, 2, { qty: 2 }))]
    const { identity, failure } = failureOf(outcomesOf(failing, changes)[0])
    expect(identity).toEqual({
      mapping: 'orders',
      rule: 'grouped',
      anchor: { table: 'public.order_lines', ordinal: 0, order: 0, offset: 101 },
      group: '1:1',
    })
    expect(failure).toMatchObject({
      op: null,
      before: null,
      after: null,
      rows: [
        { op: 'insert', before: null, after: line(1, 1) },
        { op: 'update', before: line(1, 2), after: line(1, 2, { qty: 2 }) },
      ],
    })
  })

  it('carries no more than 1,000 rows', () => {
    const mapping = grouped({ says: 'string(1 / (size(rows) - 1200))' })
    const changes = Array.from({ length: 1_200 }, (_, at) => added(1, at))
    expect(failureOf(outcomesOf(mapping, changes)[0]).failure.rows).toHaveLength(1_000)
  })

  it('is the whole rule where the group of a row cannot be read: it could be any', () => {
    const mapping = grouped(
      {},
      { name: 'other', on: '{table: lines, op: insert, per: [line_no]}', key: 'string(group.line_no)' },
    )
    const unreadable = inserted('order_lines', { ...line(1, 2), order_id: 'one' })
    const outcomes = outcomesOf(mapping, [added(1, 1), unreadable, added(2, 3)])
    expect(said(mapping, [added(1, 1), unreadable, added(2, 3)])).toEqual(['decode grouped', '1: 1', '2: 1', '3: 1'])
    const { identity, failure } = failureOf(outcomes[0])
    expect(identity.group).toBe('')
    expect(failure.rows?.map(({ after }) => after?.['line_no' as never])).toEqual([1, 2, 3])
  })
})
