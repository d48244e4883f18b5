import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noProducer, RecordBatchWriter } from '../../../src/adapters/kafka/codec/record-batch-writer.ts'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import type { BusinessEvent, Publication } from '../../../src/core/event/business-event.ts'
import { eventBytes, sizeLimit } from '../../../src/core/event/event-size.ts'
import { publicationRecordFactory, transactionStamp } from '../../../src/core/event/record-factory.ts'
import { orderPaid, recordsOf } from './order-paid.ts'
import { orders, transaction } from './transactions.ts'

const publication: Publication = { ...orderPaid, deprecated: { since: '2026-01-01', sunset: '2027-01-01' } }
const recordIn = (scope: string | null) => publicationRecordFactory({ ...recordsOf(publication), scope })
const limitOf = {
  none: sizeLimit(publication, recordIn(null), 1_048_588),
  some: sizeLimit(publication, recordIn(''), 1_048_588),
}

function sentBytes(event: BusinessEvent, facts: typeof transaction, scope: string | null): number {
  const writer = new RecordBatchWriter()
  writer.append(recordIn(scope)(event, transactionStamp({ source: 'shop', incarnation: 3, transaction: facts })))
  return writer.seal({ producer: noProducer, baseSequence: -1, timestampMs: 1_769_853_600_123 }).length
}

describe('the size of an event', () => {
  it('is never less than what is sent of it, and hardly more', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('k'.repeat(9_000)))
    fc.assert(
      fc.property(
        fc.record({
          key: text,
          subject: text,
          valueBytes: fc.nat(100_000),
          index: fc.nat(99_999_999),
          scope: fc.option(text),
        }),
        fc.record({ order: fc.nat(99_999_999), from: fc.nat(), rows: fc.nat(5_000_000), xid: fc.nat(), us: fc.nat() }),
        ({ key, subject, valueBytes, index, scope }, { order, from, rows, xid, us }) => {
          const facts = {
            ...transaction,
            key: `${xid}:${us}`,
            position: xid.toString(16).padStart(16, '0') as SourcePosition,
            from,
            to: from + rows + 1,
          }
          const anchor = { table: orders, ordinal: order, order, offset: from }
          const timeUs = 1_769_853_600_123_456n
          const event = {
            publication,
            key,
            subject,
            timeUs,
            fields: {},
            value: Buffer.alloc(valueBytes),
            anchor,
            index,
          }
          const limit = scope === null ? limitOf.none : limitOf.some
          const more = eventBytes(limit, event, { scope, transaction: facts }) - sentBytes(event, facts, scope)
          expect(more).toBeGreaterThanOrEqual(0)
          expect(more).toBeLessThan(256)
        },
      ),
    )
  })
})
