/** A table that is captured later than the others, on the real stack: what waits for it, and what asks for its rows. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TopicRecord } from '../../src/ports/kafka/topic-reader.ts'
import { captureShop, shopClient } from '../faults/captured-shop.ts'
import { DaemonProcess, falsework, type Place } from '../faults/daemon-process.ts'
import type { CapturedLog } from '../faults/translation.ts'

/** An event for each wish, with those that were there; and one for each order that changes, with its wish. */
const mapping = `mapping: gift
format: 1
owner: sales-team
source: shop
tables: {gifts: public.gifts, orders: public.orders}
defaults: {namespace: com.acme.gifts, topic: gifts.v1, key: "'all'", partitions: 1}
lookups:
  gift: {table: gifts, key: [order_id], missing: null}
rules:
  - name: wished
    on: {table: gifts, op: insert}
    snapshot: as-insert
    publish:
      - event: GiftWished
        fields: {orderId: "after.order_id", wish: "after.wish"}
  - name: moved
    on: {table: orders, op: update, changed: any}
    publish:
      - event: GiftWished
        fields: {orderId: "after.id", wish: "coalesce(gift(after.id).wish, 'none')"}
onError: {default: haltSource}
`
const contract = {
  type: 'record',
  name: 'GiftWished',
  namespace: 'com.acme.gifts',
  owner: 'sales-team',
  doc: 'What somebody wishes for an order.',
  fields: [
    { name: 'orderId', type: 'long', doc: 'The order.' },
    { name: 'wish', type: 'string', doc: 'In the words of the customer.' },
  ],
}

describe('a table that is captured later', () => {
  let shop: CapturedLog
  let place: Place
  let daemon: DaemonProcess
  let client: pg.Client
  let orders: readonly string[]

  beforeAll(async () => {
    shop = await captureShop('later', 20)
    place = shop.place
    await falsework(place, 'register')
    daemon = new DaemonProcess(place)
    await daemon.opened
    client = await shopClient(shop.place)
    orders = (await client.query<{ id: string }>('SELECT id FROM public.orders ORDER BY id LIMIT 3')).rows.map(
      ({ id }) => id,
    )
    await client.query(`
      CREATE TABLE public.gifts (order_id bigint PRIMARY KEY, wish varchar(80) NOT NULL);
      INSERT INTO public.gifts SELECT id, 'ribbon ' || id FROM unnest(ARRAY[${orders.slice(0, 2).join(', ')}]) id;
      ALTER PUBLICATION falsework_shop ADD TABLE public.gifts`)
    await falsework(place, 'catalog', 'pull')
    writeFileSync(join(place.folder, 'mappings', 'gift.yaml'), mapping)
    writeFileSync(join(place.folder, 'contracts', 'GiftWished.v1.avsc'), JSON.stringify(contract))
    await falsework(place, 'register', '--wait')
  })
  afterAll(async () => {
    await daemon.kill('SIGTERM')
    await client.end()
    await shop.close()
  })

  /** So many events of the mapping, or what has come after a while that is long for one. */
  async function wishes(count: number): Promise<readonly string[]> {
    const seen: string[] = []
    const topic = `${place.environment['FALSEWORK_TOPICS_PREFIX'] ?? ''}gifts.v1`
    for await (const record of shop.reader.read(topic, {
      from: 'beginning',
      follow: true,
      signal: new AbortController().signal,
    })) {
      seen.push(wishOf(record))
      if (seen.length === count) break
    }
    return seen
  }

  it('is not known to a connector that was there before it, which the snapshot says with what to do', async () => {
    const snapshot = falsework(place, 'connector', 'snapshot', 'shop', 'public.gifts')
    await expect(snapshot).rejects.toThrow('falsework connector restart shop')
  }, 60_000)

  it('is read by a snapshot that is asked for: rules see its rows, and the mapping that looks it up works from then on', async () => {
    const touch = async (id = ''): Promise<unknown> =>
      await client.query('UPDATE public.orders SET touched_at = now() WHERE id = $1', [id])
    // Nobody knows yet what was wished for an order, nor whether anything was.
    for (const id of orders) await touch(id)
    await falsework(place, 'connector', 'restart', 'shop')
    await falsework(place, 'connector', 'snapshot', 'shop', 'public.gifts')
    const [one = '', two = '', three = ''] = orders
    for (const id of [three, one]) await touch(id)
    expect(await wishes(4)).toEqual([
      `${one} ribbon ${one}`,
      `${two} ribbon ${two}`,
      `${three} none`,
      `${one} ribbon ${one}`,
    ])
  }, 120_000)
})

const type = avro.Type.forSchema(contract as avro.Schema)

/** Behind the frame. */
function wishOf({ value }: TopicRecord): string {
  const { orderId, wish } = type.fromBuffer(value?.subarray(5) ?? Buffer.alloc(0)) as { orderId: number; wish: string }
  return `${orderId} ${wish}`
}
