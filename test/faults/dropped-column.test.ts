import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordsOf } from '../e2e/noted-events.ts'
import { captureShop, confirmed, shopClient } from './captured-shop.ts'
import { type DaemonProcess, falsework, pause, type Place } from './daemon-process.ts'
import { type CapturedLog, Translation } from './translation.ts'

let shop: CapturedLog
let translation: Translation
let daemon: DaemonProcess
let client: pg.Client
let writer: pg.Client

beforeAll(async () => {
  shop = await captureShop('drift', 30)
  client = await shopClient(shop.place)
  writer = await shopClient(shop.place)
  translation = new Translation(shop, 'drifting')
  await translation.register()
  daemon = translation.startDaemon()
  await translation.drained()
})

afterAll(async () => {
  await daemon.kill('SIGKILL')
  await client.end()
  await writer.end()
  await shop.close()
})

const firstCustomer = 7_000_000
const article = 'drift'

/** Somebody becomes a customer and moves, and the price of an article changes: each by a transaction of its own. */
async function work(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) {
    const id = firstCustomer + at
    await writer.query(
      `INSERT INTO customers (id, store_no, name, country, reg_dt, touched_at) VALUES ($1, 1, 'Zoë', 'DE', 20260131, now())`,
      [id],
    )
    await writer.query(`UPDATE products SET price_cents = $1 WHERE sku = $2`, [100 + at, article])
    await writer.query(`UPDATE customers SET country = 'FR' WHERE id = $1`, [id])
  }
}

async function typesByKey(topic: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const types = new Map<string, string[]>()
  for (const { key, headers } of await recordsOf(shop.reader, translation.prefix + topic)) {
    const own = types.get(key?.toString() ?? '') ?? []
    types.set(key?.toString() ?? '', [...own, headers.get('ce_type')?.toString().split('.').at(-1) ?? ''])
  }
  return types
}

async function told(): Promise<readonly string[]> {
  const types = await typesByKey('customers.v1')
  return [...types].flatMap(([key, own]) => (Number(key) < firstCustomer ? [] : [`${key} ${own.join(' ')}`])).toSorted()
}

async function allTranslated(): Promise<void> {
  await confirmed(client, `falsework_${shop.place.environment['FALSEWORK_SHOP_DATABASE'] ?? ''}`)
  await translation.drained()
}

/** What is told of customers from the first on, when nothing waits. */
const whole = (customers: number): readonly string[] =>
  Array.from({ length: customers }, (_, at) => `${firstCustomer + at} CustomerRegistered CustomerChanged`)

/** The project whose mapping reads the column no more, with the catalog as the database is now. */
async function corrected({ folder, environment }: Place): Promise<string> {
  const copy = `${folder}-corrected`
  cpSync(folder, copy, { recursive: true })
  rmSync(join(copy, 'mappings', 'account.test.yaml'))
  const file = join(copy, 'mappings', 'account.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ *bornOn: .*\n/, ''))
  await falsework({ folder: copy, environment }, 'catalog', 'pull', 'shop', '--drop-tags')
  return copy
}

it('a column that is dropped under load holds the mapping that reads it and nothing else, until a revision reads it no more', async () => {
  await writer.query(`INSERT INTO products (sku, name, price_cents) VALUES ($1, 'an article', 1)`, [article])
  await work(0, 20)
  const working = work(20, 60)
  await client.query('ALTER TABLE customers DROP COLUMN birth_dt')
  await working
  await allTranslated()

  const before = await told()
  expect(before.length).toBeGreaterThanOrEqual(20)
  expect(before).toEqual(whole(60).slice(0, before.length))
  expect(await translation.waiting()).toBe(2 * (60 - before.length))
  expect((await typesByKey('products.v1')).get(article)).toHaveLength(1 + 60)

  const still = work(60, 80)
  await translation.register(await corrected(shop.place))
  await still
  while ((await translation.waiting()) > 0) await pause(100)
  await allTranslated()
  expect(await told()).toEqual(whole(80))
  expect((await typesByKey('products.v1')).get(article)).toHaveLength(1 + 80)
  expect(daemon.sessions).toEqual({ opened: 1, codes: [] })
})
