import { describe, expect, it } from 'vitest'
import { placeAndRegret, placeOrder } from '../../demo/old-application/actions/place-order.ts'
import { openingShop } from '../../demo/old-application/plan/opening-shop.ts'
import { planTransactions } from '../../demo/old-application/plan/plan-transactions.ts'
import { Random } from '../../demo/old-application/plan/random.ts'
import { TransactionDraft } from '../../demo/old-application/plan/transaction-draft.ts'
import { ClosedStores, refusalOf } from '../../demo/old-application/run/refusal.ts'
import { refusal, refusedState } from '../../src/core/migration/guard/sql/fence-sql.ts'
import { emailKey } from './plans.ts'

const answer = (scope: string, code: string = refusedState): Error =>
  Object.assign(
    new Error(
      `${refusal.before}${scope}${refusal.of}order-placed${refusal.owner}native${refusal.epoch}2${refusal.behind}`,
    ),
    { code },
  )

describe('the old application, refused by a guard', () => {
  it('reads from the answer in which store', () => {
    expect(refusalOf(answer('3'))).toEqual({ store: 3 })
    expect(refusalOf(answer(refusal.all))).toEqual({ store: null })
    expect(refusalOf(answer('3', '23505'))).toBeNull()
    expect(refusalOf(new Error('Connection terminated'))).toBeNull()
  })

  it('leaves a closed store alone for five seconds', () => {
    const closed = new ClosedStores()
    const all = [1, 2, 3]
    closed.close({ store: 2 }, { all, nowMs: 0 })
    expect(closed.openOf(all)).toEqual([1, 3])
    closed.close({ store: 1 }, { all, nowMs: 1_000 })
    expect(closed.openedAt(5_999)).toBe(false)
    expect(closed.openOf(all)).toEqual([3])
    expect(closed.openedAt(6_000)).toBe(true)
    expect(closed.openedAt(6_001)).toBe(false)
    expect(closed.openOf(all)).toEqual(all)
    closed.close({ store: null }, { all, nowMs: 0 })
    expect(closed.openOf(all)).toEqual([])
  })

  it('plans orders for the stores that are open, and goes on with the rest when none is', () => {
    const placed = (stores: readonly number[]): Set<unknown> => {
      const random = new Random(3)
      const shop = { ...openingShop(random, 0), stores }
      const plan = planTransactions({ shop, random, emailKey })
      const statements = Array.from({ length: 200 }, () => plan.next().value.steps).flat()
      return new Set(
        statements.flatMap(({ statement }) =>
          statement.kind === 'insert' && statement.table === 'orders' ? [statement.row['store_no']] : [],
        ),
      )
    }
    expect(placed([1, 4])).toEqual(new Set([1, 4]))
    expect(placed([])).toEqual(new Set())
  })

  it('finds nothing to order when no store is open', () => {
    const random = new Random(3)
    const shop = { ...openingShop(random, 0), stores: [] }
    const scene = { shop, random, draft: new TransactionDraft(shop, random) }
    expect([placeOrder(scene), placeAndRegret(scene)]).toEqual([null, null])
  })
})
