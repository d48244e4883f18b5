import { describe, expect, it } from 'vitest'
import {
  committedAtUs,
  deleted,
  eventOf,
  failureOf,
  inserted,
  line,
  order,
  payment,
  rekeyed,
  told,
  translated,
  truncated,
  updated,
} from './rows.ts'
import { compiled, sound, soundBut } from './sample.ts'

const mapping = compiled(sound)

describe('an insert', () => {
  it('becomes one event of the order, its lines and its payment', () => {
    const outcomes = translated(
      [mapping],
      [
        inserted('orders', order(7)),
        inserted('order_lines', line(7, 1)),
        inserted('order_lines', line(7, 2, { qty: 3 })),
        inserted('payments', payment(1, 7, { method: 2 })),
      ],
    )
    const [only, ...others] = outcomes
    const event = eventOf(only)
    expect(others).toEqual([])
    expect(event).toMatchObject({ key: '7', subject: '7', timeUs: committedAtUs, index: 0 })
    expect(event.anchor).toEqual({ table: 'public.orders', ordinal: 0, order: 0, offset: 101 })
    expect(event.fields).toEqual({
      orderId: '7',
      storeNo: 1,
      status: 'NEW',
      total: 4990n,
      method: 'TRANSFER',
      note: null,
      lines: [
        { sku: 'A-1', quantity: 1 },
        { sku: 'A-2', quantity: 3 },
      ],
    })
    expect(event.publication.contract.decode(event.value)).toEqual(event.fields)
  })

  it('does not take rows of another order, nor rows that were there before', () => {
    const [outcome] = translated(
      [mapping],
      [
        inserted('orders', order(7)),
        inserted('order_lines', line(8, 1)),
        updated('order_lines', line(7, 2), line(7, 2, { qty: 9 })),
        inserted('order_lines', line(7, 3)),
      ],
    )
    expect(eventOf(outcome).fields).toMatchObject({ lines: [{ sku: 'A-3' }], method: null })
  })

  it('has rows of `with` in the order that the mapping says, whatever order they came in', () => {
    const [outcome] = translated(
      [mapping],
      [
        inserted('order_lines', line(7, 3)),
        inserted('order_lines', line(7, 1)),
        inserted('orders', order(7)),
        inserted('order_lines', line(7, 2)),
      ],
    )
    expect(eventOf(outcome).fields['lines']).toMatchObject([{ sku: 'A-1' }, { sku: 'A-2' }, { sku: 'A-3' }])
  })

  it('is set aside where `with` has fewer or more rows than declared', () => {
    const [few] = translated([mapping], [inserted('orders', order(7))])
    expect(failureOf(few)).toMatchObject({ errorClass: 'rowCount', policy: 'deadLetter', place: { line: 14 } })
    const [many] = translated(
      [mapping],
      [
        inserted('orders', order(7)),
        inserted('order_lines', line(7, 1)),
        inserted('payments', payment(1, 7)),
        inserted('payments', payment(2, 7)),
      ],
    )
    const failure = failureOf(many)
    expect(failure.failure).toMatchObject({ at: 'placed.payment', message: 'payment has 2 rows, declared are 0..1' })
  })

  it('takes from `with` only rows with the constants of `where`', () => {
    const gifts = compiled(
      soundBut('{order_id: row.id}, rows: 0..1', '{order_id: row.id}, where: {gift: true}, rows: 0..1'),
    )
    const [outcome] = translated(
      [gifts],
      [
        inserted('orders', order(7)),
        inserted('order_lines', line(7, 1)),
        inserted('payments', payment(1, 7, { method: 1 })),
        inserted('payments', payment(2, 7, { method: 2, gift: true })),
      ],
    )
    expect(eventOf(outcome).fields).toMatchObject({ method: 'TRANSFER' })
  })
})

describe('a guard', () => {
  const paidLater = "before.status != 'S' && after.status == 'S'"
  const change = updated('orders', order(7), order(7, { status: 'S', ship_dt: 20260131 }))

  it('lets through what it is true of, and nothing else', () => {
    expect(told(translated([mapping], [change]))).toEqual(['OrderShipped 7'])
    expect(translated([mapping], [updated('orders', order(7), order(7, { status: 'X' }))])).toEqual([])
  })

  it('of the anchor alone spares what it refuses from the bounds of `with`', () => {
    const guarded = compiled(soundBut('    let:\n', '    when: "after.store_no == 2"\n    let:\n'))
    expect(translated([guarded], [inserted('orders', order(7))])).toEqual([])
    expect(told(translated([guarded], [inserted('orders', order(7, { store_no: 2 }))]))).toEqual([
      'rowCount placed.items',
    ])
  })

  it.each(['payment != null', 'paid'])('that reads rows of `with` has them: %s', (guard) => {
    const text = soundBut('    let:\n', `    when: "${guard}"\n    let:\n      paid: "payment != null"\n`)
    const guarded = compiled(text)
    const placed = [inserted('orders', order(7)), inserted('order_lines', line(7, 1))]
    expect(translated([guarded], placed)).toEqual([])
    expect(told(translated([guarded], [...placed, inserted('payments', payment(1, 7))]))).toEqual(['OrderPlaced 7'])
    expect(told(translated([guarded], [inserted('orders', order(7))]))).toEqual(['rowCount placed.items'])
  })

  it('that fails is a failure of the whole input', () => {
    const failing = compiled(
      soundBut(paidLater, "ymd(coalesce(after.ship_dt, 0)) > ymd(20260101) && after.status == 'S'"),
    )
    const [outcome] = translated([failing], [updated('orders', order(7), order(7, { status: 'S' }))])
    expect(failureOf(outcome)).toMatchObject({ errorClass: 'badDate', place: { line: 30, column: 12 } })
    expect(failureOf(outcome).failure).toMatchObject({ at: 'shipped.when', event: null })
  })
})

