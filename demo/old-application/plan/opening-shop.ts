/** The shop on its first day: articles, customers, and no order yet. */
import { newCustomer } from '../actions/customer-actions.ts'
import type { Random } from './random.ts'
import { allStores, type CustomerRow, type ProductRow, type Shop } from './shop.ts'
import { wallTime } from './wall-time.ts'

const customerCount = 40
const productNames = ['Lampe', 'Kissen', 'Regal', 'Teppich', 'Vase', 'Tasse', 'Uhr', 'Bilderrahmen'] as const
const weekUs = 7 * 86_400_000_000

export function openingShop(random: Random, beginUs: number): Shop {
  const products = productNames.flatMap((name, at) => [1, 2, 3].map((size) => product({ name, at, size }, random)))
  // They registered over the weeks before.
  const customers = Array.from({ length: customerCount }, (_none, at): CustomerRow => {
    const wall = wallTime(beginUs - (customerCount - at) * weekUs)
    return newCustomer({ id: at + 1, random, wall })
  })
  return {
    customers: new Map(customers.map((row) => [row.id, row])),
    products: new Map(products.map((row) => [row.sku, row])),
    orders: new Map(),
    webOrders: new Map(),
    stores: allStores,
    everOrdered: new Set(),
    keySequences: new Map(),
    next: {
      customer: customerCount + 1,
      order: 1,
      payment: 1,
      shipment: 1,
      webOrder: 1,
      webHistoryEntry: 1,
      transaction: 1,
    },
    nowUs: beginUs,
  }
}

function product({ name, at, size }: { name: string; at: number; size: number }, random: Random): ProductRow {
  const sku = `${name.charAt(0)}${at}-${size}`
  return { sku, name: `${name} ${size}`, price_cents: random.integer(199, 19_999), active: random.chance(0.9) }
}
