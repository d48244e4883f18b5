/** Orders from the check-out on, the points that they are worth, and what is sent back. */
import { Commits } from './commits.ts'
import { setStock } from './products.ts'
import { countries, type Line, money, type Order, statuses, type World } from './world.ts'

const topic = 'orders.v1'
const complete = 5
const shipping = 6

/** The order first, its lines and totals behind it; some customers leave before the end. */
export function checkOut(world: World): Commits {
  const id = world.id()
  const customer = world.random.chance(0.3) ? null : world.any(world.customers)
  const count = world.random.integer(1, 3)
  const lines = Array.from({ length: count }, (): Line => {
    return { id: world.id(), product: world.any(world.products), quantity: world.random.integer(1, 3) }
  })
  const sum = lines.reduce((total, { product, quantity }) => total + product.price * quantity, 0)
  const order: Order = {
    id,
    customer,
    language: world.random.pick([1, 2]),
    total: sum + shipping,
    lines,
    totals: [world.id(), world.id(), world.id()],
    history: [],
    status: 0,
    wasPlaced: false,
  }
  world.orders.set(id, order)
  const country = world.random.pick([81, 222])
  const commits = new Commits().insert('oc_order', orderRow(world, order, country))
  for (const line of lines) commits.insert('oc_order_product', lineRow(order, line))
  for (const [at, total] of totalsOf(order).entries()) {
    const order_total_id = order.totals[at] ?? 0
    const row = { order_total_id, order_id: id, extension: 'opencart', ...total, sort_order: at + 1 }
    commits.insert('oc_order_total', row)
  }
  return world.random.chance(0.25) ? commits : place(world, commits, { order, country })
}

/** Stock goes first, the status tells that the check-out is complete, and the history comes behind it. */
function place(
  world: World,
  commits: Commits,
  { order, country }: { readonly order: Order; readonly country: number },
): Commits {
  const { id, customer, language, lines, total } = order
  for (const { product, quantity } of lines)
    if (world.products.has(product.id)) setStock(commits, product, product.quantity - quantity)
  order.status = 1
  order.wasPlaced = true
  commits.update('oc_order', { order_id: id }, { order_status_id: 1, date_modified: world.now })
  commits.expect(topic, 'OrderPlaced', id, {
    customerId: customer === null ? null : String(customer.id),
    status: statuses[1]?.[language],
    country: countries[country],
    total: money(total),
    charged: (total / 2).toFixed(2),
    shipping: money(shipping),
    paymentMethod: 'cod.cod',
    lines: lines.map(({ product, quantity }) => ({
      productId: String(product.id),
      name: `Line of ${product.model}`,
      model: product.model,
      quantity,
      price: money(product.price),
      total: money(product.price * quantity),
    })),
    totals: totalsOf(order).map(({ code, title, value }) => ({ code, title, value })),
    placedAt: world.instant,
  })
  return note(world, commits, order)
}

/** A row of the history says what the order's own row has become. */
function note(world: World, commits: Commits, order: Order): Commits {
  const { id, customer, language, status, total } = order
  const order_history_id = world.id()
  order.history.push(order_history_id)
  const notified = world.random.chance(0.5)
  const row = { order_history_id, order_id: id, order_status_id: status, notify: Number(notified), comment: '' }
  return commits.insert('oc_order_history', { ...row, date_added: world.now }).expect(topic, 'OrderStatusChanged', id, {
    customerId: customer === null ? null : String(customer.id),
    status: statuses[status]?.[language] ?? null,
    statusId: status,
    notified,
    total: money(total),
    changedAt: world.instant,
  })
}

export function moveOn(world: World): Commits {
  const order = world.random.pickAny([...world.orders.values()].filter(({ wasPlaced }) => wasPlaced))
  if (order === null) return checkOut(world)
  if (world.random.chance(0.1)) return remove(world, order)
  const { id, status: previousStatusId } = order
  order.status = world.random.pick([0, 1, 2, 3, complete, complete, 7])
  const commits = new Commits().update('oc_order', { order_id: id }, { order_status_id: order.status })
  if (order.status === 0 && previousStatusId !== 0) {
    commits.expect(topic, 'OrderReopened', id, { previousStatusId })
    withdraw(world, commits, order)
  }
  if (order.status === complete) enter(world, commits, { order, points: order.total })
  return note(world, commits, order)
}

export function spend(world: World): Commits {
  const order = world.random.pickAny([...world.orders.values()].filter(({ customer }) => customer !== null))
  return order === null ? checkOut(world) : enter(world, new Commits(), { order, points: -world.random.integer(1, 50) })
}

function enter(
  world: World,
  commits: Commits,
  { order, points }: { readonly order: Order; readonly points: number },
): Commits {
  const { customer } = order
  // Whoever is erased gets no points.
  if (customer === null || !world.customers.has(customer.id)) return commits
  const id = world.id()
  world.rewards.set(id, { id, customer, order, points })
  const row = {
    customer_reward_id: id,
    customer_id: customer.id,
    order_id: order.id,
    description: `Order ID: #${order.id}`,
  }
  return commits
    .insert('oc_customer_reward', { ...row, points, date_added: world.now })
    .expect('rewards.v1', points > 0 ? 'RewardPointsGranted' : 'RewardPointsSpent', customer.id, {
      rewardId: String(id),
      points: Math.abs(points),
      orderId: String(order.id),
    })
}

