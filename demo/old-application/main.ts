/** The old application: writes rows as it always has, and notes what it expects to be published for them. */
import { emailKey } from '../email-key.ts'
import type pg from 'pg'
import { connectToShop, type ShopAddress, shopAddress } from '../shop-database.ts'
import { beginningUs } from './beginning.ts'
import { readOptions, usage } from './options.ts'
import { planTransactions } from './plan/plan-transactions.ts'
import { Random } from './plan/random.ts'
import { loadShop, loadShopAgain } from './run/load-shop.ts'
import { type Plan, type RunTotals, runPlan } from './run/run-plan.ts'

async function main(): Promise<RunTotals> {
  const options = readOptions(process.argv.slice(2))
  const address = shopAddress(process.env)
  let shop = await withShop(address, async (client) => await loadShop(client, beginningUs(options.seed)))
  if (shop.customers.size === 0) throw new Error('the shop is empty: run demo/seed-rows.ts first')
  // Another run that continues the same shop tells another story, and the same one again from the same state.
  const random = new Random(options.seed * 1_000_003 + shop.next.transaction)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const planAnew = async (stores: readonly number[]): Promise<Plan> => {
    shop = await withShop(address, async (client) => await loadShopAgain(client, shop, stores))
    return planTransactions({ shop, random, emailKey })
  }
  return await runPlan({
    ...options,
    plan: planTransactions({ shop, random, emailKey }),
    refusedWrite: { kind: 'planAnew', plan: planAnew },
    address,
    audit: 'expectations',
    stop: stop.signal,
  })
}

async function withShop<T>(address: ShopAddress, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectToShop(address)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

if (process.argv.includes('--help')) process.stdout.write(`${usage}\n`)
else {
  try {
    process.stdout.write(`${JSON.stringify(await main())}\n`)
  } catch (error) {
    process.stderr.write(`old application: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