describe('an update', () => {
  it('that touches none of the columns in question is nothing', () => {
    expect(translated([mapping], [updated('orders', order(7), order(7, { total_cents: 1 }))])).toEqual([])
  })

  it('is judged by the end of its transaction: what happened in between was never visible', () => {
    const shipped = order(7, { status: 'S', ship_dt: 20260131 })
    expect(
      told(translated([mapping], [updated('orders', order(7), shipped), updated('orders', shipped, order(7))])),
    ).toEqual([])
    expect(
      told(
        translated(
          [mapping],
          [
            updated('orders', order(7), order(7, { status: 'X' })),
            updated('orders', order(7, { status: 'X' }), shipped),
          ],
        ),
      ),
    ).toEqual(['OrderShipped 7'])
  })

  it('of a row that the same transaction inserted belongs to the insert', () => {
    const outcomes = translated(
      [mapping],
      [
        inserted('orders', order(7, { total_cents: 0 })),
        inserted('order_lines', line(7, 1)),
        updated('orders', order(7, { total_cents: 0 }), order(7, { status: 'S', total_cents: 990 })),
      ],
    )
    expect(told(outcomes)).toEqual(['OrderPlaced 7'])
    expect(eventOf(outcomes[0]).fields).toMatchObject({ status: 'SHIPPED', total: 990n })
  })

  it('of a row that is deleted afterwards belongs to the delete', () => {
    const shipped = order(7, { status: 'S', ship_dt: 20260131 })
    const outcomes = translated([mapping], [updated('orders', order(7), shipped), deleted('orders', shipped)])
    expect(told(outcomes)).toEqual(['OrderRemoved 7'])
  })

  it('whose row before is not in the log cannot be judged', () => {
    const change = { ...updated('orders', order(7), order(7, { status: 'S' })), before: null }
    const [outcome] = translated([mapping], [change])
    expect(failureOf(outcome)).toMatchObject({ errorClass: 'unavailable', identity: { rule: 'shipped' } })
  })
})

describe('a row that comes and goes in one transaction', () => {
  it('is nothing', () => {
    expect(translated([mapping], [inserted('orders', order(7)), deleted('orders', order(7))])).toEqual([])
  })
})

describe('a change that no rule says anything of', () => {
  it('of a key or of a whole table is never passed over', () => {
    const outcomes = translated([mapping], [...rekeyed(order(7), order(8)), truncated('orders')])
    expect(told(outcomes)).toEqual(['unmapped placed', 'unmapped placed'])
    expect(outcomes.map((outcome) => failureOf(outcome).policy)).toEqual(['holdMapping', 'holdMapping'])
    expect(failureOf(outcomes[0]).failure).toMatchObject({ op: 'rekey', before: { id: 7 }, after: { id: 8 } })
  })

  it('is passed over where no rule is anchored on the table', () => {
    expect(translated([mapping], [truncated('payments'), inserted('payments', payment(1, 7))])).toEqual([])
  })

  it('is one where a rule of the same mapping takes it', () => {
    const both = compiled(
      soundBut('op: delete}', 'op: [delete, rekey]}').replace(
        'op: update, changed: [status]}',
        'op: [update, rekey], changed: [status]}',
      ),
    )
    const outcomes = translated([both], rekeyed(order(7), order(8, { status: 'S', ship_dt: 20260131 })))
    expect(told(outcomes)).toEqual(['OrderShipped 8', 'OrderRemoved 8'])
  })
})

describe('outcomes', () => {
  it('come in the order of the rows, then of the mappings by name, then of the rules and of publish', () => {
    const other = compiled(
      sound
        .replace('mapping: orders', 'mapping: archive')
        .slice(0, sound.indexOf('  - name: placed') + 1)
        .concat(
          '  - name: gone\n    on: {table: orders, op: delete}\n    publish:\n      - {tombstone: orders.state, key: "string(before.id)"}\n',
        ),
    )
    const changes = [deleted('orders', order(9)), deleted('orders', order(3))]
    expect(told(translated([mapping, other], changes))).toEqual([
      'tombstone 9',
      'OrderRemoved 9',
      'tombstone 3',
      'OrderRemoved 3',
    ])
  })

  it('count the events of one type from one row', () => {
    const twice = soundBut(
      '        fields: {orderId: "string(before.id)"}\n',
      '        fields: {orderId: "string(before.id)"}\n      - event: OrderRemoved\n        fields: {orderId: {const: again}}\n',
    )
    const outcomes = translated([compiled(twice)], [deleted('orders', order(7)), deleted('orders', order(8))])
    expect(outcomes.map((outcome) => eventOf(outcome).index)).toEqual([0, 1, 0, 1])
  })

  it('know their fields by the columns that they read', () => {
    const [item] = mapping.rules[0]?.publish ?? []
    if (item?.kind !== 'event') throw new Error('the sample publishes an event first')
    const lineage = [...item.lineage].map(([field, columns]) => `${field}: ${[...columns].join(', ')}`)
    expect(lineage).toContain('orderId: public.orders.id')
    expect(lineage).toContain('lines.sku: public.order_lines.sku')
    expect(lineage).toContain('method: public.payments.method')
  })
})
