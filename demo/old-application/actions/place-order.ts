/** Orders come in: an order, its lines and often a payment, in one transaction. */
import type { LineRow, OrderRow } from '../plan/shop.ts'
import { dayNumber } from '../plan/wall-time.ts'
import type { Action, Scene } from './action.ts'

/** Order, one line, the update of the total and a payment. */
const writesMin = 4
const linesMax = 8

/** There are no such days. */
const impossibleDays = [0, 20260231, 99999999] as const

export const placeOrder: Action = (scene) => {
  const customer = scene.random.pickAny(scene.draft.customers().filter(({ del_flg }) => del_flg === 'N'))
  return customer === null ? null : placeOrderOf(scene, customer.id)
}

/** As the ORM does it: the order first, its lines, then the order again with the total. */
export function placeOrderOf(scene: Scene, customerId: number): string | null {
  const { draft, random, shop } = scene
  if (draft.writesLeft < writesMin || shop.stores.length === 0) return null
  const fault = random.chance(0.035) ? random.pick<'impossible day' | 'no lines'>(['impossible day', 'no lines']) : null
  const order = addOrder(scene, { customerId, fault })
  const count = fault === 'no lines' ? 0 : random.integer(1, Math.min(linesMax, draft.writesLeft - 2))
  const lines = Array.from({ length: count }, (_none, at) => addLine(scene, order.id, at + 1))
  const total = totalOf(lines, order.discount)
  const paid = random.chance(0.4)
  if (paid) addPayment(scene, order.id, total)
  const status = paid && random.chance(0.4) ? 'P' : 'N'
  draft.setOrder(order.id, { total_cents: total, status, touched_at: draft.now().wall })
  return fault === null ? 'place' : `place with ${fault}`
}

/** Somebody changes their mind before the transaction ends: nothing has happened. */
export const placeAndRegret: Action = (scene) => {
  const { draft, random, shop } = scene
  const customer = random.pickAny(draft.customers())
  if (customer === null || draft.writesLeft < 6 || shop.stores.length === 0) return null
  const order = addOrder(scene, { customerId: customer.id, fault: null })
  addLine(scene, order.id, 1)
  addLine(scene, order.id, 2)
  draft.deleteOrder(order.id)
  return 'place and regret'
}

/** What a bad till now and then does to an order. */
interface NewOrder {
  readonly customerId: number
  readonly fault: 'impossible day' | 'no lines' | null
}

function addOrder({ draft, random, shop }: Scene, { customerId, fault }: NewOrder): OrderRow {
  const id = shop.next.order++
  const { wall } = draft.now()
  const row: OrderRow = {
    id,
    store_no: random.pickAny(shop.stores) ?? 0,
    customer_id: customerId,
    status: 'N',
    total_cents: 0,
    curr_cd: random.pick(['EUR', 'EUR', 'EUR', 'CHF', 'eur']),
    order_dt: fault === 'impossible day' ? random.pick(impossibleDays) : dayNumber(wall),
    ship_dt: null,
    carrier_cd: null,
    discount: random.chance(0.2) ? random.pick(['5.00', '12.50', '3.00']) : null,
    cancel_cd: null,
    notes: notes(random),
    created_at: wall,
    touched_at: wall,
  }
  draft.addOrder(row)
  return row
}

function notes(random: Scene['random']): string | null {
  if (random.chance(0.6)) return null
  // Longer than what PostgreSQL keeps in the row itself.
  if (random.chance(0.08)) return `Gravur: ${random.letters(3_000)}`
  return random.pick(['', '  ', 'bitte klingeln', ' Für Zoë 🎁 ', 'Tür "hinten" \\ links', 'Zeile 1\nZeile 2\tEnde'])
}

export function addLine({ draft, random, shop }: Scene, orderId: number, lineNo: number): LineRow {
  const sku = random.pickAny([...shop.products.keys()]) ?? ''
  const line: LineRow = {
    order_id: orderId,
    line_no: lineNo,
    sku,
    qty: random.integer(1, 5),
    price_cents: draft.price(sku),
  }
  draft.addLine(line)
  return line
}

export function addPayment({ draft, random, shop }: Scene, orderId: number, amountCents: number): void {
  draft.addPayment({
    id: shop.next.payment++,
    order_id: orderId,
    method: random.pick([1, 1, 1, 2, 2, 3, 7]),
    amount_cents: amountCents,
    paid_at: draft.now().instant,
  })
}

/** In cents, rounded to the cent in the customer's favour. */
export function totalOf(lines: readonly LineRow[], discount: string | null): number {
  const full = lines.reduce((sum, { qty, price_cents }) => sum + qty * price_cents, 0)
  return Math.floor((full * (10_000 - Math.round(Number(discount ?? 0) * 100))) / 10_000)
}