function withdraw(world: World, commits: Commits, order: Order): void {
  for (const { id, customer, points } of [...world.rewards.values()].filter((each) => each.order === order)) {
    world.rewards.delete(id)
    commits
      .delete('oc_customer_reward', { customer_reward_id: id })
      .expect('rewards.v1', 'RewardPointsWithdrawn', customer.id, { rewardId: String(id), points })
  }
}

function remove(world: World, order: Order): Commits {
  const { id, status, lines, totals, history } = order
  world.orders.delete(id)
  const commits = new Commits()
    .delete('oc_order', { order_id: id })
    .expect(topic, 'OrderRemoved', id, { wasPlaced: status !== 0 })
  for (const line of lines) commits.delete('oc_order_product', { order_product_id: line.id })
  for (const total of totals) commits.delete('oc_order_total', { order_total_id: total })
  for (const entry of history) commits.delete('oc_order_history', { order_history_id: entry })
  return commits
}

export function sendBack(world: World): Commits {
  const order = world.random.pickAny([...world.orders.values()].filter(({ wasPlaced }) => wasPlaced))
  const [line] = order?.lines ?? []
  if (order === null || line === undefined) return checkOut(world)
  const id = world.id()
  const reason = world.random.pick([1, 9])
  const isDayKnown = world.random.chance(0.5)
  world.returns.set(id, { status: 1 })
  const what = { product_id: line.product.id, product: `Line of ${line.product.model}`, model: line.product.model }
  const who = { firstname: 'Ann', lastname: 'Bauer', email: 'ann@example.org', telephone: '' }
  return new Commits()
    .insert('oc_return', {
      return_id: id,
      order_id: order.id,
      customer_id: order.customer?.id ?? 0,
      ...who,
      ...what,
      quantity: 1,
      opened: 1,
      return_reason_id: reason,
      return_action_id: 0,
      return_status_id: 1,
      comment: null,
      date_ordered: isDayKnown ? world.today : '0000-00-00',
      date_added: world.now,
      date_modified: world.now,
    })
    .expect('returns.v1', 'ReturnRequested', id, {
      orderId: String(order.id),
      customerId: order.customer === null ? null : String(order.customer.id),
      reason: reason === 1 ? 'Faulty' : null,
      orderedOn: isDayKnown ? world.today : null,
      requestedAt: world.instant,
    })
}

const returnStatuses: Readonly<Record<number, string>> = { 1: 'PENDING', 2: 'AWAITING_PRODUCTS', 3: 'COMPLETE' }

export function moveReturn(world: World): Commits {
  const [id, held] = world.random.pickAny([...world.returns]) ?? [0, null]
  if (held === null) return sendBack(world)
  const previous = held.status
  held.status = (previous % 3) + 1
  return new Commits()
    .update('oc_return', { return_id: id }, { return_status_id: held.status, date_modified: world.now })
    .expect('returns.v1', 'ReturnStatusChanged', id, {
      previousStatus: returnStatuses[previous],
      status: returnStatuses[held.status],
    })
}

interface Total {
  readonly code: string
  readonly title: string
  readonly value: string
}

const totalsOf = ({ total }: Order): readonly Total[] => [
  { code: 'sub_total', title: 'Sub-Total', value: money(total - shipping) },
  // As some extensions write it; the database takes both for one.
  { code: 'Shipping', title: 'Flat rate', value: money(shipping) },
  { code: 'total', title: 'Total', value: money(total) },
]

function orderRow(
  world: World,
  { id, customer, language, total }: Order,
  country: number,
): Readonly<Record<string, unknown>> {
  return {
    order_id: id,
    invoice_no: 0,
    invoice_prefix: 'INV-2026-',
    store_id: 0,
    customer_id: customer?.id ?? 0,
    customer_group_id: 1,
    firstname: 'Ann',
    lastname: 'Bauer',
    email: 'ann@example.org',
    telephone: '',
    shipping_city: 'Berlin',
    shipping_postcode: '10115',
    shipping_country_id: country,
    payment_method: '{"name":"Cash On Delivery","code":"cod.cod"}',
    comment: '',
    total: money(total),
    order_status_id: 0,
    language_id: language,
    currency_code: 'GBP',
    currency_value: '0.50000000',
    ip: '192.0.2.1',
    date_added: world.now,
    date_modified: world.now,
  }
}

const lineRow = (
  { id }: Order,
  { id: order_product_id, product, quantity }: Line,
): Readonly<Record<string, unknown>> => ({
  order_product_id,
  order_id: id,
  product_id: product.id,
  name: `Line of ${product.model}`,
  model: product.model,
  quantity,
  price: money(product.price),
  total: money(product.price * quantity),
  tax: money(0),
  reward: 0,
})
