import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { beginningUs } from '../../../demo/old-application/beginning.ts'
import { planTransactions } from '../../../demo/old-application/plan/plan-transactions.ts'
import { Random } from '../../../demo/old-application/plan/random.ts'
import { loadShop } from '../../../demo/old-application/run/load-shop.ts'
import { type RunOptions, type RunTotals, runPlan } from '../../../demo/old-application/run/run-plan.ts'
import type { Shop } from '../../../demo/old-application/plan/shop.ts'
import { seedRows } from '../../../demo/seed-rows.ts'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import { emailKey } from '../../demo/plans.ts'
import { environmentOf, legacyShop, withClient } from './legacy-shop.ts'
import { startLossyProxy } from './lossy-proxy.ts'
import { readStream, type StreamedMessage } from './replication-stream.ts'

const main = fileURLToPath(new URL('../../../demo/old-application/main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly output: string
  readonly complaints: string
}

async function oldApplication(address: ShopAddress, parameters: string): Promise<Ended> {
  const child = spawn('node', [main, ...parameters.split(' ')], { env: { ...process.env, ...environmentOf(address) } })
  let [output, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output, complaints }
}

async function runInProcess(
  address: ShopAddress,
  options: Pick<RunOptions, 'lostConnection'> & Partial<RunOptions>,
): Promise<{ readonly totals: RunTotals; readonly shop: Shop }> {
  const shop = await withClient(address, async (client) => await loadShop(client, beginningUs(1)))
  const totals = await runPlan({
    plan: planTransactions({ shop, random: new Random(5), emailKey }),
    address,
    sessions: 4,
    pace: { kind: 'unlimited' },
    length: { kind: 'bounded', transactions: 150 },
    audit: 'expectations',
    refusedWrite: { kind: 'fail' },
    ...options,
  })
  return { totals, shop }
}

/** Rows that the shop and the database must agree on, whatever happened in between. */
async function expectSameShop(address: ShopAddress, shop: Shop): Promise<void> {
  const found = await withClient(address, async (client) => await loadShop(client, beginningUs(1)))
  expect(found.customers).toEqual(new Map([...shop.customers].sort(([a], [b]) => a - b)))
  expect(found.orders).toEqual(new Map([...shop.orders].sort(([a], [b]) => a - b)))
  expect(found.webOrders).toEqual(new Map([...shop.webOrders].sort(([a], [b]) => a - b)))
  expect(found.products).toEqual(shop.products)
}

async function counted(address: ShopAddress): Promise<Omit<RunTotals, 'rolledBack' | 'reconnects'>> {
  return await withClient(address, async (client) => {
    const { rows } = await client.query<Omit<RunTotals, 'rolledBack' | 'reconnects'>>(
      `SELECT count(*)::int AS committed, coalesce(sum(rows), 0)::int AS rows,
              (SELECT count(*)::int FROM audit.expected_events WHERE transaction_id IS NOT NULL) AS "expectedEvents",
              (SELECT count(*)::int FROM audit.expected_dead_letters) AS "expectedDeadLetters"
         FROM audit.transactions`,
    )
    if (rows[0] === undefined) throw new Error('a count of nothing')
    return rows[0]
  })
}

describe('the old application', () => {
  it('interleaves its transactions, and commits the events of each key in their order', async () => {
    const address = await legacyShop('interleave', 'seeded')
    const slot = `${address.database}_slot`
    const publications = ['falsework_shop', 'expectations']
    const stream = await withClient(address, async (client) => {
      await client.query('CREATE PUBLICATION expectations FOR TABLE audit.expected_events')
      await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot])
      const { code, output, complaints } = await oldApplication(
        address,
        '--seed 3 --transactions 200 --sessions 4 --rate 60',
      )
      expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
      // Readers of the log see what is on disk, and the stack's server takes its time with that.
      await client.query('SET synchronous_commit = on')
      await client.query(`SELECT pg_logical_emit_message(true, 'flush', '')`)
      const messages = await readStream(client, { name: slot, publications })
      await client.query('SELECT pg_drop_replication_slot($1)', [slot])
      return { messages, totals: JSON.parse(output.trim().split('\n').at(-1) ?? '') as RunTotals }
    })
    const { messages, totals } = stream
    expect(totals.committed + totals.rolledBack).toBe(200)
    expect(messages.filter(({ kind }) => kind === 'C')).toHaveLength(totals.committed)
    expect(messages.filter(({ table }) => table?.startsWith('public.') === true)).toHaveLength(totals.rows)
    expect(overlaps(messages)).toBeGreaterThan(30)
    expectKeyOrder(messages, totals.expectedEvents)
    expect(await counted(address)).toMatchObject({ expectedEvents: totals.expectedEvents, rows: totals.rows })
  })

  it('knows what the shop looks like afterwards, and goes on where an earlier run has ended', async () => {
    const address = await legacyShop('continue', 'seeded')
    expect(await seedRows(address, 1)).toBe('already there')
    const first = await runInProcess(address, { lostConnection: { kind: 'fail' } })
    await expectSameShop(address, first.shop)
    const second = await runInProcess(address, { lostConnection: { kind: 'fail' }, pace: { kind: 'unlimited' } })
    await expectSameShop(address, second.shop)
    expect((await counted(address)).committed).toBe(first.totals.committed + second.totals.committed)
  })

  it('does each transaction once when its sessions are torn away again and again', async () => {
    const address = await legacyShop('torn', 'seeded')
    const ended = new AbortController()
    const run = runInProcess(address, {
      lostConnection: { kind: 'reconnect', outageMsMax: 20_000 },
      pace: { kind: 'rate', transactionsPerSecond: 100 },
    }).finally(() => ended.abort())
    const [{ totals, shop }] = await Promise.all([run, tearSessions(address, ended.signal)])
    expect(totals.reconnects).toBeGreaterThan(5)
    const { committed, rows, expectedEvents, expectedDeadLetters } = totals
    expect(await counted(address)).toEqual({ committed, rows, expectedEvents, expectedDeadLetters })
    await expectSameShop(address, shop)
  })

  it('asks the database what became of a transaction whose COMMIT was not answered', async () => {
    const address = await legacyShop('unanswered', 'seeded')
    const proxy = await startLossyProxy(address, { loseEveryCommit: 5 })
    const { totals, shop } = await runInProcess(
      { ...address, port: proxy.port },
      { lostConnection: { kind: 'reconnect', outageMsMax: 20_000 } },
    )
    await proxy.close()
    expect(totals.reconnects).toBeGreaterThan(5)
    expect((await counted(address)).committed).toBe(totals.committed)
    await expectSameShop(address, shop)
  })

  it('ends with a clear message when the database is not there', async () => {
    const address = { host: '127.0.0.1', port: 1, database: 'shop', user: 'nobody', password: 'none' }
    const { code, complaints } = await oldApplication(address, '--transactions 1')
    expect({ code, complaints }).toEqual({
      code: 1,
      complaints: 'old application: 127.0.0.1:1/shop cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n',
    })
  })

  it('notices when somebody else has changed a row that it is about to change', async () => {
    const address = await legacyShop('meddled', 'seeded')
    const shop = await withClient(address, async (client) => await loadShop(client, beginningUs(1)))
    await withClient(address, async (client) => {
      await client.query(`UPDATE public.orders SET touched_at = now()`)
    })
    const run = runPlan({
      plan: planTransactions({ shop, random: new Random(5), emailKey }),
      address,
      sessions: 2,
      pace: { kind: 'unlimited' },
      length: { kind: 'bounded', transactions: 100 },
      lostConnection: { kind: 'fail' },
      refusedWrite: { kind: 'fail' },
      audit: 'expectations',
    })
    await expect(run).rejects.toThrow(/^orders\/\d+ is not as the old application left it: who else writes\?$/)
  })
})

