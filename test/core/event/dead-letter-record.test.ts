import { describe, expect, it } from 'vitest'
import { deadLetterRecords } from '../../../src/core/event/dead-letter/dead-letter-record.ts'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import { exactJson } from '../../../src/core/values/exact-json.ts'
import { transactionStamp } from '../../../src/core/event/record-factory.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { orders, transaction } from './transactions.ts'

const identity = {
  mapping: 'order-placed',
  rule: 'placed',
  anchor: { table: orders, ordinal: 0, order: 0, offset: 120 },
  group: '',
}
const context = {
  stamp: transactionStamp({ source: 'shop', incarnation: 1, transaction }),
  source: 'shop',
  incarnation: 1,
  topic: 'falsework.dead-letters',
  partitions: 6,
  revisionHash: 'f00d',
  input: null,
}

/** The one record of a letter that is not large. */
function deadLetterRecord(...parameters: Parameters<typeof deadLetterRecords>): OutputRecord {
  const [record, ...others] = deadLetterRecords(...parameters)
  if (record === undefined || others.length > 0) throw new Error('not one record')
  return record
}

describe('a dead letter', () => {
  it('is keyed by an id that the same input always gets', () => {
    const record = deadLetterRecord(identity, { class: 'badDate' }, context)
    expect(record.key?.toString()).toBe('0cc8e2a6-1767-57fc-aaec-c1d79ccb388c')
    const later = { ...context, revisionHash: 'beef' }
    expect(deadLetterRecord(identity, { class: 'decode' }, later).key).toEqual(record.key)
    expect(deadLetterRecord({ ...identity, group: 'DE' }, {}, context).key).not.toEqual(record.key)
  })

  it('says where the input stands and what failed, by itself', () => {
    const failure = { class: 'badDate', input: { row: { id: 2n ** 60n, order_dt: 20260231 } } }
    const { value } = deadLetterRecord(identity, failure, context)
    expect(value?.toString()).toContain('"id":1152921504606846976')
    expect(JSON.parse(value?.toString() ?? '')).toMatchObject({
      format: 1,
      source: 'shop',
      incarnation: 1,
      mapping: 'order-placed',
      revision: 'f00d',
      rule: 'placed',
      anchor: { table: 'public.orders', ordinal: 0, offset: 120 },
      transaction: '771:1769853600123456',
      position: '000000000000000000a1',
      raw: { from: 119, to: 125 },
      failure: { class: 'badDate', input: { row: { order_dt: 20260231 } } },
    })
  })

  it('has all its records in the partition of its id when it is large', () => {
    const failure = { class: 'rowCount', with: { lines: 'x'.repeat(1_200_000) } }
    const records = deadLetterRecords(identity, failure, context)
    expect(records.length).toBe(4)
    const small = deadLetterRecord(identity, {}, context)
    expect(records.map(({ key }) => key?.toString())[0]).toBe(small.key?.toString())
    expect(new Set(records.map(({ topic, partition }) => `${topic}/${partition}`))).toEqual(
      new Set([`${small.topic}/${small.partition}`]),
    )
  })

  it('writes what JSON has no word for', () => {
    const value = {
      bytes: Buffer.from([1, 255]),
      gone: UNAVAILABLE,
      map: new Map([['a', 1n]]),
      list: [Buffer.from([2])],
    }
    expect(exactJson(value)).toBe('{"bytes":"01ff","gone":"unavailable","map":{"a":1},"list":["02"]}')
  })
})
