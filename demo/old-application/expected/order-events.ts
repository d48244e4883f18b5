/** The events of one order in one transaction, from what it was before and what it is after. */
import type { LineRow, Order, OrderRow, PaymentRow } from '../plan/shop.ts'
import type { Change } from '../plan/transaction-draft.ts'
import { instantOfWall, instantText } from '../plan/wall-time.ts'
import {
  type Expectation,
  type ExpectedDeadLetter,
  type ExpectedEvent,
  type FieldValue,
  isoDay,
  money,
  nothingExpected,
} from './expected-event.ts'

const statuses = { N: 'NEW', P: 'PAID', S: 'SHIPPED', X: 'CANCELLED' } as const
const methods: Readonly<Record<number, string>> = { 1: 'CARD', 2: 'TRANSFER', 3: 'CASH' }
const carriers: Readonly<Record<string, string>> = { DHL: 'DHL', UPS: 'UPS', HER: 'HERMES' }
const reasons: Readonly<Record<number, string>> = { 1: 'CUSTOMER', 2: 'OUT_OF_STOCK', 3: 'PAYMENT_FAILED', 9: 'FRAUD' }

export function orderEvents({ before, after }: Change<Order>): Expectation {
  if (before === null) return after === null ? nothingExpected : placed(after)
  if (after === null) return events([removed(before.row)])
  if (before.row.status !== after.row.status) return statusChanged(before, after)
  const { total_cents, discount } = before.row
  const amends = total_cents !== after.row.total_cents || discount !== after.row.discount
  return amends ? events([amended(before, after)]) : nothingExpected
}

const events = (list: readonly ExpectedEvent[]): Expectation => ({ events: list, deadLetters: [] })
const setAside = (letter: ExpectedDeadLetter): Expectation => ({ events: [], deadLetters: [letter] })

interface Occasion {
  readonly subject?: string
  readonly time: string | null
}

function event(
  name: string,
  { id }: OrderRow,
  { occasion, fields }: { occasion: Occasion; fields: ExpectedEvent['fields'] },
): ExpectedEvent {
  const key = String(id)
  const { subject = key, time } = occasion
  return { topic: 'orders.v1', type: `com.acme.orders.${name}`, key, subject, time, fields }
}

const at = (wall: string): string => instantText(instantOfWall(wall))
const currency = ({ curr_cd }: OrderRow): string => curr_cd.trim().toUpperCase()
const method = (payment: PaymentRow | undefined): string | null =>
  payment === undefined ? null : (methods[payment.method] ?? 'OTHER')

function placed({ row, lines, payments }: Order): Expectation {
  const letter = { mapping: 'order-placed', rule: 'placed' }
  const placedOn = isoDay(row.order_dt)
  if (lines.length === 0) return setAside({ ...letter, errorClass: 'rowCount' })
  if (placedOn === null) return setAside({ ...letter, errorClass: 'badDate' })
  const placedAt = at(row.created_at)
  const note = (row.notes ?? '').trim()
  const fields = {
    orderId: String(row.id),
    storeNo: row.store_no,
    customer: { id: String(row.customer_id), emailHash: null, country: null },
    status: statuses[row.status],
    placedOn,
    placedAt,
    total: money(row.total_cents),
    currency: currency(row),
    discountPercent: row.discount,
    paymentMethod: method(payments[0]),
    lines: lines.toSorted((a, b) => a.line_no - b.line_no).map(lineFields),
    lineCount: lines.length,
    unitCount: lines.reduce((sum, { qty }) => sum + qty, 0),
    note: note === '' ? null : note,
  }
  return events([event('OrderPlaced', row, { occasion: { subject: `order/${row.id}`, time: placedAt }, fields })])
}

const lineFields = ({ line_no, sku, qty, price_cents }: LineRow): FieldValue => ({
  lineNo: line_no,
  sku: sku.trim(),
  productName: null,
  quantity: qty,
  unitPrice: money(price_cents),
  amount: money(price_cents * qty),
})

function statusChanged(before: Order, after: Order): Expectation {
  const { row } = after
  const occasion: Occasion = { time: at(row.touched_at) }
  const previousStatus = statuses[before.row.status]
  const changed = event('OrderStatusChanged', row, {
    occasion,
    fields: {
      orderId: String(row.id),
      previousStatus,
      status: statuses[row.status],
      changedAt: at(row.touched_at),
    },
  })
  const common = {
    orderId: String(row.id),
    customerId: String(row.customer_id),
    total: money(row.total_cents),
    currency: currency(row),
  }
  if (row.status === 'S') {
    if (row.carrier_cd !== null && carriers[row.carrier_cd] === undefined) {
      return setAside({ mapping: 'order-lifecycle', rule: 'status', errorClass: 'unknownCode' })
    }
    const fields = { ...common, previousStatus, ...shipmentFields(before, after) }
    return events([event('OrderShipped', row, { occasion, fields }), changed])
  }
  if (row.status === 'X') {
    const reason = row.cancel_cd === null ? null : (reasons[row.cancel_cd] ?? 'OTHER')
    const fields = { ...common, previousStatus, reason, refundDue: before.row.status === 'P' }
    return events([event('OrderCancelled', row, { occasion, fields }), changed])
  }
  if (before.row.status === 'N') {
    const payment = added(before.payments, after.payments)[0]
    const fields = { ...common, paymentMethod: method(payment), paidAt: payment?.paid_at ?? null }
    return events([event('OrderPaid', row, { occasion, fields }), changed])
  }
  return events([changed])
}

function shipmentFields(before: Order, after: Order): Readonly<Record<string, FieldValue>> {
  const { carrier_cd, ship_dt } = after.row
  return {
    carrier: carrier_cd === null ? null : (carriers[carrier_cd] ?? null),
    shippedOn: ship_dt === null ? null : isoDay(ship_dt),
    parcels: added(before.shipments, after.shipments).map((shipment) => ({
      shipmentId: String(shipment.id),
      carrier: carriers[shipment.carrier_cd] ?? null,
      weightKg: shipment.weight,
      shippedAt: shipment.shipped_at,
    })),
  }
}

/** What this transaction has added. */
function added<T extends { readonly id: number }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Set(before.map(({ id }) => id))
  return after.filter(({ id }) => !known.has(id)).toSorted((a, b) => a.id - b.id)
}

function amended(before: Order, after: Order): ExpectedEvent {
  const { row } = after
  const fields = {
    orderId: String(row.id),
    previousTotal: money(before.row.total_cents),
    total: money(row.total_cents),
    difference: money(row.total_cents - before.row.total_cents),
    currency: currency(row),
    discountPercent: row.discount,
    changedLines: changedLines(before.lines, after.lines),
    amendedAt: at(row.touched_at),
  }
  return event('OrderAmended', row, { occasion: { time: null }, fields })
}

function changedLines(before: readonly LineRow[], after: readonly LineRow[]): number {
  const text = ({ sku, qty, price_cents }: LineRow): string => `${sku.trim()} ${qty} ${price_cents}`
  const [old, now] = [before, after].map((lines) => new Map(lines.map((line) => [line.line_no, text(line)])))
  const numbers = new Set([...before, ...after].map(({ line_no }) => line_no))
  return [...numbers].filter((number) => old?.get(number) !== now?.get(number)).length
}

function removed(row: OrderRow): ExpectedEvent {
  const fields = {
    orderId: String(row.id),
    customerId: String(row.customer_id),
    status: statuses[row.status],
    total: money(row.total_cents),
    currency: currency(row),
  }
  return event('OrderRemoved', row, { occasion: { time: null }, fields })
}
