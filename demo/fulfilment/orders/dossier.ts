/** The model of the service: everything that is known of one order. Amounts are in cents, instants in µs since 1970. */

export type OrderState = 'open' | 'paid' | 'dispatched' | 'cancelled'
/** `unknown`: the legacy shop has a code of its own that nobody can read any more. */
export type Carrier = 'DHL' | 'UPS' | 'HERMES' | 'unknown'
export type PaymentMethod = 'CARD' | 'TRANSFER' | 'CASH' | 'OTHER'
export type CancelReason = 'CUSTOMER' | 'OUT_OF_STOCK' | 'PAYMENT_FAILED' | 'FRAUD' | 'OTHER'

export interface Order {
  readonly id: string
  readonly store: number
  readonly buyer: string
  readonly state: OrderState
  readonly total: bigint
  readonly currency: string
  /** In hundredths of a percent. */
  readonly discount: bigint | null
  /** Days since 1970; null: the legacy shop has a day that does not exist. */
  readonly orderedOn: number | null
  readonly orderedAt: bigint
  readonly changedAt: bigint
  readonly carrier: Carrier | null
  readonly dispatchedOn: number | null
  readonly cancelReason: CancelReason | null
  readonly note: string | null
}

export interface Line {
  readonly number: number
  readonly sku: string
  readonly quantity: number
  readonly unitPrice: bigint
}

export interface Payment {
  readonly id: string
  readonly method: PaymentMethod
  readonly amount: bigint
  readonly paidAt: bigint
}

export interface Parcel {
  readonly id: string
  readonly carrier: Carrier
  readonly weightKg: number | null
  readonly handedOverAt: bigint
}

export interface Dossier {
  /** Null: gone, or a snapshot has shown parts of it before the order itself. */
  readonly order: Order | null
  readonly lines: ReadonlyMap<number, Line>
  readonly payments: ReadonlyMap<string, Payment>
  readonly parcels: ReadonlyMap<string, Parcel>
}

/** By the order's number. */
export type Dossiers = ReadonlyMap<string, Dossier>

export const emptyDossier: Dossier = { order: null, lines: new Map(), payments: new Map(), parcels: new Map() }