/** Ends whoever has a transaction open, every 50 ms. */
async function tearSessions(address: ShopAddress, until: AbortSignal): Promise<void> {
  await withClient(address, async (client) => {
    while (!until.aborted) {
      await client.query(
        `SELECT pg_sleep(0.05), count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'old-application' AND xact_start IS NOT NULL`,
      )
    }
  })
}

/** How many transactions wrote a row while another one, which had begun to write, had not yet written its last. */
function overlaps(messages: readonly StreamedMessage[]): number {
  const changes = messages.filter(({ kind }) => kind !== 'B' && kind !== 'C')
  const spans = [...Map.groupBy(changes, ({ transaction }) => transaction).values()].map((rows) => {
    const positions = rows.map(({ position }) => position).sort((a, b) => (a < b ? -1 : 1))
    return { first: positions[0] ?? 0n, last: positions.at(-1) ?? 0n }
  })
  return spans.filter(({ first }) => spans.some((other) => other.first < first && first < other.last)).length
}

/** The stream is in commit order. The first event of an article is of the snapshot, which is not in it. */
function expectKeyOrder(messages: readonly StreamedMessage[], count: number): void {
  const seen = new Map<string, number>()
  const expectations = messages.filter(({ table }) => table === 'audit.expected_events')
  for (const { values } of expectations) {
    const [, topic, , key, keySequence] = values
    const name = `${topic ?? ''} ${key ?? ''}`
    const before = seen.get(name) ?? (topic === 'products.v1' ? 1 : 0)
    expect(Number(keySequence)).toBe(before + 1)
    seen.set(name, Number(keySequence))
  }
  expect(expectations).toHaveLength(count)
}
