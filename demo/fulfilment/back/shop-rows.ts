/** Orders of the service in the words of the shop: the inverse of what `legacy/changes.ts` reads. */
import { numberOfDay, storeTimeOf, textOfInstant } from '../legacy/store-time.ts'
import type { CancelReason, Carrier, Dossier, Order, OrderState, PaymentMethod } from '../orders/dossier.ts'

type Columns = Readonly<Record<string, string | number | null>>

const statuses: Readonly<Record<OrderState, string>> = { open: 'N', paid: 'P', dispatched: 'S', cancelled: 'X' }
const methods: Readonly<Record<PaymentMethod, number>> = { CARD: 1, TRANSFER: 2, CASH: 3, OTHER: 7 }
/** Null: the shop alone knows what it is called there. */
const carriers: Readonly<Record<Carrier, string | null>> = { DHL: 'DHL', UPS: 'UPS', HERMES: 'HER', unknown: null }
const reasons: Readonly<Record<CancelReason, number | null>> = {
  CUSTOMER: 1,
  OUT_OF_STOCK: 2,
  PAYMENT_FAILED: 3,
  FRAUD: 9,
  OTHER: null,
}

export interface ShopRows {
  readonly order: Columns
  readonly lines: readonly Columns[]
  readonly payments: readonly Columns[]
  readonly shipments: readonly Columns[]
}

/** Null: the order is gone, and what hangs on it with it. */
export function shopRowsOf({ order, lines, payments, parcels }: Dossier): ShopRows | null {
  if (order === null) return null
  const { id } = order
  return {
    order: orderColumns(order),
    lines: [...lines.values()].map(({ number, sku, quantity, unitPrice }) => ({
      order_id: id,
      line_no: number,
      sku,
      qty: quantity,
      price_cents: String(unitPrice),
    })),
    payments: [...payments.values()].map((payment) => ({
      id: payment.id,
      order_id: id,
      method: methods[payment.method],
      amount_cents: String(payment.amount),
      paid_at: textOfInstant(payment.paidAt),
    })),
    shipments: [...parcels.values()].map((parcel) => ({
      id: parcel.id,
      order_id: id,
      // A parcel that the shop has sent is there already.
      carrier_cd: carriers[parcel.carrier] ?? 'ZZZ',
      weight: parcel.weightKg,
      shipped_at: textOfInstant(parcel.handedOverAt),
    })),
  }
}

const orderColumns = (order: Order): Columns => ({
  id: order.id,
  store_no: order.store,
  customer_id: order.buyer,
  status: statuses[order.state],
  total_cents: String(order.total),
  curr_cd: order.currency,
  // The shop has written a day that does not exist, and has it still.
  order_dt: order.orderedOn === null ? 0 : numberOfDay(order.orderedOn),
  ship_dt: order.dispatchedOn === null ? null : numberOfDay(order.dispatchedOn),
  carrier_cd: order.carrier === null ? null : carriers[order.carrier],
  discount: order.discount === null ? null : percentOf(order.discount),
  cancel_cd: order.cancelReason === null ? null : reasons[order.cancelReason],
  notes: order.note,
  created_at: storeTimeOf(order.orderedAt),
  touched_at: storeTimeOf(order.changedAt),
})

/** Of hundredths of a percent. */
function percentOf(discount: bigint): string {
  const digits = String(discount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
