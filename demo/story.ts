/**
 * The story as a bounded run: a snapshot, then the old application at work, the daemon and Connect killed in the
 * middle; in the end the rows that are kept are compared with the database, and the outcome is held against it by a check
 * that shares no code with falsework.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Child } from '../stack/child.ts'
import { StackError } from '../stack/stack-error.ts'
import { daemon, falsework, oldApplication, type ShopRuntime, until } from './shop-runtime.ts'
import { shopTopics } from './shop-topics.ts'
import { runVerify, type VerdictCounts } from './verify/run-verify.ts'

export interface StoryOptions {
  readonly seed: number
  readonly transactions: number
  readonly rate: number
  /** Kafka, Connect and PostgreSQL are each stopped for so long; 0: not at all. */
  readonly outageSeconds: number
  readonly say: (line: string) => void
}

const scratchPrefix = 'again.'
const named = (prefix: string): Readonly<Record<string, string>> =>
  Object.fromEntries(shopTopics.map((topic) => [topic, `${prefix}${topic}`]))

/** True when nothing is missing, repeated, out of order or different. */
export async function tellStory(runtime: ShopRuntime, options: StoryOptions): Promise<boolean> {
  const { say, transactions, rate, seed } = options
  say('capture: applying the connector; existing rows come as a snapshot')
  await falsework(runtime, ['connector', 'apply'])
  say('registering the mappings, starting the daemon and the old application')
  await falsework(runtime, ['register'])
  const translator = daemon(runtime)
  await translator.start()
  const parameters = [
    '--seed',
    `${seed}`,
    '--transactions',
    `${transactions}`,
    '--rate',
    `${rate}`,
    '--reconnect',
    '120',
  ]
  const application = oldApplication(runtime, parameters)
  await application.start()
  await breakThings({ runtime, translator, options })
  if (options.outageSeconds > 0) await stopEach(runtime, options)
  await application.exited
  const log = join(runtime.stateFolder, 'logs', 'old-application.log')
  const totals = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''
  if (!totals.startsWith('{')) throw new StackError(`the old application failed: ${totals}`)
  say(`the old application has ended: ${totals}`)
  await drained(runtime, {})
  say(await audited(runtime))
  say('translating the same raw log a second time, into scratch topics')
  const again = { FALSEWORK_TOPICS_PREFIX: scratchPrefix, FALSEWORK_TOPICS_RAW_PREFIX: '' }
  await falsework(runtime, ['register'], again)
  await translator.stop()
  const second = daemon(runtime, 'daemon-again', again)
  await second.start()
  await drained(runtime, again)
  await second.stop()
  return await judge(runtime, say)
}

/** Raises what the audit says where the rows that are kept are not those of the database. */
async function audited(runtime: ShopRuntime): Promise<string> {
  const output = await falsework(runtime, ['audit', 'shop', '-o', 'json'])
  const { items } = JSON.parse(output) as { items: { tables: { rows: number }[] }[] }
  const tables = items.flatMap((item) => item.tables)
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return `audit: ${rows} rows of ${tables.length} tables are kept as the database has them`
}

/** The daemon is killed at 40 % of the story and Connect at 65 %, neither with a warning. */
async function breakThings(story: { runtime: ShopRuntime; translator: Child; options: StoryOptions }): Promise<void> {
  const { runtime, translator, options } = story
  const { transactions, say } = options
  const withinMs = (transactions / options.rate) * 1000 + 120_000
  const client = new pg.Client(runtime.shop)
  await client.connect()
  const committed = async (share: number): Promise<void> => {
    const wanted = Math.floor(transactions * share)
    await until(`${wanted} transactions of the old application`, withinMs, async () => {
      const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM audit.transactions')
      return Number(rows[0]?.n ?? 0) >= wanted
    })
  }
  try {
    await committed(0.4)
    say('kill -9 of the daemon, and a new one')
    await translator.kill('SIGKILL')
    await translator.start()
    await committed(0.65)
    say('kill -9 of Kafka Connect, and a new one')
    await runtime.stack.connect.kill('SIGKILL')
    await runtime.stack.connect.start()
    await committed(0.8)
  } finally {
    await client.end()
  }
}

/** One after the other: everything must go on by itself, but for a task of Connect, which a person applies again. */
async function stopEach(runtime: ShopRuntime, { outageSeconds, say }: StoryOptions): Promise<void> {
  const { kafka, connect, postgres } = runtime.stack
  for (const [name, component] of Object.entries({ Kafka: kafka, 'Kafka Connect': connect, PostgreSQL: postgres })) {
    say(`${name} is stopped for ${outageSeconds} s`)
    await component.stop()
    await new Promise((resolve) => setTimeout(resolve, outageSeconds * 1000))
    await component.start()
    // As a person would: Connect does not answer while its group is forming again.
    await until('the connector to run again', 120_000, async () => {
      return await falsework(runtime, ['connector', 'apply']).then(
        () => true,
        () => false,
      )
    })
  }
}

/** Everything that was committed so far is in the raw log, and the checkpoint is at its end. */
async function drained(runtime: ShopRuntime, more: Readonly<Record<string, string>>): Promise<void> {
  const client = new pg.Client(runtime.shop)
  await client.connect()
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')
  const lsn = rows[0]?.lsn ?? ''
  await until('the connector to confirm all that was committed', 90_000, async () => {
    const slot = await client.query<{ passed: boolean }>(
      "SELECT confirmed_flush_lsn >= $1::pg_lsn AS passed FROM pg_replication_slots WHERE slot_name = 'falsework_shop'",
      [lsn],
    )
    return slot.rows[0]?.passed === true
  })
  await client.end()
  const status = async (): Promise<{ position: number | null; lag: number | null }> => {
    const output = await falsework(runtime, ['status', '-o', 'json'], more)
    const { items } = JSON.parse(output) as { items: { position: number | null; lag: number | null }[] }
    return items[0] ?? { position: null, lag: null }
  }
  const { position, lag } = await status()
  const end = (position ?? 0) + (lag ?? 0)
  await until('the daemon to reach the end of the raw log', 90_000, async () => {
    const now = await status()
    return now.position !== null && now.lag !== null && now.position >= end
  })
}

async function judge(runtime: ShopRuntime, say: (line: string) => void): Promise<boolean> {
  const { addresses } = runtime.stack
  const verdict = await runVerify({
    brokers: addresses.brokers,
    registryUrl: addresses.registryUrl,
    classPath: addresses.classPath,
    shop: runtime.shop,
    topics: named(''),
    scratchTopics: named(scratchPrefix),
    deadLetterTopic: 'falsework.dead-letters',
  })
  for (const line of verdict.lines) say(line)
  if (verdict.counts === null) throw new StackError('the independent check could not say anything')
  const { counts } = verdict
  const other = Object.entries(otherCounts(counts)).filter(([, count]) => count > 0)
  for (const [name, count] of other) say(`${count} ${name}`)
  say(
    `story: ${counts.transactions} source transactions, ${counts.events} events, ${counts.missing} missing, ` +
      `${counts.duplicate} duplicate, ${counts.outOfOrder} out of order`,
  )
  return verdict.exitCode === 0
}

const otherCounts = ({
  unexpected,
  different,
  idMismatch,
  deadLetterMismatch,
}: VerdictCounts): Record<string, number> => ({
  'events that nobody expected': unexpected,
  'events with other fields': different,
  'ids that differ in the second translation': idMismatch,
  'dead letters that differ': deadLetterMismatch,
})
