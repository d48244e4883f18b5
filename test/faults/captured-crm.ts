/** The shop on PostgreSQL and the call centre with its warehouse on MariaDB, captured under one installation. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { CrmAddress } from '../../demo/crm/crm-database.ts'
import { seedCrm } from '../../demo/crm/seed-crm.ts'
import { seedRows } from '../../demo/seed-rows.ts'
import { crmTopics, shopTopics } from '../../demo/topics.ts'
import { connectKafka } from '../../src/adapters/kafka/connect-kafka.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { isolated } from '../stack/isolated.ts'
import { confirmed, ownProject, shopEnvironment } from './captured-shop.ts'
import { daemonEnvironment } from './daemon-environment.ts'
import { falsework, pause, type Place, root, runScript } from './daemon-process.ts'
import type { CapturedLog } from './translation.ts'

export interface CapturedBoth {
  readonly place: Place
  readonly shop: CapturedLog
  readonly crm: CapturedLog
  /** Each old application does so much more; returns when all of it stands in the raw logs. */
  readonly work: (transactions: number) => Promise<void>
  /** Statements on MariaDB. */
  readonly execute: (...statements: readonly string[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** The databases on MariaDB have names of their own: one test file at a time captures them. */
export async function captureBoth(name: string, server: CrmAddress): Promise<CapturedBoth> {
  const { stack, prefix, database } = isolated(name)
  const shop = await database()
  const client = new pg.Client(shop)
  await client.connect()
  await client.query(readFileSync(join(root, 'demo', 'schema.sql'), 'utf8'))
  await seedRows(shop, 1)
  await seedCrm(server, 1)
  const connection = await mysql.createConnection({ ...server })
  const slot = `falsework_${shop.database}`
  const place = {
    folder: projectOf(slot),
    environment: {
      ...daemonEnvironment(stack, prefix),
      ...shopEnvironment(shop),
      FALSEWORK_CRM_HOST: server.host,
      FALSEWORK_CRM_PORT: String(server.port),
      FALSEWORK_CRM_USER: server.user,
      FALSEWORK_CRM_PASSWORD: server.password,
      FALSEWORK_CONNECT_BROKERS: stack.brokers,
      FALSEWORK_ROWS_DIRECTORY: resolve('.falsework/test/rows-of-both'),
    },
  }
  await falsework(place, 'connector', 'apply')
  const kafka = connectKafka({
    brokers: [stack.brokers],
    clientId: 'fault-tests',
    requestTimeoutMs: 10_000,
    names: topicNames(prefix),
    replicationFactor: 1,
  })
  const log = (source: string, eventTopics: readonly string[]): CapturedLog => ({
    source,
    place,
    eventTopics,
    reader: kafka.topicReader,
    close: async () => await kafka.close(),
  })
  const execute = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await connection.query(statement)
  }
  return {
    place,
    shop: log('shop', shopTopics),
    crm: log('crm', crmTopics),
    execute,
    work: async (transactions) => {
      const load = ['--seed', '7', '--transactions', String(transactions), '--rate', 'unlimited']
      await runScript(place, join(root, 'demo', 'old-application', 'main.ts'), ...load)
      await runScript(place, join(root, 'demo', 'crm', 'main.ts'), ...load)
      await confirmed(client, slot)
      await passed(connection, `${stack.connectUrl}/connectors/${prefix}crm/offsets`)
    },
    close: async () => {
      await Promise.all([client.end(), connection.end(), kafka.close()])
    },
  }
}

function projectOf(slot: string): string {
  const folder = ownProject(slot, () => true)
  const file = join(folder, 'connectors', 'crm-mariadb.json')
  const connector = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  const own = { 'topic.prefix': `${slot}_crm`, 'schema.history.internal.kafka.topic': `schema-history.${slot}` }
  writeFileSync(file, JSON.stringify({ ...connector, ...own }))
  return folder
}

/** Waits until the connector has stored that it is behind all that is in the binlog now. */
export async function passed(connection: mysql.Connection, offsetsUrl: string): Promise<void> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT @@gtid_current_pos AS gtid')
  const numberOf = (gtid: string | undefined): number => Number(gtid?.split('-')[2] ?? 0)
  const wanted = numberOf((rows[0] as { readonly gtid: string } | undefined)?.gtid)
  for (;;) {
    const response = await fetch(offsetsUrl)
    const { offsets = [] } = (await response.json()) as { readonly offsets?: readonly { readonly offset: object }[] }
    if (numberOf((offsets[0]?.offset as { readonly gtids?: string } | undefined)?.gtids) >= wanted) return
    await pause(200)
  }
}
