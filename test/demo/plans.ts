/** Plans of the old application on a shop that needs no database. */
import { beginningUs } from '../../demo/old-application/beginning.ts'
import { openingShop } from '../../demo/old-application/plan/opening-shop.ts'
import { type PlannedTransaction, planTransactions } from '../../demo/old-application/plan/plan-transactions.ts'
import { Random } from '../../demo/old-application/plan/random.ts'
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
