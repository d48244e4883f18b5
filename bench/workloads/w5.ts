/** `w5`: an order, its five lines and its payment, committed together, become one nested event. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatInstant } from '../../src/core/values/instant-text.ts'
import { benchCatalog, type Catalog, capturedTable, readCatalog } from '../debezium/captured-table.ts'
import { plainJson } from '../debezium/record-form.ts'
import { type Image, placeOf, type Row, sourceTransaction } from '../debezium/source-transaction.ts'
import { type LineImage, lineCount, linesOf, linesTable, tablesOfOrders } from '../order-lines.ts'
import { derivedProject, excludingRows } from '../projects.ts'
import { everyUpdate, orderImage, ordersTable } from '../workload.ts'
import { besideW1 } from './beside-w1.ts'

const rowsPerOrder = 1 + lineCount + 1
const nested = (file: string): string => readFileSync(join(import.meta.dirname, '..', 'nested', file), 'utf8')
const catalog: Catalog = { tables: [...readCatalog(benchCatalog).tables, ...tablesOfOrders] }
const paymentsTable = capturedTable(catalog, 'public.payments')

const cents = (amount: number): string => (amount / 100).toFixed(2)

function rowsOfOrder(id: number, commitUs: number): Row[] {
  const order = orderImage(id, 0, everyUpdate)
  const lines = linesOf(id)
  const payment = {
    id: 9_000_000 + id,
    order_id: id,
    method: 1 + (id % 3),
    amount_cents: order['total_cents'],
    reference: `PAY-${String(id).padStart(10, '0')}`,
    touched_at: order['touched_at'],
  }
  const text = JSON.stringify(orderPlaced({ order, lines, payment, commitUs }))
  return [
    { table: ordersTable, before: null, after: order, outcome: null },
    ...lines.map((line): Row => ({ table: linesTable, before: null, after: line, outcome: null })),
    { table: paymentsTable, before: null, after: payment, outcome: { key: String(id), text } },
  ]
}

interface PlacedOrder {
  readonly order: Image
  readonly lines: readonly LineImage[]
  readonly payment: { readonly method: number; readonly reference: string }
  readonly commitUs: number
}

function orderPlaced({ order, lines, payment, commitUs }: PlacedOrder): object {
  const day = String(order['order_dt'])
  const { name, street, zip, city, country } = order
  return {
    orderId: String(order['id']),
    customerId: String(order['customer_id']),
    storeNo: order['store_no'],
    status: 'NEW',
    placedOn: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    total: cents(Number(order['total_cents'])),
    currency: order['curr_cd'],
    discount: order['discount'],
    shipTo: { name, street, zip, city, country },
    paymentMethod: ['CARD', 'TRANSFER', 'CASH'][payment.method - 1],
    paymentReference: payment.reference,
    lines: lines.map(({ line_no: lineNo, sku, product, qty: quantity, price_cents: price }) => {
      return { lineNo, sku, product, quantity, unitPrice: cents(price), amount: cents(price * quantity) }
    }),
    lineCount,
    unitCount: lines.reduce((sum, { qty }) => sum + qty, 0),
    note: order['notes'],
    placedAt: formatInstant(BigInt(commitUs)),
  }
}

export const w5 = besideW1({
  name: 'w5',
  summary: 'an order, five lines and a payment, one nested event through with',
  changes: 700_000,
  project: (bench) =>
    derivedProject(bench, 'w5', {
      'falsework.yaml': excludingRows(catalog.tables.map(({ name }) => name)),
      'catalog/bench.json': (text) => JSON.stringify({ ...(JSON.parse(text) as object), ...catalog }),
      'contracts/OrderChanged.v1.avsc': 'removed',
      'contracts/OrderPlaced.v1.avsc': () => nested('OrderPlaced.v1.avsc'),
      'mappings/order-changed.yaml': 'removed',
      'mappings/order-placed.yaml': () => nested('order-placed.yaml'),
    }),
  records: function* (topic, changes) {
    for (let number = 0; number < changes / rowsPerOrder; number++) {
      const place = placeOf(number, { topic, form: plainJson, rowsMax: rowsPerOrder })
      yield* sourceTransaction(place, rowsOfOrder(number + 1, place.commitUs))
    }
  },
  figure: { kind: 'changes per CPU-second', wanted: '≥ 0.8' },
})
