/** A replication slot that is dropped and created anew while the connector stands still: what was written then is lost. */
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { connectKafka } from '../../../src/adapters/kafka/connect-kafka.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { captureShop, confirmed, shopClient } from '../../faults/captured-shop.ts'
import { DaemonProcess, falsework, pause } from '../../faults/daemon-process.ts'
import type { CapturedLog } from '../../faults/translation.ts'

let shop: CapturedLog
let client: pg.Client
let daemon: DaemonProcess | null = null

beforeAll(async () => {
  shop = await captureShop('gap', 5)
  client = await shopClient(shop.place)
  await falsework(shop.place, 'register')
})

afterAll(async () => {
  await daemon?.kill('SIGKILL')
  await client.end()
  await shop.close()
})

async function started(): Promise<DaemonProcess> {
  daemon = new DaemonProcess(shop.place)
  await daemon.started
  return daemon
}

/** Waits until an error of that name was logged. */
async function complained({ sessions }: DaemonProcess, code: string): Promise<void> {
  while (!sessions.codes.includes(code)) await pause(100)
}

async function customer(id: number): Promise<void> {
  const sql = `INSERT INTO customers (id, store_no, name, country, reg_dt, touched_at) VALUES ($1, 1, 'Zoë', 'DE', 20260131, now())`
  await client.query(sql, [id])
}

/** The server may need a moment to see that its reader has gone. */
async function dropSlot(slot: string): Promise<void> {
  const inactive = 'SELECT FROM pg_replication_slots WHERE slot_name = $1 AND NOT active'
  while ((await client.query(inactive, [slot])).rowCount === 0) await pause(100)
  await client.query('SELECT pg_drop_replication_slot($1)', [slot])
}

async function gaps(): Promise<number> {
  const prefix = shop.place.environment['FALSEWORK_TOPICS_PREFIX'] ?? ''
  const kafka = connectKafka({
    brokers: [shop.place.environment['FALSEWORK_KAFKA_BROKERS'] ?? ''],
    clientId: 'gap-test',
    requestTimeoutMs: 10_000,
    names: topicNames(prefix),
    replicationFactor: 1,
  })
  try {
    return (await readRegistry(kafka.openControlLog)).gaps.get('shop')?.length ?? 0
  } finally {
    await kafka.close()
  }
}

it('halts the source before the connector goes on, and when it has gone on and the daemon was restarted', async () => {
  const slot = `falsework_${shop.place.environment['FALSEWORK_SHOP_DATABASE'] ?? ''}`
  const first = await started()
  await first.opened
  await customer(7_000_900)
  await confirmed(client, slot)
  expect(await gaps()).toBe(0)

  await falsework(shop.place, 'connector', 'stop', 'shop')
  await dropSlot(slot)
  await customer(7_000_901)
  await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot])
  await complained(first, 'SOURCE_GAP')
  expect(await gaps()).toBe(1)
  await first.kill('SIGTERM')

  await falsework(shop.place, 'connector', 'resume', 'shop')
  await customer(7_000_902)
  await confirmed(client, slot)
  const second = await started()
  await complained(second, 'SOURCE_GAP')
  expect(second.sessions.opened).toBe(0)
  expect(await gaps()).toBe(1)
}, 180_000)
