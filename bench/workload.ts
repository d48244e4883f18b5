/** Workload w1: updates of a 25-column table as Debezium sends them, in source transactions of ten rows. */
import type { OutputRecord } from '../src/core/event/event-record.ts'

export const rowsPerTransaction = 10
const orders = 5_000
const statuses = ['N', 'P', 'S'] as const
const baseTimeUs = 1_790_000_000_000_000

/** BEGIN, ten updates, END. `number` counts transactions from 0. */
export function transactionRecords(topic: string, number: number): OutputRecord[] {
  const xid = 1_000 + number
  const beginLsn = 26_000_000 + number * 4_000
  const commitUs = baseTimeUs + number * 250
  const records = [boundary(topic, { status: 'BEGIN', id: `${xid}:${beginLsn}`, eventCount: null, commitUs })]
  for (let row = 0; row < rowsPerTransaction; row++) {
    records.push(update(topic, { number, row, xid, lsn: beginLsn + 100 + row * 300, commitUs }))
  }
  const id = `${xid}:${beginLsn + 3_800}`
  records.push(boundary(topic, { status: 'END', id, eventCount: rowsPerTransaction, commitUs }))
  return records
}

function record(topic: string, key: object, value: object): OutputRecord {
  return {
    topic,
    partition: 0,
    key: Buffer.from(JSON.stringify(key)),
    value: Buffer.from(JSON.stringify(value)),
    fixedHeaders: [],
    headers: [],
  }
}

interface Boundary {
  readonly status: 'BEGIN' | 'END'
  readonly id: string
  readonly eventCount: number | null
  readonly commitUs: number
}

function boundary(topic: string, { status, id, eventCount, commitUs }: Boundary): OutputRecord {
  const collections = eventCount === null ? null : [{ data_collection: 'public.orders', event_count: eventCount }]
  return record(
    topic,
    { id },
    { status, id, event_count: eventCount, data_collections: collections, ts_ms: Math.floor(commitUs / 1000) },
  )
}

interface Update {
  readonly number: number
  readonly row: number
  readonly xid: number
  readonly lsn: number
  readonly commitUs: number
}

function update(topic: string, { number, row, xid, lsn, commitUs }: Update): OutputRecord {
  const change = number * rowsPerTransaction + row
  const id = 1 + (change % orders)
  const step = Math.floor(change / orders)
  const status = statuses[(step + 1) % statuses.length] ?? 'N'
  const before = image({ id, step, status: statuses[step % statuses.length] ?? 'N' })
  const after = image({ id, step: step + 1, status })
  const commitMs = Math.floor(commitUs / 1000)
  return record(
    topic,
    { id },
    {
      before,
      after,
      source: {
        version: '3.6.3.Final',
        connector: 'postgresql',
        name: 'bench',
        ts_ms: commitMs,
        snapshot: null,
        db: 'bench',
        sequence: `["${lsn - 100}","${lsn}"]`,
        ts_us: commitUs,
        // Beyond 2^53 like a real one: a number that JSON.parse rounds, and nobody reads.
        ts_ns: commitUs * 1000,
        schema: 'public',
        table: 'orders',
        txId: xid,
        lsn,
        xmin: null,
        origin: null,
        origin_lsn: null,
      },
      transaction: { id: `${xid}:${lsn}`, total_order: row + 1, data_collection_order: row + 1 },
      op: 'u',
      ts_ms: commitMs + 12,
      ts_us: commitUs + 12_345,
      ts_ns: (commitUs + 12_345) * 1000,
    },
  )
}

function image({ id, step, status }: { id: number; step: number; status: string }): Record<string, unknown> {
  return {
    id,
    store_no: 1 + (id % 40),
    customer_id: 700_000 + (id % 9_000),
    status,
    total_cents: 1_990 + id * 7,
    curr_cd: 'EUR',
    order_dt: 20_260_101 + (id % 28),
    ship_dt: null,
    carrier_cd: id % 3 === 0 ? null : 'DHL',
    discount: id % 5 === 0 ? null : '12.50',
    sku: `A-${String(id % 1_000).padStart(4, '0')}`,
    qty: 1 + (id % 9),
    name: `Ann Example ${id}`,
    street: `Long Street ${id % 200}, third floor, ring twice`,
    zip: String(10_000 + (id % 80_000)),
    city: 'Frankfurt am Main',
    country: 'DE',
    phone: `+49 30 ${String(id).padStart(8, '0')}`,
    email: `ann.example.${id}@example.org`,
    notes: 'please leave it with the neighbour if nobody answers the door bell',
    channel: 'WEB',
    priority: id % 4,
    weight: 1.25 + (id % 10),
    touched_at: baseTimeUs + step * 1_000_000,
    version: step,
  }
}
