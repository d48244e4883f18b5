/** Events of a bridge, and those of a native service that does everything right, in other forms of the same values. */
import { partitionOf } from '../../src/core/event/partition.ts'
import type { StreamEvent } from '../../src/core/parity/compared-event.ts'
import type { Comparison } from '../../src/core/parity/comparison.ts'

const type = 'shop.OrderChanged'
const partitions = 12
const startMs = 1_790_000_000_000

/** `by key`: a field names the pair; `by alignment`: nothing does. */
export type Way = 'by key' | 'by alignment'

export const comparedBy = (way: Way): Comparison => ({
  version: way,
  types: {
    [type]: {
      name: 'OrderChanged',
      match: way === 'by key' ? ['version'] : [],
      compare: null,
      ignore: ['publishedBy'],
      tolerance: {},
      normalise: { total: ['decimalScale'], changedAt: ['milliseconds', 'zone'], note: ['nullAsAbsent'] },
    },
  },
  windowMs: 600_000,
  lateMs: 86_400_000,
  stalledMs: 300_000,
})

/** As long as a UUID. */
const aggregateOf = (number: number): string => `5f0d2c7e-91b4-4c1a-a0d3-${String(number).padStart(12, '0')}`

/** A millisecond apart. */
export function bridgeEvent(at: number, { aggregates }: { readonly aggregates: number }): StreamEvent {
  const aggregate = aggregateOf(at % aggregates)
  const fields = {
    orderId: aggregate,
    version: BigInt(Math.floor(at / aggregates) + 1),
    status: at % 2 === 0 ? 'PAID' : 'SHIPPED',
    total: `${1 + (at % 9_000)}.50`,
    currency: 'EUR',
    customer: `Ann Example ${at % 7_000}`,
    changedAt: '2026-11-30T10:00:00.123456Z',
    note: null,
    lines: [
      { sku: `A-${at % 1_000}`, quantity: 1 + (at % 9) },
      { sku: `B-${at % 100}`, quantity: 2 },
    ],
    publishedBy: 'falsework',
  }
  const partition = partitionOf(Buffer.from(aggregate), partitions)
  const place = { partition, partitions, offset: at }
  return { side: 'bridge', type, aggregate, key: aggregate, ...place, atMs: startMs + at, fields }
}

/** Some milliseconds behind the bridge's. */
export function nativeEvent(bridge: StreamEvent): StreamEvent {
  if (typeof bridge.fields === 'string') throw new Error(bridge.fields)
  const { total, ...fields } = bridge.fields
  const changedAt = '2026-11-30T12:00:00.123+02:00'
  const other = { ...fields, note: undefined, total: `${String(total)}00`, changedAt, publishedBy: 'orders' }
  return { ...bridge, side: 'native', atMs: bridge.atMs + 40, fields: other }
}
