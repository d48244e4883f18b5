/** What the web shop does: one statement, which is a transaction of its own. Only the warehouse's import knows better. */
import type { Random } from '../plan/random.ts'
import type { Shop, WebLineRow, WebOrder, WebOrderRow, WebOrderStatus } from '../plan/shop.ts'
import type { Step } from '../plan/statement.ts'
import type { Change } from '../plan/transaction-draft.ts'
import { wallTime } from '../plan/wall-time.ts'

export interface WebScene {
  readonly shop: Shop
  readonly random: Random
}

export interface WebTransaction {
  readonly kind: string
  readonly steps: readonly Step[]
  readonly changes: readonly Change<WebOrder>[]
}

/** null when there is nothing to do it to. */
type WebAction = (scene: WebScene) => WebTransaction | null

const linesMax = 6

/** Of an account at another shop, or of one that was erased while its order was open. */
const strangerId = 999_999
/** An article that was taken off the list; its number lives on in shopping lists. */
const goneSku = 'GONE-1'

const isPlaced = ({ row }: WebOrder): boolean => row.status === 1 || row.status === 2
const isOpen = ({ row }: WebOrder): boolean => row.status === 0
const isShippedInPart = ({ lines }: WebOrder): boolean => lines.some(({ shipped_qty }) => shipped_qty > 0)
const outstanding = ({ lines }: WebOrder): readonly WebLineRow[] =>
  lines.filter(({ qty, shipped_qty }) => shipped_qty < qty)

function pick({ shop, random }: WebScene, isMeant: (order: WebOrder) => boolean): WebOrder | null {
  return random.pickAny([...shop.webOrders.values()].filter(isMeant))
}

/** Moves the shop's clock. */
function wallNow({ shop, random }: WebScene): string {
  shop.nowUs += random.integer(1_000, 900_000)
  return wallTime(shop.nowUs)
}

const openOrder: WebAction = (scene) => {
  const { shop, random } = scene
  const order_id = shop.next.webOrder++
  const account = random.chance(0.05) ? strangerId : (random.pickAny([...shop.customers.keys()]) ?? null)
  const customer_id = random.chance(0.2) ? null : account
  const row: WebOrderRow = { order_id, customer_id, status: 0, touched_at: wallNow(scene) }
  const steps: Step[] = [
    { statement: { kind: 'insert', table: 'web_orders', row: { ...row } }, touches: [`web_orders/${order_id}`] },
  ]
  return { kind: 'web open', steps, changes: [{ before: null, after: { row, lines: [], history: [] } }] }
}

const addWebLine: WebAction = (scene) => {
  const { shop, random } = scene
  const before = pick(scene, (order) => isOpen(order) && order.lines.length < linesMax)
  if (before === null) return null
  const { order_id } = before.row
  const sku = random.chance(0.03) ? goneSku : (random.pickAny([...shop.products.keys()]) ?? goneSku)
  const price_cents = shop.products.get(sku)?.price_cents ?? 999
  const line_no = (before.lines.at(-1)?.line_no ?? 0) + 1
  const line: WebLineRow = { order_id, line_no, sku, qty: random.integer(1, 4), shipped_qty: 0, price_cents }
  const steps: Step[] = [
    { statement: { kind: 'insert', table: 'web_order_lines', row: { ...line } }, touches: [`web_orders/${order_id}`] },
  ]
  return { kind: 'web line', steps, changes: [{ before, after: { ...before, lines: [...before.lines, line] } }] }
}

/** The event tells of the customer and of articles as they are then: what changes them must not overtake. */
const complete: WebAction = (scene) => {
  const { shop, random } = scene
  const mayBeEmpty = random.chance(0.1)
  const isKnown = ({ row }: WebOrder): boolean => row.customer_id === null || shop.customers.has(row.customer_id)
  const order = pick(scene, (open) => isOpen(open) && (open.lines.length > 0 || (mayBeEmpty && isKnown(open))))
  if (order === null) return null
  const customer = order.row.customer_id === null ? [] : [`customers/${order.row.customer_id}`]
  const touches = [...customer, ...order.lines.map(({ sku }) => `products/${sku}`)]
  return statusChange(scene, { kind: 'web complete', order, status: random.pick([1, 1, 2]), touches })
}

const giveUp: WebAction = (scene) => {
  const order = pick(scene, (one) => isOpen(one) || (isPlaced(one) && !isShippedInPart(one)))
  return order === null ? null : statusChange(scene, { kind: 'web give up', order, status: 9, touches: [] })
}

/** Somebody in the office opens an order again, so that its customer can change it. */
const reopen: WebAction = (scene) => {
  const order = pick(scene, (one) => isPlaced(one) && !isShippedInPart(one) && one.history.at(-1) === one.row.status)
  return order === null ? null : statusChange(scene, { kind: 'web reopen', order, status: 0, touches: [] })
}

interface StatusChange {
  readonly kind: string
  readonly order: WebOrder
  readonly status: WebOrderStatus
  readonly touches: readonly string[]
}

function statusChange(scene: WebScene, { kind, order, status, touches }: StatusChange): WebTransaction {
  const { order_id } = order.row
  const set = { status, touched_at: wallNow(scene) }
  const statement = { kind: 'update', table: 'web_orders', key: { order_id }, set } as const
  return {
    kind,
    steps: [{ statement, touches: [`web_orders/${order_id}`, ...touches] }],
    changes: [{ before: order, after: { ...order, row: { ...order.row, ...set } } }],
  }
}

