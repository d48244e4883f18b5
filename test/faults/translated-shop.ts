/** The shop captured once on the real stack; any number of translations of its raw log, each into topics of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { emailKey, emailKeyVariable } from '../../demo/email-key.ts'
import { seedRows } from '../../demo/seed-rows.ts'
import { connectKafka } from '../../src/adapters/kafka/connect-kafka.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import type { TopicReader } from '../../src/ports/topic-reader.ts'
import { isolated } from '../stack/isolated.ts'

const root = join(import.meta.dirname, '..', '..')
const eventTopics = ['orders.v1', 'customers.v1', 'falsework.dead-letters']

type Environment = Readonly<Record<string, string>>

export interface CapturedShop {
  readonly environment: Environment
  readonly reader: TopicReader
  readonly close: () => Promise<void>
}

/** Seeds the shop, captures it, lets the old application work, and returns when all of it stands in the raw log. */
export async function captureShop(name: string, transactions: number): Promise<CapturedShop> {
  const { stack, prefix, database } = isolated(name)
  const shop = await database()
  const client = new pg.Client(shop)
  await client.connect()
  await client.query(readFileSync(join(root, 'demo', 'schema.sql'), 'utf8'))
  await seedRows(shop, 1)
  const environment: Environment = {
    FALSEWORK_KAFKA_BROKERS: stack.brokers,
    FALSEWORK_REGISTRY_URL: stack.registryUrl,
    FALSEWORK_CONNECT_URL: stack.connectUrl,
    FALSEWORK_TOPICS_PREFIX: prefix,
    FALSEWORK_TOPICS_RAW_PREFIX: prefix,
    FALSEWORK_HTTP_PORT: '0',
    FALSEWORK_KAFKA_LEASE_SESSION_MS: '1500',
    FALSEWORK_SHOP_HOST: shop.host,
    FALSEWORK_SHOP_PORT: String(shop.port),
    FALSEWORK_SHOP_DATABASE: shop.database,
    FALSEWORK_SHOP_USER: shop.user,
    FALSEWORK_SHOP_PASSWORD: shop.password,
    [emailKeyVariable]: emailKey,
  }
  await run(environment, ['src/cli/process.ts', 'connector', 'apply'])
  const load = ['--seed', '7', '--transactions', String(transactions), '--rate', 'unlimited']
  await run(environment, ['demo/old-application/main.ts', ...load])
  await confirmed(client)
  await client.end()
  const kafka = connectKafka({
    brokers: [stack.brokers],
    clientId: 'fault-tests',
    requestTimeoutMs: 10_000,
    names: topicNames(prefix),
    replicationFactor: 1,
  })
  return { environment, reader: kafka.topicReader, close: async () => await kafka.close() }
}

async function confirmed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')
  const passed = async (): Promise<boolean> => {
    const slot = await client.query<{ passed: boolean }>(
      "SELECT confirmed_flush_lsn >= $1::pg_lsn AS passed FROM pg_replication_slots WHERE slot_name = 'falsework_shop'",
      [rows[0]?.lsn],
    )
    return slot.rows[0]?.passed === true
  }
  while (!(await passed())) await pause(200)
}

/** One translation of the raw log, into topics behind a prefix of its own. */
export class Translation {
  private readonly shop: CapturedShop
  private readonly environment: Environment
  readonly prefix: string

  constructor(shop: CapturedShop, name: string) {
    this.shop = shop
    this.prefix = `${shop.environment['FALSEWORK_TOPICS_PREFIX'] ?? ''}${name}.`
    this.environment = { ...shop.environment, FALSEWORK_TOPICS_PREFIX: this.prefix }
  }

  async register(): Promise<void> {
    await run(this.environment, ['src/cli/process.ts', 'register'])
  }

  startDaemon(more: Environment = {}): Daemon {
    return new Daemon({ ...this.environment, ...more })
  }

  /** Waits until the checkpoint has reached the end that the raw log has now. */
  async drained(): Promise<void> {
    const raw = `${this.environment['FALSEWORK_TOPICS_RAW_PREFIX'] ?? ''}raw.shop`
    const [range] = await this.shop.reader.range(raw)
    for (;;) {
      const record = await this.shop.reader.latest(topicNames(this.prefix).checkpoint('shop'), 'checkpoint')
      const { next = 0 } = JSON.parse(record?.value?.toString() ?? '{}') as { next?: number }
      if (next >= (range?.end ?? 0)) return
      await pause(100)
    }
  }

  /** Everything that a read_committed consumer sees, partition by partition: id, key and a digest of the value. */
  async outcome(): Promise<readonly string[]> {
    const lines: string[] = []
    for (const topic of eventTopics) {
      const named = `${this.prefix}${topic}`
      const records = this.shop.reader.read(named, {
        from: 'beginning',
        follow: false,
        signal: new AbortController().signal,
      })
      for await (const { partition, key, value, headers } of records) {
        const digest = createHash('sha256').update(withoutRevision(topic, value)).digest('hex').slice(0, 16)
        lines.push(`${topic}/${partition} ${key?.toString() ?? ''} ${headers.get('ce_id')?.toString() ?? ''} ${digest}`)
      }
    }
    return lines
  }
}

/** Revisions of two prefixes have other schema subjects, and so another hash, which dead letters carry in their value. */
function withoutRevision(topic: string, value: Buffer | null): string | Buffer {
  if (topic !== 'falsework.dead-letters') return value ?? ''
  return (value?.toString() ?? '').replace(/"revision":"[0-9a-f]+"/, '')
}

/** A daemon as a process of its own. */
export class Daemon {
  private readonly child: ChildProcess
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>

  constructor(environment: Environment) {
    this.child = spawn(process.execPath, ['src/cli/process.ts', 'run'], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    })
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })))
  }

  async kill(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    this.child.kill(signal)
    return await this.exited
  }
}

async function run(environment: Environment, parameters: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...parameters], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${parameters.join(' ')} ended with exit ${code ?? 'by a signal'}: ${complaints}`)
}

export const pause = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
