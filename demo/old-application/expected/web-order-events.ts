/** The events of one order of the web shop, from what it was before a commit and what it is after it. */
import type { Shop, WebLineRow, WebOrder } from '../plan/shop.ts'
import type { Change } from '../plan/transaction-draft.ts'
import { instantOfWall, instantText } from '../plan/wall-time.ts'
import { type Expectation, type ExpectedEvent, money, nothingExpected } from './expected-event.ts'

const statuses = { 0: 'OPEN', 1: 'CONFIRMED', 2: 'PAID', 9: 'CANCELLED' } as const

/** The shop as it is when the change is committed. */
export function webOrderEvents({ before, after }: Change<WebOrder>, shop: Shop): Expectation {
  if (before === null || after === null) return nothingExpected
  if (isPlacedNow(before, after)) return placed(after, shop)
  const events = isShippedNow(before, after) ? [fullyShipped(after)] : []
  return { events, deadLetters: [] }
}

/** An order that was reopened and is completed again has been placed before. */
const isPlacedNow = (before: WebOrder, { row, history }: WebOrder): boolean =>
  before.row.status === 0 && row.status !== 0 && row.status !== 9 && history.every((status) => status === 0)

const isOutstanding = ({ qty, shipped_qty }: WebLineRow): boolean => shipped_qty < qty

const isShippedNow = (before: WebOrder, after: WebOrder): boolean =>
  before.lines.length === after.lines.length && before.lines.some(isOutstanding) && !after.lines.some(isOutstanding)

function placed({ row, lines }: WebOrder, { customers, products }: Shop): Expectation {
  const setAside = (errorClass: string): Expectation => ({
    events: [],
    deadLetters: [{ mapping: 'web-order', rule: 'placed', errorClass }],
  })
  const customer = row.customer_id === null ? null : customers.get(row.customer_id)
  if (customer === undefined) return setAside('missingRow')
  if (lines.length === 0) return setAside('rowCount')
  const placedAt = instantText(instantOfWall(row.touched_at))
  const fields = {
    orderId: String(row.order_id),
    customerId: row.customer_id === null ? null : String(row.customer_id),
    country: customer === null ? null : customer.country.trim().toUpperCase(),
    status: statuses[row.status],
    placedAt,
    total: money(lines.reduce((sum, { qty, price_cents }) => sum + qty * price_cents, 0)),
    lines: lines.map(({ line_no, sku, qty, price_cents }) => ({
      lineNo: line_no,
      sku: sku.trim(),
      productName: products.get(sku)?.name ?? null,
      quantity: qty,
      unitPrice: money(price_cents),
    })),
  }
  const event = webOrderEvent('WebOrderPlaced', row.order_id, fields)
  return { events: [{ ...event, subject: `web-order/${row.order_id}`, time: placedAt }], deadLetters: [] }
}

function fullyShipped({ row, lines }: WebOrder): ExpectedEvent {
  return webOrderEvent('WebOrderFullyShipped', row.order_id, {
    orderId: String(row.order_id),
    lineCount: lines.length,
    unitCount: lines.reduce((sum, { shipped_qty }) => sum + shipped_qty, 0),
  })
}

function webOrderEvent(name: string, id: number, fields: ExpectedEvent['fields']): ExpectedEvent {
  const key = String(id)
  return { topic: 'web-orders.v1', type: `com.acme.weborders.${name}`, key, subject: key, time: null, fields }
}
