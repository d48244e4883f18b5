/** Rows that are there before anybody captures anything: what the snapshot finds. */
import { pathToFileURL } from 'node:url'
import { emailKey } from './email-key.ts'
import { beginningUs } from './old-application/beginning.ts'
import { productListed } from './old-application/expected/product-events.ts'
import { openingShop } from './old-application/plan/opening-shop.ts'
import { type NumberedEvent, planTransactions } from './old-application/plan/plan-transactions.ts'
import { Random } from './old-application/plan/random.ts'
import type { Shop } from './old-application/plan/shop.ts'
import { sqlOf, type Statement } from './old-application/plan/statement.ts'
import { runPlan } from './old-application/run/run-plan.ts'
import { writeEvents } from './old-application/run/write-events.ts'
import { connectToShop, type ShopAddress, shopAddress } from './shop-database.ts'

/** What happened before the story begins: only the rows that it leaves count, and of them only some. */
const earlierTransactions = 120

/** What is expected of the rows that the snapshot finds, in an order of its own. */
export const expectedOfSnapshot = ({ products }: Shop): readonly NumberedEvent[] =>
  [...products.values()].map((row) => ({ ...productListed(row, 'IMPORT'), keySequence: 1 }))

/** Fills an empty shop; one that has customers is left as it is. */
export async function seedRows(address: ShopAddress, seed: number): Promise<'seeded' | 'already there'> {
  const client = await connectToShop(address)
  try {
    const { rows } = await client.query<{ filled: boolean }>('SELECT EXISTS (SELECT FROM public.customers) AS filled')
    if (rows[0]?.filled === true) return 'already there'
    const random = new Random(seed)
    const shop = openingShop(random, beginningUs(seed))
    const inserts: readonly Statement[] = [
      ...[...shop.products.values()].map((row) => ({ kind: 'insert', table: 'products', row: { ...row } }) as const),
      ...[...shop.customers.values()].map((row) => ({ kind: 'insert', table: 'customers', row: { ...row } }) as const),
    ]
    for (const statement of inserts) {
      const { text, values } = sqlOf(statement)
      await client.query(text, [...values])
    }
    await runPlan({
      plan: planTransactions({ shop, random, emailKey }),
      address,
      sessions: 1,
      pace: { kind: 'unlimited' },
      length: { kind: 'bounded', transactions: earlierTransactions },
      lostConnection: { kind: 'fail' },
      refusedWrite: { kind: 'fail' },
      audit: 'none',
    })
    await writeEvents(client, null, expectedOfSnapshot(shop))
    return 'seeded'
  } finally {
    await client.end()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const outcome = await seedRows(shopAddress(process.env), Number(process.argv[2] ?? '1'))
  process.stdout.write(`${outcome}\n`)
}