const noteStatus: WebAction = (scene) => {
  const before = pick(scene, ({ row, history }) => row.status !== (history.at(-1) ?? 0))
  if (before === null) return null
  const { order_id, status } = before.row
  const row = { entry_id: scene.shop.next.webHistoryEntry++, order_id, status, noted_at: wallNow(scene) }
  const steps: Step[] = [
    { statement: { kind: 'insert', table: 'web_order_history', row }, touches: [`web_orders/${order_id}`] },
  ]
  return { kind: 'web note', steps, changes: [{ before, after: { ...before, history: [...before.history, status] } }] }
}

const shipSome: WebAction = (scene) => {
  const { random } = scene
  const order = pick(scene, (one) => isPlaced(one) && outstanding(one).length > 0)
  const line = random.pickAny(order === null ? [] : outstanding(order))
  if (order === null || line === null) return null
  return lineChanges('web ship', [
    { order, line, set: { shipped_qty: random.integer(line.shipped_qty + 1, line.qty) } },
  ])
}

/** The warehouse reads a file in the evening: what is left of two orders, in one transaction. */
const shipRest: WebAction = ({ shop }) => {
  const orders = [...shop.webOrders.values()].filter((one) => isPlaced(one) && outstanding(one).length > 0).slice(0, 2)
  if (orders.length < 2) return null
  const rest = orders.flatMap((order) =>
    outstanding(order).map((line) => ({ order, line, set: { shipped_qty: line.qty } })),
  )
  return lineChanges('web ship rest', rest)
}

/** A parcel comes back; it will be sent again. */
const takeBack: WebAction = (scene) => {
  const order = pick(scene, isShippedInPart)
  const line = scene.random.pickAny(order?.lines.filter(({ shipped_qty }) => shipped_qty > 0) ?? [])
  return order === null || line === null
    ? null
    : lineChanges('web take back', [{ order, line, set: { shipped_qty: 0 } }])
}

/** Another quantity while the order is open; later, what cannot be delivered is struck off. */
const correctLine: WebAction = (scene) => {
  const { random } = scene
  const isHalfShipped = ({ qty, shipped_qty }: WebLineRow): boolean => shipped_qty > 0 && shipped_qty < qty
  const order = pick(scene, (one) => (isOpen(one) ? one.lines.length > 0 : one.lines.some(isHalfShipped)))
  const line = random.pickAny(order?.lines.filter((one) => isOpen(order) || isHalfShipped(one)) ?? [])
  if (order === null || line === null) return null
  const qty = isOpen(order) ? (line.qty % 4) + 1 : line.shipped_qty
  return lineChanges('web correct', [{ order, line, set: { qty } }])
}

interface LineChange {
  readonly order: WebOrder
  readonly line: WebLineRow
  readonly set: Partial<WebLineRow>
}

function lineChanges(kind: string, changes: readonly LineChange[]): WebTransaction {
  const steps = changes.map(({ line: { order_id, line_no }, set }): Step => {
    const statement = { kind: 'update', table: 'web_order_lines', key: { order_id, line_no }, set: { ...set } } as const
    return { statement, touches: [`web_orders/${order_id}`] }
  })
  const byOrder = Map.groupBy(changes, ({ order }) => order)
  const after = (order: WebOrder): readonly WebLineRow[] =>
    order.lines.map((line) => ({ ...line, ...byOrder.get(order)?.find((change) => change.line === line)?.set }))
  return {
    kind,
    steps,
    changes: [...byOrder.keys()].map((before) => ({ before, after: { ...before, lines: after(before) } })),
  }
}

const removeLine: WebAction = (scene) => {
  const before = pick(scene, (order) => (isOpen(order) || order.row.status === 9) && order.lines.length > 0)
  const gone = scene.random.pickAny(before?.lines ?? [])
  if (before === null || gone === null) return null
  const { order_id, line_no } = gone
  const steps: Step[] = [
    {
      statement: { kind: 'delete', table: 'web_order_lines', key: { order_id, line_no } },
      touches: [`web_orders/${order_id}`],
    },
  ]
  const lines = before.lines.filter((line) => line !== gone)
  return { kind: 'web remove line', steps, changes: [{ before, after: { ...before, lines } }] }
}

/** Its history stays, as nothing ties it to the order. */
const removeOrder: WebAction = (scene) => {
  const before = pick(scene, (order) => (isOpen(order) || order.row.status === 9) && order.lines.length === 0)
  if (before === null) return null
  const { order_id } = before.row
  const steps: Step[] = [
    { statement: { kind: 'delete', table: 'web_orders', key: { order_id } }, touches: [`web_orders/${order_id}`] },
  ]
  return { kind: 'web remove', steps, changes: [{ before, after: null }] }
}

export const webActions: readonly (readonly [weight: number, action: WebAction])[] = [
  [16, openOrder],
  [30, addWebLine],
  [18, complete],
  [12, noteStatus],
  [24, shipSome],
  [2, shipRest],
  [2, takeBack],
  [5, correctLine],
  [3, reopen],
  [2, giveUp],
  [3, removeLine],
  [2, removeOrder],
]
