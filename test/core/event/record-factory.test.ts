import { describe, expect, it } from 'vitest'
import type { BusinessEvent } from '../../../src/core/event/business-event.ts'
import { frame, unframe } from '../../../src/core/event/confluent-frame.ts'
import {
  publicationRecordFactory,
  tombstoneRecordFactory,
  transactionStamp,
} from '../../../src/core/event/record-factory.ts'
import { orderPaid, recordsOf } from './order-paid.ts'
import { orders, transaction } from './transactions.ts'

const publication = orderPaid
const options = recordsOf(publication)
const event: BusinessEvent = {
  publication,
  key: '42',
  subject: 'order/42',
  timeUs: 1_769_853_600_123_456n,
  fields: { orderId: '42' },
  value: publication.contract.encode({ orderId: '42' }),
  anchor: { table: orders, ordinal: 1, order: 2, offset: 123 },
  index: 0,
}
const stamp = transactionStamp({ source: 'shop', incarnation: 1, transaction })
const recordOf = publicationRecordFactory(options)

describe('the record of an event', () => {
  it('is pinned: the same change gives the same record', () => {
    expect(recordOf(event, stamp)).toEqual({
      topic: 'a.orders.v1',
      partition: 4,
      key: Buffer.from('42'),
      value: Buffer.from('0000000007043432', 'hex'),
      fixedHeaders: [
        ['ce_specversion', '1.0'],
        ['ce_source', '/falsework/shop'],
        ['ce_type', 'com.acme.orders.OrderPaid'],
        ['ce_dataschema', 'http://registry/schemas/ids/7'],
        ['content-type', 'application/avro'],
        ['falsework-mapping', 'order-lifecycle@f00d'],
        ['falsework-proof', 'end'],
        ['falsework-epoch', '0'],
      ],
      headers: [
        'ce_id',
        '0b36ed1c-2def-5177-a25a-d6390c1cff18',
        'ce_time',
        '2026-01-31T10:00:00.123456Z',
        'ce_subject',
        'order/42',
        'ce_partitionkey',
        '42',
        'ce_sequence',
        '000000000000000000a1-00000002-002-00000000',
        'ce_correlationid',
        '771:1769853600123456',
        'falsework-raw',
        '119-124',
      ],
    })
  })

  it('says its scope, where the mapping is divided into scopes, in the headers that it shares with others of the scope', () => {
    const inStore = publicationRecordFactory({ ...options, scope: '3' })
    const { fixedHeaders, headers } = inStore(event, stamp)
    expect(fixedHeaders).toEqual([...recordOf(event, stamp).fixedHeaders, ['falsework-scope', '3']])
    expect(headers).toEqual(recordOf(event, stamp).headers)
    expect(inStore({ ...event, key: '43' }, stamp).fixedHeaders).toBe(fixedHeaders)
  })

  it('says where rows were looked up as of a release', () => {
    const { headers } = recordOf({ ...event, lookedUp: 'release' }, stamp)
    expect(headers.slice(-2)).toEqual(['falsework-looked-up', 'release'])
  })

  it('shares its fixed headers with every other record of the publication', () => {
    const other = recordOf({ ...event, key: '43', index: 1 }, stamp)
    expect(other.fixedHeaders).toBe(recordOf(event, stamp).fixedHeaders)
  })

  it('keeps its id and bytes when the raw log holds the transaction at other offsets', () => {
    const moved = transactionStamp({
      source: 'shop',
      incarnation: 1,
      transaction: { ...transaction, from: 900, to: 990 },
    })
    const replayed = recordOf({ ...event, anchor: { ...event.anchor, offset: 915 } }, moved)
    const first = recordOf(event, stamp)
    const withoutRaw = ({ headers }: { headers: readonly string[] }) => headers.slice(0, -2)
    expect({ ...replayed, headers: withoutRaw(replayed) }).toEqual({ ...first, headers: withoutRaw(first) })
  })

  it('has a sequence whose text order is the order of rows and what they entered, then publications, then index', () => {
    const later = publicationRecordFactory({ ...options, order: 11 })
    const firstRow = { ...event, anchor: { ...event.anchor, order: 0, offset: 120 } }
    const next = {
      ...stamp,
      transaction: { ...transaction, position: '000000000000000000b0' as typeof transaction.position },
    }
    const sequences = [
      recordOf(firstRow, stamp),
      later(firstRow, stamp),
      recordOf(event, stamp),
      recordOf({ ...event, index: 9 }, stamp),
      recordOf({ ...event, index: 10 }, stamp),
      recordOf({ ...event, anchor: { ...event.anchor, group: 'entered' } }, stamp),
      recordOf({ ...event, anchor: { ...event.anchor, order: event.anchor.order + 1 } }, stamp),
      recordOf(firstRow, next),
    ].map(({ headers }) => headers[headers.indexOf('ce_sequence') + 1])
    expect(sequences.toSorted()).toEqual(sequences)
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  it('tells consumers when a version is to be left', () => {
    const leaving = { ...publication, deprecated: { since: '2026-09-01', sunset: '2027-03-01' } }
    const { fixedHeaders } = publicationRecordFactory({ ...options, publication: leaving })(event, stamp)
    expect(fixedHeaders.slice(-2)).toEqual([
      ['deprecation', '2026-09-01'],
      ['sunset', '2027-03-01'],
    ])
  })

  it('spells a source as a URI reference', () => {
    const record = publicationRecordFactory({ ...options, source: 'the shop' })(event, stamp)
    expect(record.fixedHeaders).toContainEqual(['ce_source', '/falsework/the%20shop'])
  })
})

describe('the record of a tombstone', () => {
  it('has the key, no value and no CloudEvents headers', () => {
    const tombstone = { mapping: 'stock', topic: 'levels.v1', key: '42', anchor: event.anchor }
    const record = tombstoneRecordFactory({
      mapping: 'stock',
      topic: 'a.levels.v1',
      revisionHash: 'f00d',
      partitions: 6,
    })(tombstone, stamp)
    expect(record).toEqual({
      topic: 'a.levels.v1',
      partition: 4,
      key: Buffer.from('42'),
      value: null,
      fixedHeaders: [
        ['falsework-mapping', 'stock@f00d'],
        ['falsework-proof', 'end'],
      ],
      headers: ['falsework-raw', '119-124'],
    })
  })
})

describe('the Confluent frame', () => {
  it('gives back the id and the bytes', () => {
    expect(unframe(frame(2 ** 31 - 1, Buffer.from('avro')))).toEqual({
      schemaId: 2 ** 31 - 1,
      avro: Buffer.from('avro'),
    })
  })

  it.each(['', '00000000', '0100000001aa'])('is not seen in %s', (hex) => {
    expect(unframe(Buffer.from(hex, 'hex'))).toBeNull()
  })
})
