import { describe, expect, it } from 'vitest'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import { type Outcome, planTranslation, translate } from '../../../src/core/mapping/run/translate.ts'
import { noRows } from '../rows/no-rows.ts'
import { type Change, inserted, order, payment, told, transactionOf, updated } from './rows.ts'
import { soundWithRules, surroundings } from './sample.ts'

const text = `${soundWithRules(`rules:
  - name: changed
    on: {table: orders, op: [insert, update], changed: any}
    publish: [{event: OrderRemoved, fields: {orderId: "string(after.id)"}}]
  - name: paid
    on: {table: payments, op: insert}
    publish: [{event: OrderRemoved, fields: {orderId: "string(after.order_id)"}}]`)}migration: {scope: {column: orders.store_no, via: {payments: {order_id: orders}}}}
`

function scopedMapping(): CompiledMapping {
  const kept = { ...surroundings, keepsRows: () => true }
  const { mapping, problems } = checkMapping({ text, file: 'orders.yaml' }, new Map([['shop', kept]]))
  if (mapping === null) throw new Error(problems.map(({ message }) => message).join())
  return mapping
}

const mapping = scopedMapping()

/** Nothing is known of rows that the transaction does not have. */
function outcomesOf(change: Change, stages: 'one' | 'several'): readonly Outcome[] {
  const divided = new Set(stages === 'one' ? [] : [mapping.name])
  return translate(transactionOf([change]), planTranslation([mapping], { saysScopes: true, divided }), noRows)
}

const moved = updated('orders', order(7, { store_no: 1 }), order(7, { store_no: 2 }))

describe('the scope that an event says', () => {
  it.each([
    { stages: 'one' as const, routed: [null] },
    { stages: 'several' as const, routed: ['1', '2'] },
  ])('is the one that its row has moved to, where the scopes of its mapping are in $stages', ({ stages, routed }) => {
    const [outcome] = outcomesOf(moved, stages)
    expect(outcome?.fired).toMatchObject({ scopeSaid: '2', scopes: routed })
  })

  it('is none where it cannot be told and nothing depends on it: the event is published all the same', () => {
    const outcomes = outcomesOf(inserted('payments', payment(1, 7)), 'one')
    expect(told(outcomes)).toEqual(['OrderRemoved 1'])
    expect(outcomes[0]?.fired.scopeSaid).toBeNull()
  })

  it('fails its input where it cannot be told and decides about its route', () => {
    expect(told(outcomesOf(inserted('payments', payment(1, 7)), 'several'))).toEqual(['unavailable paid.scope'])
  })

  it('is nobody’s question where events do not say it, as in fixtures', () => {
    const [outcome] = translate(transactionOf([inserted('orders', order(7))]), planTranslation([mapping]), noRows)
    expect(outcome?.fired.scopeSaid).toBeNull()
  })
})
