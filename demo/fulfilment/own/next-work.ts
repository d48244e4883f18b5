/** What the service does next in a store that it owns: an order is placed, or one that is there is moved on. */
import type { Random } from '../../old-application/plan/random.ts'
import { storeDayOf } from '../legacy/store-time.ts'
import {
  type CancelReason,
  type Carrier,
  type Dossier,
  type Dossiers,
  emptyDossier,
  type Line,
  type Order,
  type OrderState,
  type PaymentMethod,
} from '../orders/dossier.ts'

/** The shop counts from 1: no number of the service's is one of the shop's. */
const numbersFrom = 1_000_000_000
/** An order, its payments and its parcels have numbers of their own; no work needs more. */
const numbersEach = 10

export interface Scene {
  readonly random: Random
  readonly store: number
  /** Of this work; never given twice. */
  readonly number: number
  readonly nowUs: bigint
  /** Orders of the store, as they are. */
  readonly orders: Dossiers
}

export interface Work {
  readonly orderId: string
  readonly before: Dossier
  readonly after: Dossier
}

interface Present extends Dossier {
  readonly order: Order
}
type Action = (scene: Scene) => Work | null

const actions: readonly (readonly [weight: number, action: Action])[] = [
  [30, place],
  [24, pay],
  [22, ship],
  [9, cancel],
  [11, amend],
  [4, remove],
]

/** Null: nothing of what was thought of can be done, and the next number may have more luck. */
export function nextWork(scene: Scene): Work | null {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const work = pickAction(scene.random)(scene)
    if (work !== null) return work
  }
  return null
}

function pickAction(random: Random): Action {
  let left = random.next() * actions.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, action] of actions) {
    left -= weight
    if (left < 0) return action
  }
  return place
}

const numberOf = ({ number }: Scene, part: number): string => String(numbersFrom + number * numbersEach + part)

const present = ({ orders }: Scene): readonly Present[] =>
  [...orders.values()].flatMap((dossier) => (dossier.order === null ? [] : [{ ...dossier, order: dossier.order }]))

const pick = (scene: Scene, states: readonly OrderState[]): Present | null =>
  scene.random.pickAny(present(scene).filter(({ order }) => states.includes(order.state)))

const changed = ({ nowUs }: Scene, before: Present, order: Partial<Order>, parts: Partial<Dossier> = {}): Work => ({
  orderId: before.order.id,
  before,
  after: { ...before, ...parts, order: { ...before.order, ...order, changedAt: nowUs } },
})

/** By somebody who has ordered in the store before: of customers the service knows no more. */
function place(scene: Scene): Work | null {
  const { random, store, nowUs } = scene
  const known = present(scene)
  const articles = known.flatMap(({ lines }) => [...lines.values()])
  const [buyer, sample] = [random.pickAny(known)?.order.buyer, random.pickAny(articles)]
  if (buyer === undefined || sample === null) return null
  const lines = Array.from({ length: random.integer(1, 4) }, (_none, at): Line => {
    const { sku, unitPrice } = random.pickAny(articles) ?? sample
    return { number: at + 1, sku, unitPrice, quantity: random.integer(1, 5) }
  })
  const discount = random.chance(0.2) ? 500n : null
  const total = totalOf(lines, discount)
  const isPaid = random.chance(0.3)
  const order: Order = {
    id: numberOf(scene, 0),
    store,
    buyer,
    state: isPaid ? 'paid' : 'open',
    total,
    currency: random.pick(['EUR', 'EUR', 'CHF']),
    discount,
    orderedOn: storeDayOf(nowUs),
    orderedAt: nowUs,
    changedAt: nowUs,
    carrier: null,
    dispatchedOn: null,
    cancelReason: null,
    note: random.chance(0.2) ? 'Grüße vom neuen Dienst' : null,
  }
  const after: Dossier = {
    order,
    lines: new Map(lines.map((line) => [line.number, line])),
    payments: isPaid ? paymentsOf(scene, total) : new Map(),
    parcels: new Map(),
  }
  return { orderId: order.id, before: emptyDossier, after }
}

/** In cents, rounded to the cent in the customer's favour; the discount is in hundredths of a percent. */
export function totalOf(lines: readonly Line[], discount: bigint | null): bigint {
  const full = lines.reduce((sum, { quantity, unitPrice }) => sum + unitPrice * BigInt(quantity), 0n)
  return (full * (10_000n - (discount ?? 0n))) / 10_000n
}

function paymentsOf(scene: Scene, amount: bigint): Dossier['payments'] {
  const method = scene.random.pick<PaymentMethod>(['CARD', 'TRANSFER', 'CASH'])
  const id = numberOf(scene, 1)
  return new Map([[id, { id, method, amount, paidAt: scene.nowUs }]])
}

function pay(scene: Scene): Work | null {
  const before = pick(scene, ['open'])
  if (before === null) return null
  const payments = before.payments.size > 0 ? before.payments : paymentsOf(scene, before.order.total)
  return changed(scene, before, { state: 'paid' }, { payments })
}

function ship(scene: Scene): Work | null {
  const { random, nowUs } = scene
  const before = pick(scene, random.chance(0.1) ? ['open', 'paid'] : ['paid'])
  if (before === null) return null
  const carrier = random.pick<Carrier>(['DHL', 'UPS', 'HERMES'])
  const parcels = new Map(before.parcels)
  for (let part = 2; part < 2 + random.integer(1, 2); part += 1) {
    const id = numberOf(scene, part)
    const weightKg = random.chance(0.2) ? null : random.integer(1, 80) / 4
    parcels.set(id, { id, carrier, weightKg, handedOverAt: nowUs })
  }
  return changed(scene, before, { state: 'dispatched', carrier, dispatchedOn: storeDayOf(nowUs) }, { parcels })
}

function cancel(scene: Scene): Work | null {
  const before = pick(scene, ['open', 'open', 'paid'])
  if (before === null) return null
  const cancelReason = scene.random.pick<CancelReason>(['CUSTOMER', 'OUT_OF_STOCK', 'PAYMENT_FAILED', 'FRAUD'])
  return changed(scene, before, { state: 'cancelled', cancelReason })
}

/** One piece more of something. */
function amend(scene: Scene): Work | null {
  const before = pick(scene, ['open'])
  const line = scene.random.pickAny([...(before?.lines.values() ?? [])])
  if (before === null || line === null) return null
  const lines = new Map(before.lines).set(line.number, { ...line, quantity: line.quantity + 1 })
  return changed(scene, before, { total: totalOf([...lines.values()], before.order.discount) }, { lines })
}

function remove(scene: Scene): Work | null {
  const before = pick(scene, ['dispatched', 'cancelled'])
  return before === null ? null : { orderId: before.order.id, before, after: emptyDossier }
}
