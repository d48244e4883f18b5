/** The shop as the old application knows it: rows with the columns of `schema.sql`, an order together with its parts. */

export type OrderStatus = 'N' | 'P' | 'S' | 'X'

export interface CustomerRow {
  readonly id: number
  readonly store_no: number
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
  readonly country: string
  readonly birth_dt: number | null
  readonly reg_dt: number
  readonly del_flg: 'N' | 'Y'
  readonly touched_at: string
}

export interface ProductRow {
  readonly sku: string
  readonly name: string
  readonly price_cents: number
  readonly active: boolean
}

export interface OrderRow {
  readonly id: number
  readonly store_no: number
  readonly customer_id: number
  readonly status: OrderStatus
  readonly total_cents: number
  readonly curr_cd: string
  readonly order_dt: number
  readonly ship_dt: number | null
  readonly carrier_cd: string | null
  /** Per cent, with two digits behind the point. */
  readonly discount: string | null
  readonly cancel_cd: number | null
  readonly notes: string | null
  /** Wall time, as `touched_at`. */
  readonly created_at: string
  readonly touched_at: string
}

export interface LineRow {
  readonly order_id: number
  readonly line_no: number
  readonly sku: string
  readonly qty: number
  readonly price_cents: number
}

export interface PaymentRow {
  readonly id: number
  readonly order_id: number
  readonly method: number
  readonly amount_cents: number
  /** RFC 3339. */
  readonly paid_at: string
}

export interface ShipmentRow {
  readonly id: number
  readonly order_id: number
  readonly carrier_cd: string
  /** Kilograms; a number that 32 bits hold exactly. */
  readonly weight: number | null
  /** RFC 3339. */
  readonly shipped_at: string
}

export interface Order {
  readonly row: OrderRow
  readonly lines: readonly LineRow[]
  readonly payments: readonly PaymentRow[]
  readonly shipments: readonly ShipmentRow[]
}

/** 0 until the check-out is complete; then 1, or 2 where it was paid at once; 9: given up. */
export type WebOrderStatus = 0 | 1 | 2 | 9

export interface WebOrderRow {
  readonly order_id: number
  /** null: a guest. */
  readonly customer_id: number | null
  readonly status: WebOrderStatus
  readonly touched_at: string
}

export interface WebLineRow {
  readonly order_id: number
  readonly line_no: number
  readonly sku: string
  readonly qty: number
  readonly shipped_qty: number
  readonly price_cents: number
}

export interface WebOrder {
  readonly row: WebOrderRow
  readonly lines: readonly WebLineRow[]
  /** Statuses that were noted, in their order. */
  readonly history: readonly WebOrderStatus[]
}

/** By number. */
export const allStores: readonly number[] = [1, 2, 3, 4]

/** What all committed transactions have made of the shop, and what the next one continues from. */
export interface Shop {
  readonly customers: Map<number, CustomerRow>
  readonly products: Map<string, ProductRow>
  readonly orders: Map<number, Order>
  readonly webOrders: Map<number, WebOrder>
  /** Those in which orders are taken and worked on. */
  readonly stores: readonly number[]
  /** Customers with a reference to them somewhere: they can never be deleted. */
  readonly everOrdered: Set<number>
  /** Number of events so far, by `topic key`. */
  readonly keySequences: Map<string, number>
  /** Ids are handed out as from a sequence: what is rolled back leaves a gap. */
  readonly next: {
    customer: number
    order: number
    payment: number
    shipment: number
    webOrder: number
    webHistoryEntry: number
    transaction: number
  }
  /** The shop's own clock, an instant in µs. */
  nowUs: number
}
