/** Rows of the legacy shop in the words of the service: status letters, padded codes and days as numbers end here. */
import type {
  CancelReason,
  Carrier,
  Line,
  Order,
  OrderState,
  Parcel,
  Payment,
  PaymentMethod,
} from '../orders/dossier.ts'
import type { LegacyRow, RawRow } from './raw-record.ts'
import { dayOfNumber, instantOfStoreTime, instantOfText } from './store-time.ts'

export type Change =
  /** `note` is absent where the database did not send it, because it is large and has not changed. */
  | { readonly kind: 'order'; readonly order: Omit<Order, 'note'> & { readonly note?: string | null } }
  | { readonly kind: 'orderGone'; readonly orderId: string }
  | { readonly kind: 'line'; readonly orderId: string; readonly line: Line }
  | { readonly kind: 'lineGone'; readonly orderId: string; readonly number: number }
  | { readonly kind: 'payment'; readonly orderId: string; readonly payment: Payment }
  | { readonly kind: 'paymentGone'; readonly id: string }
  | { readonly kind: 'parcel'; readonly orderId: string; readonly parcel: Parcel }
  | { readonly kind: 'parcelGone'; readonly id: string }

const states: Readonly<Record<string, OrderState>> = { N: 'open', P: 'paid', S: 'dispatched', X: 'cancelled' }
const methods: Readonly<Record<number, PaymentMethod>> = { 1: 'CARD', 2: 'TRANSFER', 3: 'CASH' }
const carriers: Readonly<Record<string, Carrier>> = { DHL: 'DHL', UPS: 'UPS', HER: 'HERMES' }
const reasons: Readonly<Record<number, CancelReason>> = {
  1: 'CUSTOMER',
  2: 'OUT_OF_STOCK',
  3: 'PAYMENT_FAILED',
  9: 'FRAUD',
}

/** What the connector sends in place of a large value that has not changed. */
const unavailable = 'falsework:unavailable:6f1d2c9a'

interface Reading {
  readonly there: (row: LegacyRow) => Change
  readonly gone: (key: LegacyRow) => Change
}

const tables: Readonly<Record<string, Reading>> = {
  'public.orders': { there: order, gone: (key) => ({ kind: 'orderGone', orderId: id(key, 'id') }) },
  'public.order_lines': {
    there: line,
    gone: (key) => ({ kind: 'lineGone', orderId: id(key, 'order_id'), number: number(key, 'line_no') }),
  },
  'public.payments': { there: payment, gone: (key) => ({ kind: 'paymentGone', id: id(key, 'id') }) },
  'public.shipments': { there: parcel, gone: (key) => ({ kind: 'parcelGone', id: id(key, 'id') }) },
}

export const isFollowed = (table: string): boolean => Object.hasOwn(tables, table)

/** Raises an Error for a table that is not followed, for TRUNCATE, and for a row that is not as the shop's schema says. */
export function changeOf({ table, op, before, after }: RawRow): Change {
  const reading = tables[table]
  if (reading === undefined) throw new Error(`table ${table} is not followed`)
  if (op === 'truncate') throw new Error(`table ${table} was emptied by TRUNCATE: what its rows meant cannot be told`)
  const row = op === 'delete' ? before : after
  if (row === null) throw new Error(`table ${table}: ${op} without a row`)
  return op === 'delete' ? reading.gone(row) : reading.there(row)
}

function order(row: LegacyRow): Change {
  const state = states[text(row, 'status')]
  if (state === undefined) throw new Error(`column status is '${text(row, 'status')}': expected N, P, S or X`)
  const [shipped, carrier, reason] = [row['ship_dt'], row['carrier_cd'], row['cancel_cd']]
  const discount = row['discount']
  return {
    kind: 'order',
    order: {
      id: id(row, 'id'),
      store: number(row, 'store_no'),
      buyer: id(row, 'customer_id'),
      state,
      total: cents(row, 'total_cents'),
      currency: text(row, 'curr_cd').trim().toUpperCase(),
      discount: discount === null ? null : BigInt(text(row, 'discount').replace('.', '')),
      orderedOn: dayOfNumber(number(row, 'order_dt')),
      orderedAt: instantOfStoreTime(BigInt(number(row, 'created_at'))),
      changedAt: instantOfStoreTime(BigInt(number(row, 'touched_at'))),
      carrier: carrier === null ? null : carrierOf(row),
      dispatchedOn: shipped === null ? null : dayOfNumber(number(row, 'ship_dt')),
      cancelReason: reason === null ? null : (reasons[number(row, 'cancel_cd')] ?? 'OTHER'),
      ...(row['notes'] !== unavailable && { note: noteOf(row) }),
    },
  }
}

const carrierOf = (row: LegacyRow): Carrier => carriers[text(row, 'carrier_cd')] ?? 'unknown'

function noteOf(row: LegacyRow): string | null {
  const note = row['notes'] === null ? '' : text(row, 'notes').trim()
  return note === '' ? null : note
}

function line(row: LegacyRow): Change {
  return {
    kind: 'line',
    orderId: id(row, 'order_id'),
    line: {
      number: number(row, 'line_no'),
      sku: text(row, 'sku').trim(),
      quantity: number(row, 'qty'),
      unitPrice: cents(row, 'price_cents'),
    },
  }
}

function payment(row: LegacyRow): Change {
  return {
    kind: 'payment',
    orderId: id(row, 'order_id'),
    payment: {
      id: id(row, 'id'),
      method: methods[number(row, 'method')] ?? 'OTHER',
      amount: cents(row, 'amount_cents'),
      paidAt: instantOfText(text(row, 'paid_at')),
    },
  }
}

function parcel(row: LegacyRow): Change {
  return {
    kind: 'parcel',
    orderId: id(row, 'order_id'),
    parcel: {
      id: id(row, 'id'),
      carrier: carrierOf(row),
      weightKg: row['weight'] === null ? null : number(row, 'weight'),
      handedOverAt: instantOfText(text(row, 'shipped_at')),
    },
  }
}

const id = (row: LegacyRow, column: string): string => String(number(row, column))
const cents = (row: LegacyRow, column: string): bigint => BigInt(number(row, column))

function number(row: LegacyRow, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new Error(`column ${column} has a ${typeof value}: expected a number`)
  return value
}

function text(row: LegacyRow, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new Error(`column ${column} has a ${typeof value}: expected a text`)
  return value
}
