/** The old application beside a guard: what it is refused leaves nothing behind, and the other stores go on. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import type { RunTotals } from '../../../demo/old-application/run/run-plan.ts'
import { guardShop, moveStore } from './guarded-shop.ts'
import { environmentOf, legacyShop, withClient } from './legacy-shop.ts'

const main = fileURLToPath(new URL('../../../demo/old-application/main.ts', import.meta.url))

async function totalsOf(address: ShopAddress, parameters: string): Promise<RunTotals> {
  const child = spawn('node', [main, ...parameters.split(' ')], {
    env: { ...process.env, ...environmentOf(address) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  await new Promise((resolve) => child.once('close', resolve))
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as RunTotals
}

/** Of the orders of each store: their rows as they are. */
const stores = async (address: ShopAddress): Promise<ReadonlyMap<number, string>> =>
  await withClient(address, async (client) => {
    const { rows } = await client.query<{ store: number; text: string }>(
      `SELECT store_no AS store, string_agg(o::text, '' ORDER BY id) AS text FROM public.orders o GROUP BY store_no`,
    )
    return new Map(rows.map(({ store, text }) => [store, text]))
  })

const noted = async (address: ShopAddress): Promise<Pick<RunTotals, 'committed' | 'expectedEvents'>> =>
  await withClient(address, async (client) => {
    const { rows } = await client.query<Pick<RunTotals, 'committed' | 'expectedEvents'>>(
      `SELECT (SELECT count(*)::int FROM audit.transactions) AS committed,
              (SELECT count(*)::int FROM audit.expected_events WHERE transaction_id IS NOT NULL) AS "expectedEvents"`,
    )
    if (rows[0] === undefined) throw new Error('a count of nothing')
    return rows[0]
  })

describe('the old application, beside a guard', () => {
  it('goes on in the other stores, and notes nothing of what it was refused', async () => {
    const address = await legacyShop('guarded', 'seeded')
    await guardShop(address)
    await moveStore(address, { store: 2, to: 'native', epoch: 2 })
    const before = await stores(address)
    const totals = await totalsOf(address, '--seed 3 --transactions 250 --sessions 4 --rate 100')
    const after = await stores(address)
    expect(after.get(2)).toBe(before.get(2))
    for (const store of [1, 3, 4]) expect(after.get(store)).not.toBe(before.get(store))
    expect(totals.refused).toBeGreaterThan(0)
    const { committed, rolledBack, refused, givenUp, expectedEvents } = totals
    expect(committed + rolledBack + refused + givenUp).toBe(250)
    expect(await noted(address)).toEqual({ committed, expectedEvents })
  })

  it('is told of a store while it is at work there, and comes back when the store is open again', async () => {
    const address = await legacyShop('reopened', 'seeded')
    await guardShop(address)
    const run = totalsOf(address, '--seed 4 --transactions 600 --sessions 4 --rate 30')
    const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms))
    await wait(3_000)
    await moveStore(address, { store: 1, to: 'native', epoch: 2 })
    const closed = (await stores(address)).get(1)
    await wait(4_000)
    expect((await stores(address)).get(1)).toBe(closed)
    await moveStore(address, { store: 1, to: 'legacy', epoch: 4 })
    const totals = await run
    expect(totals.refused).toBeGreaterThan(0)
    expect((await stores(address)).get(1)).not.toBe(closed)
    const { committed, expectedEvents } = totals
    expect(await noted(address)).toEqual({ committed, expectedEvents })
  })
})
