/** A transaction while it is planned: its statements, and what the shop would look like inside it. */
import type { Random } from './random.ts'
import type { CustomerRow, LineRow, Order, OrderRow, PaymentRow, ProductRow, ShipmentRow, Shop } from './shop.ts'
import type { Statement, Step, TableName } from './statement.ts'
import { instantText, wallTime } from './wall-time.ts'

/** Before and after the transaction; null where there is none. */
export interface Change<T> {
  readonly before: T | null
  readonly after: T | null
}

export interface DraftChanges {
  readonly orders: readonly Change<Order>[]
  readonly customers: readonly Change<CustomerRow>[]
  readonly products: readonly Change<ProductRow>[]
}

interface Inside {
  readonly orders: Map<number, Order | null>
  readonly customers: Map<number, CustomerRow | null>
  readonly products: Map<string, ProductRow>
  /** Row changes that the database keeps, those of cascades included. */
  rows: number
}

/** A transaction of the shop writes no more rows than this. */
const writesMax = 12

export class TransactionDraft {
  readonly steps: Step[] = []
  private readonly shop: Shop
  private readonly random: Random
  private inside: Inside = { orders: new Map(), customers: new Map(), products: new Map(), rows: 0 }
  private readonly savepoints: { readonly name: string; readonly inside: Inside }[] = []
  private readonly locked = new Set<string>()
  private savepointCount = 0
  private writes = 0

  constructor(shop: Shop, random: Random) {
    this.shop = shop
    this.random = random
  }

  /** Rows that may still be written. */
  get writesLeft(): number {
    return writesMax - this.writes
  }

  get rows(): number {
    return this.inside.rows
  }

  /** Moves the shop's clock; wall time and instant of the same moment. */
  now(): { readonly wall: string; readonly instant: string } {
    this.shop.nowUs += this.random.integer(1_000, 900_000)
    return { wall: wallTime(this.shop.nowUs), instant: instantText(this.shop.nowUs) }
  }

  orders(): readonly Order[] {
    return present(this.shop.orders, this.inside.orders)
  }

  customers(): readonly CustomerRow[] {
    return present(this.shop.customers, this.inside.customers)
  }

  price(sku: string): number {
    return (this.inside.products.get(sku) ?? this.shop.products.get(sku))?.price_cents ?? 0
  }

  order(id: number): Order {
    const order = this.inside.orders.has(id) ? this.inside.orders.get(id) : this.shop.orders.get(id)
    if (order === undefined || order === null) throw new Error(`the plan has no order ${id}`)
    return order
  }

  customer(id: number): CustomerRow {
    const row = this.inside.customers.has(id) ? this.inside.customers.get(id) : this.shop.customers.get(id)
    if (row === undefined || row === null) throw new Error(`the plan has no customer ${id}`)
    return row
  }

  addOrder(row: OrderRow): void {
    const touches = [`orders/${row.id}`, `customers/${row.customer_id}`]
    this.write({ kind: 'insert', table: 'orders', row: { ...row } }, touches)
    this.shop.everOrdered.add(row.customer_id)
    this.inside.orders.set(row.id, { row, lines: [], payments: [], shipments: [] })
  }

  setOrder(id: number, set: Partial<OrderRow>): void {
    const order = this.order(id)
    this.lock('orders', order.row)
    this.write({ kind: 'update', table: 'orders', key: { id }, set: { ...set } }, [`orders/${id}`])
    this.inside.orders.set(id, { ...order, row: { ...order.row, ...set } })
  }

  /** Lines, payments and shipments go with it. */
  deleteOrder(id: number): void {
    const { row, lines, payments, shipments } = this.order(id)
    const parts = lines.length + payments.length + shipments.length
    this.lock('orders', row)
    this.write({ kind: 'delete', table: 'orders', key: { id } }, [`orders/${id}`], 1 + parts)
    this.inside.orders.set(id, null)
  }

  addLine(line: LineRow): void {
    const order = this.part('order_lines', line)
    this.inside.orders.set(line.order_id, { ...order, lines: [...order.lines, line] })
  }

  setLine(line: LineRow, set: Partial<LineRow>): void {
    const { order_id, line_no } = line
    this.lock('orders', this.order(order_id).row)
    this.write({ kind: 'update', table: 'order_lines', key: { order_id, line_no }, set: { ...set } }, [
      `orders/${order_id}`,
    ])
    this.replaceLine(line, [{ ...line, ...set }])
  }

  deleteLine(line: LineRow): void {
    const { order_id, line_no } = line
    this.lock('orders', this.order(order_id).row)
    this.write({ kind: 'delete', table: 'order_lines', key: { order_id, line_no } }, [`orders/${order_id}`])
    this.replaceLine(line, [])
  }

