/** The business events of one order in one transaction of the shop, from what it was before and what it is after. */
import type { NativeEvent } from '../../../src/native/index.ts'
import type { Carrier, Dossier, Line, Order, OrderState, Payment } from './dossier.ts'

/** An event without what the outbox gives it. */
export type OutboxEvent = Omit<NativeEvent, 'id'>

export type OrderOutcome =
  | { readonly kind: 'events'; readonly events: readonly OutboxEvent[] }
  /** The order cannot be told about as it is; what it has become is kept all the same. */
  | { readonly kind: 'setAside'; readonly reason: string }

/**
 * What an order is said to have been before its dispatch: as its dossier has it, or `PAID`, as somebody believed who had
 * not heard of customers that pay by invoice. That mistake, in `OrderShipped.previousStatus`, the demo can make.
 */
export type StateBeforeDispatch = 'known' | 'believedPaid'

export interface Occasion {
  readonly committedAt: bigint
  readonly stateBeforeDispatch: StateBeforeDispatch
}

const statuses: Readonly<Record<OrderState, string>> = {
  open: 'NEW',
  paid: 'PAID',
  dispatched: 'SHIPPED',
  cancelled: 'CANCELLED',
}

/** A dossier whose order was there before. */
interface Transition {
  readonly before: Dossier & { readonly order: Order }
  readonly after: Dossier & { readonly order: Order }
}

export function orderEvents(before: Dossier, after: Dossier, occasion: Occasion): OrderOutcome {
  const [old, now] = [before.order, after.order]
  if (now === null) return events(old === null ? [] : [removed(old, occasion)])
  if (old === null) return placed(after, now)
  const transition = { before: { ...before, order: old }, after: { ...after, order: now } }
  if (old.state !== now.state) return moved(transition, occasion)
  return events(old.total === now.total && old.discount === now.discount ? [] : [amended(transition, occasion)])
}

const events = (list: readonly OutboxEvent[]): OrderOutcome => ({ kind: 'events', events: list })
const setAside = (reason: string): OrderOutcome => ({ kind: 'setAside', reason })

function event(
  name: string,
  { id, store }: Order,
  about: Pick<OutboxEvent, 'timeUs' | 'fields'> & { readonly subject?: string },
): OutboxEvent {
  return {
    mapping: name === 'OrderPlaced' ? 'order-placed' : 'order-lifecycle',
    scope: String(store),
    topic: 'orders.v1',
    origin: 'mirrored',
    event: name,
    version: 1,
    key: id,
    ...about,
  }
}

function placed({ lines, payments }: Dossier, order: Order): OrderOutcome {
  if (lines.size === 0) return setAside('an order without lines')
  if (payments.size > 1) return setAside('an order that was paid twice')
  if (order.orderedOn === null) return setAside('the day of the order does not exist')
  const inOrder = [...lines.values()].sort((a, b) => a.number - b.number)
  const fields = {
    orderId: order.id,
    storeNo: order.store,
    customer: { id: order.buyer, emailHash: null, country: null },
    status: statuses[order.state],
    placedOn: order.orderedOn,
    placedAt: order.orderedAt,
    total: order.total,
    currency: order.currency,
    discountPercent: order.discount,
    paymentMethod: [...payments.values()][0]?.method ?? null,
    lines: inOrder.map(lineFields),
    lineCount: lines.size,
    unitCount: inOrder.reduce((sum, { quantity }) => sum + quantity, 0),
    note: order.note,
  }
  return events([event('OrderPlaced', order, { subject: `order/${order.id}`, timeUs: order.orderedAt, fields })])
}

const lineFields = ({ number, sku, quantity, unitPrice }: Line) => ({
  lineNo: number,
  sku,
  productName: null,
  quantity,
  unitPrice,
  amount: unitPrice * BigInt(quantity),
})

/** An order in another state: what that means, and that it is so. */
function moved({ before, after }: Transition, { stateBeforeDispatch }: Occasion): OrderOutcome {
  const { order } = after
  const payments = added(before.payments, after.payments)
  if (payments.length > 1) return setAside('an order that was paid twice')
  const previousStatus = statuses[before.order.state]
  const tell = (name: string, more: OutboxEvent['fields']): OutboxEvent =>
    event(name, order, { timeUs: order.changedAt, fields: { orderId: order.id, ...more } })
  const changed = tell('OrderStatusChanged', {
    previousStatus,
    status: statuses[order.state],
    changedAt: order.changedAt,
  })
  const common = { customerId: order.buyer, total: order.total, currency: order.currency }
  if (order.state === 'dispatched') {
    const shipment = shipmentFields({ before, after })
    if (shipment === null) return setAside('a carrier that nobody knows')
    const said = stateBeforeDispatch === 'known' ? previousStatus : statuses.paid
    return events([tell('OrderShipped', { ...common, previousStatus: said, ...shipment }), changed])
  }
  if (order.state === 'cancelled') {
    const more = { previousStatus, reason: order.cancelReason, refundDue: before.order.state === 'paid' }
    return events([tell('OrderCancelled', { ...common, ...more }), changed])
  }
  const isPaid = before.order.state === 'open' && order.state === 'paid'
  return events(isPaid ? [tell('OrderPaid', { ...common, ...paymentFields(payments[0]) }), changed] : [changed])
}

/** A payment that was booked before says nothing now. */
const paymentFields = (payment: Payment | undefined) => ({
  paymentMethod: payment?.method ?? null,
  paidAt: payment?.paidAt ?? null,
})

/** Null: a carrier is unknown. */
function shipmentFields({ before, after }: Transition): OutboxEvent['fields'] | null {
  const { carrier, dispatchedOn } = after.order
  const parcels = added(before.parcels, after.parcels).sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)))
  const isUnknown = (code: Carrier | null): boolean => code === 'unknown'
  if (isUnknown(carrier) || parcels.some((parcel) => isUnknown(parcel.carrier))) return null
  return {
    carrier,
    shippedOn: dispatchedOn,
    parcels: parcels.map((parcel) => ({
      shipmentId: parcel.id,
      carrier: parcel.carrier,
      weightKg: parcel.weightKg,
      shippedAt: parcel.handedOverAt,
    })),
  }
}

/** What this transaction has added. */
const added = <T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): T[] =>
  [...after].flatMap(([id, part]) => (before.has(id) ? [] : [part]))

function amended({ before, after }: Transition, { committedAt }: Occasion): OutboxEvent {
  const { order } = after
  const fields = {
    orderId: order.id,
    previousTotal: before.order.total,
    total: order.total,
    difference: order.total - before.order.total,
    currency: order.currency,
    discountPercent: order.discount,
    changedLines: changedLines(before.lines, after.lines),
    amendedAt: order.changedAt,
  }
  return event('OrderAmended', order, { timeUs: committedAt, fields })
}

function changedLines(before: Dossier['lines'], after: Dossier['lines']): number {
  const text = (line: Line | undefined): string => `${line?.sku} ${line?.quantity} ${line?.unitPrice}`
  const numbers = new Set([...before.keys(), ...after.keys()])
  return [...numbers].filter((number) => text(before.get(number)) !== text(after.get(number))).length
}

function removed(order: Order, { committedAt }: Occasion): OutboxEvent {
  const fields = {
    orderId: order.id,
    customerId: order.buyer,
    status: statuses[order.state],
    total: order.total,
    currency: order.currency,
  }
  return event('OrderRemoved', order, { timeUs: committedAt, fields })
}
