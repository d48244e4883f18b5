/** Plans of the old application on a shop that needs no database. */
import { beginningUs } from '../../demo/old-application/beginning.ts'
import { openingShop } from '../../demo/old-application/plan/opening-shop.ts'
import {
  type NumberedEvent,
  type PlannedTransaction,
  planTransactions,
} from '../../demo/old-application/plan/plan-transactions.ts'
import { Random } from '../../demo/old-application/plan/random.ts'
import { expectedOfSnapshot } from '../../demo/seed-rows.ts'
import type { Shop } from '../../demo/old-application/plan/shop.ts'

export const emailKey = 'a key of these tests'

export interface Planned {
  /** As it was before the first transaction. */
  readonly opening: Shop
  readonly transactions: readonly PlannedTransaction[]
}

export function planned(seed: number, count: number): Planned {
  const random = new Random(seed)
  const shop = openingShop(random, beginningUs(seed))
  const opening = { ...shop, customers: new Map(shop.customers), products: new Map(shop.products) }
  const plan = planTransactions({ shop, random, emailKey })
  return { opening, transactions: Array.from({ length: count }, () => plan.next().value) }
}

export interface Story extends Planned {
  /** What happened before the snapshot. */
  readonly before: readonly PlannedTransaction[]
  /** Of the snapshot and of all transactions, in the order of each key. */
  readonly events: readonly NumberedEvent[]
}

/** As `npm start` tells it: what happened before, the snapshot of what that has left, and what happens then. */
export function story(seed: number, counts: { readonly before: number; readonly then: number }): Story {
  const random = new Random(seed)
  const shop = openingShop(random, beginningUs(seed))
  const opening = { ...shop, customers: new Map(shop.customers), products: new Map(shop.products) }
  const earlier = planTransactions({ shop, random, emailKey })
  const before = Array.from({ length: counts.before }, () => earlier.next().value)
  const ofSnapshot = expectedOfSnapshot(shop)
  shop.keySequences.clear()
  for (const { topic, key } of ofSnapshot) shop.keySequences.set(`${topic} ${key}`, 1)
  const plan = planTransactions({ shop, random, emailKey })
  const transactions = Array.from({ length: counts.then }, () => plan.next().value)
  return { opening, before, transactions, events: [...ofSnapshot, ...transactions.flatMap(({ events }) => events)] }
}
