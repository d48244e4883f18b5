/** Updates of a 25-column table of orders, one after the other, and the event that has to come of each. */
import { formatInstant } from '../src/core/values/instant-text.ts'
import type { OutputRecord } from '../src/core/event/event-record.ts'
import { benchCatalog, type CapturedTable, capturedTable, readCatalog } from './debezium/captured-table.ts'
import { plainJson, type RecordForm } from './debezium/record-form.ts'
import {
  type ExpectedEvent,
  type Image,
  placeOf,
  type RawRecord,
  type Row,
  sourceTransaction,
} from './debezium/source-transaction.ts'

export const rowsPerTransaction = 10
export const ordersTable: CapturedTable = capturedTable(readCatalog(benchCatalog), 'public.orders')

/** Which orders there are, and how often an update changes the status, so that an event is due. */
export interface Updates {
  readonly orders: number
  readonly updatesPerEvent: 1 | 2
}

/** Every update publishes. */
export const everyUpdate: Updates = { orders: 5_000, updatesPerEvent: 1 }
/** Every second one does, in turns: the orders with odd and those with even numbers. */
export const everySecondUpdate: Updates = { orders: 5_000, updatesPerEvent: 2 }

const statuses = ['N', 'P', 'S'] as const
const statusNames: Readonly<Record<string, string>> = { N: 'NEW', P: 'PAID', S: 'SHIPPED' }
const startUs = 1_790_000_000_000_000

/** BEGIN, ten updates that publish, END. `number` counts transactions from 0. */
export const transactionRecords = (topic: string, number: number): OutputRecord[] =>
  [...orderTransaction({ topic, form: plainJson, updates: everyUpdate }, number)].map(({ record }) => record)

export interface OrderLog {
  readonly topic: string
  readonly form: RecordForm
  readonly updates: Updates
  /** What a workload makes of the update that it would otherwise be. */
  readonly change?: (row: Row, at: { readonly update: number; readonly commitUs: number }) => Row
}

export function orderTransaction(log: OrderLog, number: number): Iterable<RawRecord> {
  const place = placeOf(number, { ...log, rowsMax: rowsPerTransaction })
  const rows = Array.from({ length: rowsPerTransaction }, (_, row) => {
    const at = { update: number * rowsPerTransaction + row, commitUs: place.commitUs }
    const usual = updateRow(at, log.updates)
    return log.change?.(usual, at) ?? usual
  })
  return sourceTransaction(place, rows)
}

export function* orderLog(log: OrderLog, changes: number): Generator<RawRecord> {
  for (let number = 0; number < changes / rowsPerTransaction; number++) yield* orderTransaction(log, number)
}

/** Updates go round the orders; the next update of an order is its next step. */
export function updateRow(at: { readonly update: number; readonly commitUs: number }, updates: Updates): Row {
  const id = 1 + (at.update % updates.orders)
  return stepOfOrder({ id, step: Math.floor(at.update / updates.orders), commitUs: at.commitUs }, updates)
}

export interface Update extends Row {
  readonly before: Image
}

/** The update that an order gets after so many others, and what has to come of it. */
export function stepOfOrder(
  { id, step, commitUs }: { readonly id: number; readonly step: number; readonly commitUs: number },
  updates: Pick<Updates, 'updatesPerEvent'>,
): Update {
  const [before, after] = [orderImage(id, step, updates), orderImage(id, step + 1, updates)]
  const outcome = before['status'] === after['status'] ? null : orderChanged({ before, after, commitUs })
  return { table: ordersTable, before, after, outcome }
}

/** The event `OrderChanged`, as it reads when it is decoded. */
export function orderChanged({ before, after, commitUs }: ChangedOrder): ExpectedEvent {
  const day = String(after['order_dt'])
  const fields = {
    orderId: String(after['id']),
    customerId: JSON.stringify(after['customer_id']),
    storeNo: after['store_no'],
    status: statusNames[String(after['status'])],
    previousStatus: statusNames[String(before['status'])],
    total: (Number(after['total_cents']) / 100).toFixed(2),
    currency: after['curr_cd'],
    placedOn: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    sku: after['sku'],
    quantity: after['qty'],
    discount: after['discount'],
    carrier: after['carrier_cd'] ?? 'NONE',
    changedAt: formatInstant(BigInt(commitUs)),
  }
  return { key: fields.orderId, text: JSON.stringify(fields) }
}

interface ChangedOrder {
  readonly before: Image
  readonly after: Image
  readonly commitUs: number
}

export function orderImage(id: number, step: number, { updatesPerEvent }: Pick<Updates, 'updatesPerEvent'>): Image {
  const statusChanges = Math.floor((step + (id % updatesPerEvent)) / updatesPerEvent)
  return {
    id,
    store_no: 1 + (id % 40),
    customer_id: 700_000 + (id % 9_000),
    status: statuses[statusChanges % statuses.length] ?? 'N',
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
    touched_at: startUs + step * 1_000_000,
    version: step,
  }
}
