/** What happens to orders that are there: paid, shipped, cancelled, edited, deleted, and some to and fro. */
import type { Order, OrderRow, OrderStatus } from '../plan/shop.ts'
import { dayNumber } from '../plan/wall-time.ts'
import type { Action, Scene } from './action.ts'
import { addLine, addPayment, totalOf } from './place-order.ts'

function pickOrder({ draft, random }: Scene, statuses: readonly OrderStatus[]): Order | null {
  return random.pickAny(draft.orders().filter(({ row }) => statuses.includes(row.status)))
}

export const payOrder: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, ['N'])
  if (order === null || draft.writesLeft < 3) return null
  const { id, total_cents } = order.row
  // It may have been paid when it was placed, and only now somebody looks.
  if (order.payments.length === 0) addPayment(scene, id, total_cents)
  // The ORM notes that it looked at the order, then what it found.
  if (random.chance(0.3)) draft.setOrder(id, { touched_at: draft.now().wall })
  draft.setOrder(id, { status: 'P', touched_at: draft.now().wall })
  return 'pay'
}

export const shipOrder: Action = (scene) => {
  const { draft, random } = scene
  // Some customers pay by invoice, after the shipment.
  const order = pickOrder(scene, random.chance(0.15) ? ['N', 'P'] : ['P'])
  if (order === null || draft.writesLeft < 4) return null
  shipParcels(scene, order.row.id)
  return 'ship'
}

/** The warehouse closes the day: several orders in one transaction. */
export const shipBatch: Action = (scene) => {
  const { draft, random } = scene
  const count = random.integer(2, 3)
  if (draft.writesLeft < count * 4) return null
  const ready = draft.orders().filter(({ row }) => row.status === 'P')
  const batch = ready.slice(0, count)
  if (batch.length < count) return null
  for (const { row } of batch) shipParcels(scene, row.id)
  return 'ship batch'
}

function shipParcels({ draft, random, shop }: Scene, id: number): void {
  const carrier_cd = random.chance(0.025) ? 'ZZZ' : random.pick(['DHL', 'DHL', 'UPS', 'HER'])
  const parcels = random.pick([1, 1, 2])
  for (let parcel = 0; parcel < parcels; parcel += 1) {
    draft.addShipment({
      id: shop.next.shipment++,
      order_id: id,
      carrier_cd,
      weight: random.chance(0.2) ? null : random.integer(1, 80) / 4,
      shipped_at: draft.now().instant,
    })
  }
  const { wall } = draft.now()
  const ship_dt = random.chance(0.1) ? 0 : dayNumber(wall)
  if (parcels === 1 && random.chance(0.4)) {
    draft.setOrder(id, { carrier_cd, ship_dt, touched_at: wall })
    draft.setOrder(id, { status: 'S', touched_at: draft.now().wall })
  } else {
    draft.setOrder(id, { status: 'S', carrier_cd, ship_dt, touched_at: wall })
  }
}

export const cancelOrder: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, ['N', 'N', 'P'])
  if (order === null || draft.writesLeft < 1) return null
  const cancel_cd = random.pick([1, 2, 3, 9, 77, null])
  draft.setOrder(order.row.id, { status: 'X', cancel_cd, touched_at: draft.now().wall })
  return 'cancel'
}

/** Quantity, a further line, one line less, or another discount; the total follows. */
export const editOrder: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, ['N'])
  if (order === null || draft.writesLeft < 3) return null
  const { id } = order.row
  const line = random.pickAny(order.lines)
  const lineNo = Math.max(0, ...order.lines.map(({ line_no }) => line_no)) + 1
  let discount: Partial<OrderRow> = {}
  const what = random.pick(['quantity', 'add', 'remove', 'discount'])
  if (what === 'quantity' && line !== null) draft.setLine(line, { qty: (line.qty % 5) + 1 })
  else if (what === 'remove' && line !== null && order.lines.length > 1) draft.deleteLine(line)
  else if (what === 'discount') discount = { discount: order.row.discount === null ? '7.50' : null }
  else addLine(scene, id, lineNo)
  const { row, lines } = draft.order(id)
  const given = 'discount' in discount ? (discount.discount ?? null) : row.discount
  draft.setOrder(id, { ...discount, total_cents: totalOf(lines, given), touched_at: draft.now().wall })
  return 'edit'
}

/** Saving a form in which nothing was changed: the same values, or only the time. */
export const saveUnchanged: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, ['N', 'P', 'S', 'X'])
  if (order === null || draft.writesLeft < 1) return null
  const { id, status, total_cents, notes } = order.row
  const touched = random.chance(0.5) ? {} : { touched_at: draft.now().wall }
  draft.setOrder(id, { status, total_cents, notes, ...touched })
  return 'save unchanged'
}

/** There and back within one transaction: nobody else ever sees the state between. */
export const changeAndRevert: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, ['N', 'P'])
  if (order === null || draft.writesLeft < 2) return null
  const { id, status, total_cents, touched_at } = order.row
  const { wall } = draft.now()
  if (random.chance(0.5)) draft.setOrder(id, { status: 'X', touched_at: wall })
  else draft.setOrder(id, { total_cents: total_cents + 100, touched_at: wall })
  draft.setOrder(id, { status, total_cents, touched_at })
  return 'change and revert'
}

/** Paid and shipped over the counter: two steps of the status in one transaction, of which only the last is seen. */
export const sellOverTheCounter: Action = (scene) => {
  const { draft } = scene
  const order = pickOrder(scene, ['N'])
  if (order === null || draft.writesLeft < 6) return null
  const { id, total_cents } = order.row
  if (order.payments.length === 0) addPayment(scene, id, total_cents)
  draft.setOrder(id, { status: 'P', touched_at: draft.now().wall })
  shipParcels(scene, id)
  return 'sell over the counter'
}

/** Deletes an order with all that hangs on it: by a cascade, or part by part. */
export const removeOrder: Action = (scene) => {
  const { draft, random } = scene
  const order = pickOrder(scene, random.chance(0.2) ? ['N', 'X'] : ['S', 'X'])
  if (order === null) return null
  const { id } = order.row
  if (draft.writesLeft < 1 + order.lines.length + order.payments.length + order.shipments.length) return null
  if (random.chance(0.5)) for (const line of order.lines) draft.deleteLine(line)
  draft.deleteOrder(id)
  return 'remove'
}
