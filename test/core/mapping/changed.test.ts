/** `changed('column')` in rules on more than updates. */
import { describe, expect, it } from 'vitest'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import { contractOf } from '../event/contracts.ts'
import { deleted, eventOf, inserted, order, translated, updated } from './rows.ts'
import { sources, soundWithRules, surroundings } from './sample.ts'

const doc = 'what it means'
const contract = contractOf({
  type: 'record',
  name: 'OrderPlaced',
  namespace: 'com.acme.orders',
  owner: 'sales-team',
  doc,
  fields: [{ name: 'noteChanged', type: 'boolean', doc }],
})
const own = { ...surroundings, contracts: new Map([['OrderPlaced.v1', contract]]) }

const checked = (on: string) =>
  checkMapping(
    {
      text: soundWithRules(`rules:
  - name: noted
    on: {table: orders, op: ${on}}
    publish:
      - event: OrderPlaced
        fields: {noteChanged: "changed('note')"}`),
      file: 'orders.yaml',
    },
    new Map([...sources, ['shop', own]]),
  )

const messages = (on: string): readonly string[] =>
  checked(on).problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []))

describe('changed()', () => {
  it.each([
    ['a new row', inserted('orders', order(1))],
    ['a row that is gone', deleted('orders', order(1))],
    ['a row that has another value', updated('orders', order(1), order(1, { note: 'x' }))],
  ])('is true of %s', (_, change) => {
    const { mapping } = checked('[insert, update, delete], changed: any')
    if (mapping === null) throw new Error(messages('[insert, update, delete], changed: any').join('\n'))
    expect(eventOf(translated([mapping], [change])[0]).fields).toEqual({ noteChanged: true })
  })

  it('is false of a row whose other columns changed', () => {
    const { mapping } = checked('[insert, update], changed: any')
    const change = updated('orders', order(1), order(1, { status: 'S' }))
    expect(eventOf(translated(mapping === null ? [] : [mapping], [change])[0]).fields).toEqual({ noteChanged: false })
  })

  it('has nothing to compare where no operation has both rows', () => {
    expect(messages('[insert, delete]')).toEqual([
      'changed() is not here: only an update has a row before and a row after',
    ])
  })
})
