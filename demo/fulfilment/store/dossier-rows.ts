/** Dossiers as rows of the service's tables, in the JSON that PostgreSQL makes of them and takes for them. */
import { dayOfText, instantOfText, textOfDay, textOfInstant } from '../legacy/store-time.ts'
import type { Dossier, Dossiers, Line, Order, Parcel, Payment } from '../orders/dossier.ts'

type OrderRow = Readonly<
  Pick<Order, 'id' | 'store' | 'buyer' | 'state' | 'currency' | 'carrier' | 'note'> & {
    total: number
    discount: number | null
    ordered_on: string | null
    ordered_at: string
    changed_at: string
    dispatched_on: string | null
    cancel_reason: Order['cancelReason']
  }
>
type LineRow = Readonly<Pick<Line, 'number' | 'sku' | 'quantity'> & { order_id: string; unit_price: number }>
type PaymentRow = Readonly<Pick<Payment, 'id' | 'method'> & { order_id: string; amount: number; paid_at: string }>
type ParcelRow = Readonly<
  Pick<Parcel, 'id' | 'carrier'> & { order_id: string; weight_kg: number | null; handed_over_at: string }
>

/** All rows of one order. */
export interface DossierRows {
  readonly order: OrderRow | null
  readonly lines: readonly LineRow[]
  readonly payments: readonly PaymentRow[]
  readonly parcels: readonly ParcelRow[]
}

/** By table. */
export interface TableRows {
  readonly orders: readonly OrderRow[]
  readonly lines: readonly LineRow[]
  readonly payments: readonly PaymentRow[]
  readonly parcels: readonly ParcelRow[]
}

export function rowsOf(dossiers: Dossiers): TableRows {
  const all = [...dossiers]
  return {
    orders: all.flatMap(([, { order }]) => (order === null ? [] : [orderRow(order)])),
    lines: all.flatMap(([order_id, { lines }]) =>
      [...lines.values()].map(({ number, sku, quantity, unitPrice }) => ({
        order_id,
        number,
        sku,
        quantity,
        unit_price: Number(unitPrice),
      })),
    ),
    payments: all.flatMap(([order_id, { payments }]) =>
      [...payments.values()].map(({ id, method, amount, paidAt }) => ({
        id,
        order_id,
        method,
        amount: Number(amount),
        paid_at: textOfInstant(paidAt),
      })),
    ),
    parcels: all.flatMap(([order_id, { parcels }]) =>
      [...parcels.values()].map(({ id, carrier, weightKg, handedOverAt }) => ({
        id,
        order_id,
        carrier,
        weight_kg: weightKg,
        handed_over_at: textOfInstant(handedOverAt),
      })),
    ),
  }
}

function orderRow({ total, discount, orderedOn, orderedAt, changedAt, ...order }: Order): OrderRow {
  const { dispatchedOn, cancelReason, ...same } = order
  return {
    ...same,
    total: Number(total),
    discount: discount === null ? null : Number(discount),
    ordered_on: orderedOn === null ? null : textOfDay(orderedOn),
    ordered_at: textOfInstant(orderedAt),
    changed_at: textOfInstant(changedAt),
    dispatched_on: dispatchedOn === null ? null : textOfDay(dispatchedOn),
    cancel_reason: cancelReason,
  }
}

export function dossierOf({ order, lines, payments, parcels }: DossierRows): Dossier {
  return {
    order: order === null ? null : orderOf(order),
    lines: new Map(
      lines.map(({ number, sku, quantity, unit_price }) => [
        number,
        { number, sku, quantity, unitPrice: BigInt(unit_price) },
      ]),
    ),
    payments: new Map(
      payments.map(({ id, method, amount, paid_at }) => [
        id,
        { id, method, amount: BigInt(amount), paidAt: instantOfText(paid_at) },
      ]),
    ),
    parcels: new Map(
      parcels.map(({ id, carrier, weight_kg, handed_over_at }) => [
        id,
        { id, carrier, weightKg: weight_kg, handedOverAt: instantOfText(handed_over_at) },
      ]),
    ),
  }
}

function orderOf({ total, discount, ordered_on, ordered_at, changed_at, ...row }: OrderRow): Order {
  const { dispatched_on, cancel_reason, ...same } = row
  return {
    ...same,
    total: BigInt(total),
    discount: discount === null ? null : BigInt(discount),
    orderedOn: ordered_on === null ? null : dayOfText(ordered_on),
    orderedAt: instantOfText(ordered_at),
    changedAt: instantOfText(changed_at),
    dispatchedOn: dispatched_on === null ? null : dayOfText(dispatched_on),
    cancelReason: cancel_reason,
  }
}
