/** The old application: writes rows as it always has, and notes what it expects to be published for them. */
import { emailKey } from '../email-key.ts'
import { connectToShop, shopAddress } from '../shop-database.ts'
import { beginningUs } from './beginning.ts'
import { readOptions, usage } from './options.ts'
import { planTransactions } from './plan/plan-transactions.ts'
import { Random } from './plan/random.ts'
import { loadShop } from './run/load-shop.ts'
import { type RunTotals, runPlan } from './run/run-plan.ts'

async function main(): Promise<RunTotals> {
  const options = readOptions(process.argv.slice(2))
  const address = shopAddress(process.env)
  const client = await connectToShop(address)
  const shop = await loadShop(client, beginningUs(options.seed))
  await client.end()
  if (shop.customers.size === 0) throw new Error('the shop is empty: run demo/seed-rows.ts first')
  // Another run that continues the same shop tells another story, and the same one again from the same state.
  const random = new Random(options.seed * 1_000_003 + shop.next.transaction)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return await runPlan({
    ...options,
    plan: planTransactions({ shop, random, emailKey }),
    address,
    audit: 'expectations',
    stop: stop.signal,
  })
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
