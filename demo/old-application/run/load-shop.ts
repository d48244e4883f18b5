/** What the old application finds when it starts: the shop as an earlier run, or the seed, has left it. */
import type pg from 'pg'
import {
  allStores,
  type CustomerRow,
  type LineRow,
  type Order,
  type OrderRow,
  type PaymentRow,
  type ProductRow,
  type ShipmentRow,
  type Shop,
  type WebLineRow,
  type WebOrder,
  type WebOrderRow,
  type WebOrderStatus,
} from '../plan/shop.ts'
import { webOrdersInMindMax } from '../plan/plan-transactions.ts'
import { instantOfWall } from '../plan/wall-time.ts'

/** Wall times and numbers as the plan has them; `char(n)` comes with its blanks and is trimmed. */
const wall = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US') AS ${column}`
const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`
const whole = (column: string): string => `${column}::float8 AS ${column}`

const customersQuery = `SELECT ${whole('id')}, store_no, name, email, phone, trim(country) AS country, birth_dt, reg_dt,
  del_flg, ${wall('touched_at')} FROM public.customers ORDER BY id`
const productsQuery = `SELECT trim(sku) AS sku, name, ${whole('price_cents')}, active FROM public.products ORDER BY sku`
const ordersQuery = `SELECT ${whole('id')}, store_no, ${whole('customer_id')}, status, ${whole('total_cents')},
  trim(curr_cd) AS curr_cd, order_dt, ship_dt, carrier_cd, discount::text AS discount, cancel_cd, notes,
  ${wall('created_at')}, ${wall('touched_at')}
  FROM (SELECT * FROM public.orders ORDER BY created_at DESC, public.orders.id DESC LIMIT 300) AS latest
  ORDER BY latest.id`
const ofOrders = 'WHERE order_id = ANY($1)'
const linesQuery = `SELECT ${whole('order_id')}, line_no, trim(sku) AS sku, qty, ${whole('price_cents')}
  FROM public.order_lines ${ofOrders} ORDER BY order_id, line_no`
const paymentsQuery = `SELECT ${whole('id')}, ${whole('order_id')}, method, ${whole('amount_cents')}, ${instant('paid_at')}
  FROM public.payments ${ofOrders} ORDER BY payments.id`
const shipmentsQuery = `SELECT ${whole('id')}, ${whole('order_id')}, carrier_cd, weight, ${instant('shipped_at')}
  FROM public.shipments ${ofOrders} ORDER BY shipments.id`
const webOrdersQuery = `SELECT ${whole('order_id')}, ${whole('customer_id')}, status, ${wall('touched_at')}
  FROM (SELECT * FROM public.web_orders ORDER BY order_id DESC LIMIT ${webOrdersInMindMax}) AS latest
  ORDER BY latest.order_id`
const webLinesQuery = `SELECT ${whole('order_id')}, line_no, trim(sku) AS sku, qty, shipped_qty, ${whole('price_cents')}
  FROM public.web_order_lines ${ofOrders} ORDER BY web_order_lines.order_id, line_no`
const webHistoryQuery = `SELECT ${whole('order_id')}, status FROM public.web_order_history ${ofOrders} ORDER BY entry_id`
const sequencesQuery = `SELECT topic || ' ' || key AS name, max(key_seq)::float8 AS count
  FROM audit.expected_events GROUP BY topic, key`
const orderedQuery = 'SELECT DISTINCT customer_id::float8 AS id FROM public.orders'

/** The shop's clock goes on where the latest row left it, or begins at the given instant in µs. */
export async function loadShop(client: pg.Client, beginUs: number): Promise<Shop> {
  const ask = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await client.query<Row>(text, [...values])).rows
  const customers = await ask<CustomerRow>(customersQuery)
  const products = await ask<ProductRow>(productsQuery)
  const orders = await ask<OrderRow>(ordersQuery)
  const ids = orders.map(({ id }) => id)
  const lines = Map.groupBy(await ask<LineRow>(linesQuery, [ids]), ({ order_id }) => order_id)
  const payments = Map.groupBy(await ask<PaymentRow>(paymentsQuery, [ids]), ({ order_id }) => order_id)
  const shipments = Map.groupBy(await ask<ShipmentRow>(shipmentsQuery, [ids]), ({ order_id }) => order_id)
  const sequences = await ask<{ name: string; count: number }>(sequencesQuery)
  const ordered = await ask<{ id: number }>(orderedQuery)
  const webOrders = await loadWebOrders(ask)
  const webRows = [...webOrders.values()].map(({ row }) => row)
  const touched = [...customers, ...orders, ...webRows].map((row) => instantOfWall(row.touched_at))
  return {
    customers: new Map(customers.map((row) => [row.id, row])),
    products: new Map(products.map((row) => [row.sku, row])),
    orders: new Map(
      orders.map((row): [number, Order] => [
        row.id,
        {
          row,
          lines: lines.get(row.id) ?? [],
          payments: payments.get(row.id) ?? [],
          shipments: shipments.get(row.id) ?? [],
        },
      ]),
    ),
    webOrders,
    stores: allStores,
    everOrdered: new Set(ordered.map(({ id }) => id)),
    keySequences: new Map(sequences.map(({ name, count }) => [name, count])),
    next: await nextIds(ask),
    // Summer time may have ended since: later than anything that stands there in either reading.
    nowUs: touched.reduce((latest, us) => Math.max(latest, us + 3_600_000_000), beginUs),
  }
}

type Ask = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

async function loadWebOrders(ask: Ask): Promise<Map<number, WebOrder>> {
  const rows = await ask<WebOrderRow>(webOrdersQuery)
  const ids = rows.map(({ order_id }) => order_id)
  const lines = Map.groupBy(await ask<WebLineRow>(webLinesQuery, [ids]), ({ order_id }) => order_id)
  const entries = await ask<{ order_id: number; status: WebOrderStatus }>(webHistoryQuery, [ids])
  const history = Map.groupBy(entries, ({ order_id }) => order_id)
  return new Map(
    rows.map((row): [number, WebOrder] => {
      const { order_id: id } = row
      return [id, { row, lines: lines.get(id) ?? [], history: (history.get(id) ?? []).map(({ status }) => status) }]
    }),
  )
}

/** Numbers from here on are given by the service that takes stores over; orders of it may be brought back. */
const newNumbersFrom = 1_000_000_000

/** What was loaded earlier, as it is now, for these stores alone; a number that was given is not given again. */
export async function loadShopAgain(client: pg.Client, earlier: Shop, stores: readonly number[]): Promise<Shop> {
  const shop = await loadShop(client, earlier.nowUs)
  const { next } = earlier
  return {
    ...shop,
    stores,
    orders: new Map([...shop.orders].filter(([, { row }]) => stores.includes(row.store_no))),
    next: {
      customer: Math.max(shop.next.customer, next.customer),
      order: Math.max(shop.next.order, next.order),
      payment: Math.max(shop.next.payment, next.payment),
      shipment: Math.max(shop.next.shipment, next.shipment),
      webOrder: Math.max(shop.next.webOrder, next.webOrder),
      webHistoryEntry: Math.max(shop.next.webHistoryEntry, next.webHistoryEntry),
      transaction: Math.max(shop.next.transaction, next.transaction),
    },
  }
}

async function nextIds(ask: Ask): Promise<Shop['next']> {
  const after = async (table: string, id = 'id'): Promise<number> => {
    const [row] = await ask<{ next: number }>(
      `SELECT coalesce(max(${id}), 0)::float8 + 1 AS next FROM ${table} WHERE ${id} < ${newNumbersFrom}`,
    )
    return row?.next ?? 1
  }
  return {
    customer: await after('public.customers'),
    order: await after('public.orders'),
    payment: await after('public.payments'),
    shipment: await after('public.shipments'),
    webOrder: await after('public.web_orders', 'order_id'),
    webHistoryEntry: await after('public.web_order_history', 'entry_id'),
    transaction: await after('audit.transactions'),
  }
}