  addPayment(payment: PaymentRow): void {
    const order = this.part('payments', payment)
    this.inside.orders.set(payment.order_id, { ...order, payments: [...order.payments, payment] })
  }

  addShipment(shipment: ShipmentRow): void {
    const order = this.part('shipments', shipment)
    this.inside.orders.set(shipment.order_id, { ...order, shipments: [...order.shipments, shipment] })
  }

  addCustomer(row: CustomerRow): void {
    this.write({ kind: 'insert', table: 'customers', row: { ...row } }, [`customers/${row.id}`])
    this.inside.customers.set(row.id, row)
  }

  setCustomer(id: number, set: Partial<CustomerRow>): void {
    const row = this.customer(id)
    this.lock('customers', row)
    this.write({ kind: 'update', table: 'customers', key: { id }, set: { ...set } }, [`customers/${id}`])
    this.inside.customers.set(id, { ...row, ...set })
  }

  deleteCustomer(id: number): void {
    this.lock('customers', this.customer(id))
    this.write({ kind: 'delete', table: 'customers', key: { id } }, [`customers/${id}`])
    this.inside.customers.set(id, null)
  }

  setProduct(sku: string, set: Partial<ProductRow>): void {
    const row = this.inside.products.get(sku) ?? this.shop.products.get(sku)
    if (row === undefined) throw new Error(`the plan has no product ${sku}`)
    this.write({ kind: 'update', table: 'products', key: { sku }, set: { ...set } }, [`products/${sku}`])
    this.inside.products.set(sku, { ...row, ...set })
  }

  savepoint(): void {
    this.savepointCount += 1
    const name = `step_${this.savepointCount}`
    this.steps.push({ statement: { kind: 'savepoint', name }, touches: [] })
    this.savepoints.push({ name, inside: copyOf(this.inside) })
  }

  endSavepoint(how: 'rollbackTo' | 'release'): void {
    const savepoint = this.savepoints.pop()
    if (savepoint === undefined) throw new Error('no savepoint is open')
    this.steps.push({ statement: { kind: how, name: savepoint.name }, touches: [] })
    if (how === 'rollbackTo') this.inside = savepoint.inside
  }

  changes(): DraftChanges {
    return {
      orders: changesBetween(this.shop.orders, this.inside.orders),
      customers: changesBetween(this.shop.customers, this.inside.customers),
      products: changesBetween(this.shop.products, this.inside.products),
    }
  }

  /** Makes the shop what it is after this transaction. */
  commit(): void {
    apply(this.inside.orders, this.shop.orders)
    apply(this.inside.customers, this.shop.customers)
    apply(this.inside.products, this.shop.products)
  }

  private part(table: TableName, row: LineRow | PaymentRow | ShipmentRow): Order {
    const order = this.order(row.order_id)
    this.lock('orders', order.row)
    this.write({ kind: 'insert', table, row: { ...row } }, [`orders/${row.order_id}`])
    return order
  }

  private replaceLine(line: LineRow, by: readonly LineRow[]): void {
    const order = this.order(line.order_id)
    const lines = order.lines.flatMap((held) => (held.line_no === line.line_no ? by : [held]))
    this.inside.orders.set(line.order_id, { ...order, lines })
  }

  /** Before the first change of a row that was there before the transaction. */
  private lock(table: 'orders' | 'customers', row: OrderRow | CustomerRow): void {
    const name = `${table}/${row.id}`
    if (this.locked.has(name) || !this.shop[table].has(row.id)) return
    this.locked.add(name)
    const statement: Statement = { kind: 'lock', table, id: row.id, touchedAt: row.touched_at }
    this.steps.push({ statement, touches: [name] })
  }

  private write(statement: Statement, touches: readonly string[], rows = 1): void {
    this.steps.push({ statement, touches })
    this.writes += rows
    this.inside.rows += rows
  }
}

function copyOf({ orders, customers, products, rows }: Inside): Inside {
  return { orders: new Map(orders), customers: new Map(customers), products: new Map(products), rows }
}

function present<T>(outside: ReadonlyMap<number, T>, inside: ReadonlyMap<number, T | null>): readonly T[] {
  if (inside.size === 0) return [...outside.values()]
  return [...new Map<number, T | null>([...outside, ...inside]).values()].filter((item) => item !== null)
}

function changesBetween<Id, T>(outside: ReadonlyMap<Id, T>, inside: ReadonlyMap<Id, T | null>): readonly Change<T>[] {
  return [...inside].map(([id, after]) => ({ before: outside.get(id) ?? null, after }))
}

function apply<Id, T>(inside: ReadonlyMap<Id, T | null>, outside: Map<Id, T>): void {
  for (const [id, item] of inside) {
    if (item === null) outside.delete(id)
    else outside.set(id, item)
  }
}
