import { describe, expect, it } from 'vitest'
import { planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import { deleted, eventOf, inserted, order, rekeyed, transactionOf, updated } from '../rows.ts'
import { grouped, said } from './grouped.ts'

const on = '{table: orders, op: [insert, update, delete, rekey], changed: any, per: change}'
const mapping = grouped({ on, key: 'string(row.id)', says: "meta.op + ' ' + row.status" })
const [n, s, x] = ['N', 'S', 'X'].map((status) => order(1, { status }))
if (n === undefined || s === undefined || x === undefined) throw new Error('three rows')

describe('a rule per change', () => {
  it('fires for every single change of a row, in order', () => {
    const changes = [
      inserted('orders', n),
      inserted('orders', order(2)),
      updated('orders', n, s),
      updated('orders', s, x),
    ]
    expect(said(mapping, changes)).toEqual(['1: insert N', '2: insert N', '1: update S', '1: update X'])
  })

  it('fires for changes of which nothing is left in the end', () => {
    expect(said(mapping, [inserted('orders', n), deleted('orders', n)])).toEqual(['1: insert N', '1: delete N'])
    expect(said(mapping, [updated('orders', n, s), updated('orders', s, n)])).toEqual(['1: update S', '1: update N'])
  })

  it('compares the images of the change, and passes over one in which nothing differs', () => {
    const changed = grouped({
      on: '{table: orders, op: update, changed: [status], per: change}',
      key: 'string(row.id)',
      says: 'before.status + after.status',
    })
    expect(said(changed, [updated('orders', n, s), updated('orders', s, s), updated('orders', s, x)])).toEqual([
      '1: NS',
      '1: SX',
    ])
  })

  it('takes the two halves of a changed key for one', () => {
    const there = rekeyed(n, order(5, { status: 'S' }))
    const back = rekeyed(order(5, { status: 'S' }), n)
    expect(said(mapping, [...there, ...back])).toEqual(['5: rekey S', '1: rekey N'])
  })

  it('refuses a changed key that no rule speaks of, also one that comes back', () => {
    const without = grouped({
      on: '{table: orders, op: insert, per: change}',
      key: 'string(row.id)',
      says: 'row.status',
    })
    expect(said(without, [...rekeyed(n, order(5)), ...rekeyed(order(5), n)])).toEqual([
      'unmapped grouped',
      'unmapped grouped',
    ])
  })

  it('gives each event an anchor of its own', () => {
    const changes = [updated('orders', n, s), updated('orders', s, x)]
    const outcomes = translate(transactionOf(changes), planTranslation([mapping]), noRows)
    expect(outcomes.map((outcome) => eventOf(outcome).anchor)).toEqual([
      { table: 'public.orders', ordinal: 0, order: 0, offset: 101 },
      { table: 'public.orders', ordinal: 1, order: 1, offset: 102 },
    ])
  })

  it('stands beside rules per row, whose row stands where it changed first', () => {
    const both = grouped(
      { on, key: 'string(row.id)', says: 'meta.op' },
      { name: 'net', on: '{table: orders, op: insert}', key: 'string(row.id)', says: "'net ' + row.status" },
    )
    expect(said(both, [inserted('orders', n), updated('orders', n, s)])).toEqual(['1: insert', '1: net S', '1: update'])
  })
})
