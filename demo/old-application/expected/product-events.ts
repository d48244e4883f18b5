/** What an article is after a transaction has changed it, or as the snapshot finds it. */
import type { ProductRow } from '../plan/shop.ts'
import type { Change } from '../plan/transaction-draft.ts'
import { type ExpectedEvent, money } from './expected-event.ts'

export function productEvents({ before, after }: Change<ProductRow>): readonly ExpectedEvent[] {
  if (before === null || after === null) return []
  const { name, price_cents, active } = before
  const isSame = name === after.name && price_cents === after.price_cents && active === after.active
  return isSame ? [] : [productListed(after, 'LIVE')]
}

export function productListed(
  { sku, name, price_cents, active }: ProductRow,
  origin: 'IMPORT' | 'LIVE',
): ExpectedEvent {
  const key = sku.trim()
  const fields = { sku: key, name, price: money(price_cents), active, origin }
  return { topic: 'products.v1', type: 'com.acme.products.ProductListed', key, subject: key, time: null, fields }
}
