/** The shop, captured by the real connector: rows that were there before, and what the old application then did. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { emailKey, emailKeyVariable } from '../../demo/email-key.ts'
import { seedRows } from '../../demo/seed-rows.ts'
import { shopTopics } from '../../demo/topics.ts'
import { connectKafka } from '../../src/adapters/kafka/connect-kafka.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { type DatabaseAddress, isolated } from '../stack/isolated.ts'
import { type Environment, falsework, pause, root, runScript } from './daemon-process.ts'
import { daemonEnvironment } from './daemon-environment.ts'
import type { CapturedLog } from './translation.ts'

/** Returns when all of it stands in the raw log. */
export async function captureShop(name: string, transactions: number): Promise<CapturedLog> {
  const { stack, prefix, database } = isolated(name)
  const shop = await database()
  const client = new pg.Client(shop)
  await client.connect()
  await client.query(readFileSync(join(root, 'demo', 'schema.sql'), 'utf8'))
  await seedRows(shop, 1)
  const slot = `falsework_${shop.database}`
  const place = {
    folder: projectFolder(slot),
    environment: { ...daemonEnvironment(stack, prefix), ...shopEnvironment(shop) },
  }
  await falsework(place, 'connector', 'apply')
  const load = ['--seed', '7', '--transactions', String(transactions), '--rate', 'unlimited']
  await runScript(place, join(root, 'demo', 'old-application', 'main.ts'), ...load)
  await confirmed(client, slot)
  await client.end()
  const kafka = connectKafka({
    brokers: [stack.brokers],
    clientId: 'fault-tests',
    requestTimeoutMs: 10_000,
    names: topicNames(prefix),
    replicationFactor: 1,
  })
  return {
    source: 'shop',
    place,
    eventTopics: [...shopTopics, 'falsework.dead-letters'],
    reader: kafka.topicReader,
    close: async () => await kafka.close(),
  }
}

export const shopEnvironment = (shop: DatabaseAddress): Environment => ({
  FALSEWORK_SHOP_HOST: shop.host,
  FALSEWORK_SHOP_PORT: String(shop.port),
  FALSEWORK_SHOP_DATABASE: shop.database,
  FALSEWORK_SHOP_USER: shop.user,
  FALSEWORK_SHOP_PASSWORD: shop.password,
  [emailKeyVariable]: emailKey,
})

const ofMariadb = /\/(contact|stock|crm)[.-]|\/(Contact\w+|LevelChanged|Depleted)\.v1/

/** The shop's project without the databases on MariaDB. */
function projectFolder(slot: string): string {
  const folder = ownProject(slot, (path) => !ofMariadb.test(path))
  const file = join(folder, 'falsework.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ {2}crm:\n(?: {4}.*\n)+/, ''))
  return folder
}

/** The repository's project, where it may be written, with a slot of its own: slots are the server's, not the database's. */
export function ownProject(slot: string, isWanted: (path: string) => boolean): string {
  const folder = resolve('.falsework', 'test', slot)
  for (const part of ['falsework.yaml', 'mappings', 'contracts', 'catalog', 'connectors']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: isWanted })
  }
  const file = join(folder, 'connectors', 'shop-postgres.json')
  const connector = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  writeFileSync(file, JSON.stringify({ ...connector, 'slot.name': slot, 'topic.prefix': slot }))
  return folder
}

/** A session with the database of a captured shop. */
export async function shopClient({ environment }: CapturedLog['place']): Promise<pg.Client> {
  const client = new pg.Client({
    host: environment['FALSEWORK_SHOP_HOST'],
    port: Number(environment['FALSEWORK_SHOP_PORT']),
    database: environment['FALSEWORK_SHOP_DATABASE'],
    user: environment['FALSEWORK_SHOP_USER'],
    password: environment['FALSEWORK_SHOP_PASSWORD'],
  })
  await client.connect()
  return client
}

/** Waits until the connector has confirmed all that is in the log now. */
export async function confirmed(client: pg.Client, slot: string): Promise<void> {
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')
  const passed = async (): Promise<boolean> => {
    const found = await client.query<{ passed: boolean }>(
      'SELECT confirmed_flush_lsn >= $1::pg_lsn AS passed FROM pg_replication_slots WHERE slot_name = $2',
      [rows[0]?.lsn, slot],
    )
    return found.rows[0]?.passed === true
  }
  while (!(await passed())) await pause(200)
}
