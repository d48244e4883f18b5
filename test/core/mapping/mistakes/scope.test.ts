import { describe, expect, it } from 'vitest'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { compiled, sound, surroundings, type sources } from '../sample.ts'
import { type Mistake, said } from './said.ts'

const scope =
  'migration: {scope: {column: orders.store_no, via: {lines: {order_id: orders}, payments: {order_id: orders}}}}'

const scopeBut = (from: string, to: string): string => `${sound}${scope.replace(from, () => to)}\n`

const kept: typeof sources = new Map([['shop', { ...surroundings, keepsRows: () => true }]])
const withRows = (text: string) => checkMapping({ text, file: 'orders.yaml' }, kept).mapping

describe('the scope of a mapping', () => {
  it('is told of every table of its rules', () => {
    expect(withRows(`${sound}${scope}\n`)?.scope).toMatchObject({
      table: 'public.orders',
      column: 'store_no',
      via: new Map([
        ['public.order_lines', { column: 'order_id', parent: 'public.orders' }],
        ['public.payments', { column: 'order_id', parent: 'public.orders' }],
      ]),
    })
    expect(compiled(sound).scope).toBeNull()
  })

  it('counts among what the mapping reads', () => {
    const reads = withRows(`${sound}${scope}\n`)?.reads ?? new Set()
    expect(['public.orders.store_no', 'public.payments.order_id'].filter((column) => !reads.has(column))).toEqual([])
  })

  it('cannot be told by rows that are not kept', () => {
    expect(said(scopeBut(', payments: {order_id: orders}', '')).join()).toContain(
      'rows of public.orders are not kept, and tell the scope of those of public.order_lines',
    )
  })

  it('may be reached by way of tables that no rule is about', () => {
    const text = scopeBut('payments: {order_id: orders}', 'payments: {order_id: products}, products: {id: orders}')
    expect([...(withRows(text)?.scope?.via.keys() ?? [])]).toEqual([
      'public.order_lines',
      'public.payments',
      'public.products',
    ])
  })

  it.each<Mistake>([
    {
      mistake: 'a column without its table',
      text: scopeBut('column: orders.store_no', 'column: store_no'),
      says: ["40:29+8 FW2007 bad-value: 'store_no' is no column of a table | column: orders.store_no"],
    },
    {
      mistake: 'a table that is not declared',
      text: scopeBut('column: orders.store_no', 'column: order.store_no'),
      says: [
        '40:29+14 FW2302 unknown-alias: no table \'order\' under tables | did you mean "orders"? (have orders, lines, payments, products)',
      ],
    },
    {
      mistake: 'a column that there is not',
      text: scopeBut('column: orders.store_no', 'column: orders.store'),
      says: [
        '40:29+12 FW2103 unknown-column: no column \'store\' in public.orders | did you mean "store_no"? (have id, store_no, status, total_cents, ship_dt, note, email, created_at)',
      ],
    },
    {
      mistake: 'a column that may be null',
      text: scopeBut('column: orders.store_no', 'column: orders.ship_dt'),
      says: ['40:29+14 FW2333 scope-column: public.orders.ship_dt may be null: such a row would be in no scope'],
    },
    {
      mistake: 'a table of a rule that does not reach it',
      text: scopeBut(', payments: {order_id: orders}', ''),
      says: [
        '40:20+59 FW2334 scope-not-reached: nothing says how rows of payments reach orders.store_no | via: {payments: {<column>: orders}}',
      ],
    },
    {
      mistake: 'no way at all',
      text: scopeBut(', via: {lines: {order_id: orders}, payments: {order_id: orders}}', ''),
      says: [
        '40:20+25 FW2334 scope-not-reached: nothing says how rows of lines, payments reach orders.store_no | via: {lines: {<column>: orders}, payments: {<column>: orders}}',
      ],
    },
    {
      mistake: 'a way of a table that is not declared',
      text: scopeBut('lines: {order_id', 'line: {order_id'),
      says: [
        '40:52+4 FW2302 unknown-alias: no table \'line\' under tables | did you mean "lines"? (have orders, lines, payments, products)',
      ],
    },
    {
      mistake: 'a way by a column that there is not',
      text: scopeBut('payments: {order_id', 'payments: {orderid'),
      says: [
        '40:90+7 FW2103 unknown-column: no column \'orderid\' in public.payments | did you mean "order_id"? (have id, order_id, method, gift)',
      ],
    },
    {
      mistake: 'a way by a column that may be null',
      text: scopeBut('payments: {order_id', 'payments: {gift'),
      says: ['40:90+4 FW2333 scope-column: public.payments.gift may be null: such a row would be in no scope'],
    },
    {
      mistake: 'a way by a column of another type',
      text: scopeBut('payments: {order_id', 'payments: {method'),
      says: ['40:90+6 FW2335 scope-way: public.payments.method is smallint, and public.orders.id is bigint'],
    },
    {
      mistake: 'a way to a table that is not declared',
      text: scopeBut('lines: {order_id: orders}', 'lines: {order_id: ordrs}'),
      says: [
        '40:70+5 FW2302 unknown-alias: no table \'ordrs\' under tables | did you mean "orders"? (have orders, lines, payments, products)',
      ],
    },
    {
      mistake: 'a way to a table that leads nowhere',
      text: scopeBut('lines: {order_id: orders}', 'lines: {order_id: products}'),
      says: ["40:70+8 FW2335 scope-way: 'products' does not reach the scope | have orders, lines, payments"],
    },
    {
      mistake: 'a way in a circle',
      text: scopeBut(
        'lines: {order_id: orders}, payments: {order_id: orders}',
        'lines: {order_id: payments}, payments: {order_id: payments}',
      ),
      says: [
        "40:70+8 FW2335 scope-way: 'payments' does not reach the scope | have orders, lines, payments",
        "40:102+8 FW2335 scope-way: 'payments' does not reach the scope | have orders, lines, payments",
      ],
    },
    {
      mistake: 'a way by a key of several columns',
      text: scopeBut('payments: {order_id: orders}', 'payments: {order_id: lines}'),
      says: ['40:100+5 FW2335 scope-way: public.order_lines has no primary key of one column'],
    },
    {
      mistake: 'a way from where the column is',
      text: scopeBut('payments: {order_id: orders}', 'payments: {order_id: orders}, orders: {id: products}'),
      says: ["40:109+6 FW2335 scope-way: 'orders' has the column of the scope, and needs no way to it"],
    },
    {
      mistake: 'a way by two columns',
      text: scopeBut('lines: {order_id: orders}', 'lines: {order_id: orders, line_no: orders}'),
      says: [
        '40:59+35 FW2007 bad-value: migration.scope.via.lines: a table reaches the scope by one column | {order_id: orders}',
      ],
    },
    {
      mistake: 'a way by no column',
      text: scopeBut('lines: {order_id: orders}', 'lines: {}'),
      says: [
        '40:59+2 FW2004 missing-key: migration.scope.via.lines: expected a map that is not empty, got an empty map',
      ],
    },
    {
      mistake: 'a key that is misspelt',
      text: scopeBut('via:', 'vias:'),
      says: [
        '40:20+90 FW2334 scope-not-reached: nothing says how rows of lines, payments reach orders.store_no | via: {lines: {<column>: orders}, payments: {<column>: orders}}',
        '40:46+4 FW2003 unknown-key: migration.scope: unknown key vias | did you mean "via"? (have column, via)',
      ],
    },
  ])('with $mistake has that said, once', ({ text, says }) => {
    expect(said(text, kept)).toEqual(says)
  })
})
