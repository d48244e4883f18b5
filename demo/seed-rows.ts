/** Rows that are there before anybody captures anything: what the snapshot finds. */
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { newCustomer } from './old-application/actions/customer-actions.ts'
import { beginningUs } from './old-application/beginning.ts'
import { emailKey } from './email-key.ts'
import { planTransactions } from './old-application/plan/plan-transactions.ts'
import { Random } from './old-application/plan/random.ts'
import { sqlOf, type Statement } from './old-application/plan/statement.ts'
import { wallTime } from './old-application/plan/wall-time.ts'
import { loadShop } from './old-application/run/load-shop.ts'
import { runPlan } from './old-application/run/run-plan.ts'
import { type ShopAddress, shopAddress } from './shop-database.ts'

const customerCount = 40
const productNames = ['Lampe', 'Kissen', 'Regal', 'Teppich', 'Vase', 'Tasse', 'Uhr', 'Bilderrahmen'] as const
/** What happened before the story begins; nothing of it is expected to be published. */
const earlierTransactions = 80

/** Fills an empty shop; one that has customers is left as it is. */
export async function seedRows(address: ShopAddress, seed: number): Promise<'seeded' | 'already there'> {
  const client = new pg.Client(address)
  await client.connect()
  try {
    const { rows } = await client.query<{ filled: boolean }>('SELECT EXISTS (SELECT FROM public.customers) AS filled')
    if (rows[0]?.filled === true) return 'already there'
    const random = new Random(seed)
    for (const statement of [...products(random), ...customers(random, seed)]) {
      const { text, values } = sqlOf(statement)
      await client.query(text, [...values])
    }
    const shop = await loadShop(client, beginningUs(seed))
    await runPlan({
      plan: planTransactions({ shop, random, emailKey }),
      address,
      sessions: 1,
      pace: { kind: 'unlimited' },
      length: { kind: 'bounded', transactions: earlierTransactions },
      lostConnection: { kind: 'fail' },
      audit: 'none',
    })
    return 'seeded'
  } finally {
    await client.end()
  }
}

function products(random: Random): readonly Statement[] {
  return productNames.flatMap((name, at) =>
    [1, 2, 3].map((size): Statement => {
      const sku = `${name.charAt(0)}${at}-${size}`
      const price_cents = random.integer(199, 19_999)
      const row = { sku, name: `${name} ${size}`, price_cents, active: random.chance(0.9) }
      return { kind: 'insert', table: 'products', row }
    }),
  )
}

function customers(random: Random, seed: number): readonly Statement[] {
  // They registered over the weeks before.
  const weekUs = 7 * 86_400_000_000
  const first = beginningUs(seed) - customerCount * weekUs
  return Array.from({ length: customerCount }, (_none, at): Statement => {
    const row = newCustomer({ id: at + 1, random, wall: wallTime(first + at * weekUs) })
    return { kind: 'insert', table: 'customers', row: { ...row } }
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const outcome = await seedRows(shopAddress(process.env), Number(process.argv[2] ?? '1'))
  process.stdout.write(`${outcome}\n`)
}
