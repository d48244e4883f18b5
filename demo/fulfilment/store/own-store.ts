/** What the service does for itself, in its tables: one transaction for each work, with what was before, events and facts. */
import type pg from 'pg'
import { instantOfText } from '../legacy/store-time.ts'
import type { Dossier, Dossiers } from '../orders/dossier.ts'
import type { OutboxEvent } from '../orders/order-events.ts'
import { factOf } from '../own/fact.ts'
import { rowsOf } from './dossier-rows.ts'
import { knownDossiers, writeDossiers } from './dossier-store.ts'
import { appendToOutbox } from './outbox.ts'
import { inTransaction, lockWriting } from './transaction.ts'

/** A store, by the epoch under which the service owns it. */
export interface OwnedStore {
  readonly store: number
  readonly epoch: number
}

/** The store as it is when nobody else writes. */
export interface StoreAtHand {
  /** Of the work that is to be done. */
  readonly number: number
  /** The latest instant at which something happened in any store. */
  readonly latestUs: bigint
  readonly orders: Dossiers
}

export interface DoneWork {
  readonly orderId: string
  readonly before: Dossier
  readonly after: Dossier
  readonly events: readonly OutboxEvent[]
}

/** As many as somebody has in mind. */
const ordersAtHandMax = 40

export async function knownStores(client: pg.Client): Promise<readonly number[]> {
  const { rows } = await client.query<{ store: number }>('SELECT DISTINCT store FROM fulfilment.orders ORDER BY store')
  return rows.map(({ store }) => store)
}

/** False: there was nothing to do, or the store has been handed back under this epoch. */
export async function doOwnWork(
  client: pg.Client,
  owned: OwnedStore,
  decide: (atHand: StoreAtHand) => DoneWork | null,
): Promise<boolean> {
  return await inTransaction(client, async () => {
    await lockWriting(client)
    if (!(await isOurs(client, owned))) return false
    const atHand = await storeAtHand(client, owned.store)
    const work = decide(atHand)
    if (work === null) return false
    await writeWork(client, owned, { ...work, number: atHand.number })
    return true
  })
}

async function isOurs(client: pg.Client, { store, epoch }: OwnedStore): Promise<boolean> {
  const { rows } = await client.query<{ handed_back: string | null }>(
    `INSERT INTO fulfilment.owned (store, epoch) VALUES ($1, $2)
     ON CONFLICT (store, epoch) DO UPDATE SET epoch = excluded.epoch RETURNING handed_back`,
    [store, epoch],
  )
  return rows[0]?.handed_back === null
}

async function storeAtHand(client: pg.Client, store: number): Promise<StoreAtHand> {
  const { rows } = await client.query<{ number: string; latest: string; ids: readonly string[] }>(
    `SELECT nextval('fulfilment.own_numbers') AS number,
       (SELECT to_jsonb(max(changed_at)) #>> '{}' FROM fulfilment.orders) AS latest,
       ARRAY(SELECT id FROM fulfilment.orders WHERE store = $1 ORDER BY changed_at DESC, id LIMIT $2) AS ids`,
    [store, ordersAtHandMax],
  )
  const [row] = rows
  if (row === undefined) throw new Error('a query without a row')
  const touched = { orders: new Set(row.ids), payments: new Set<string>(), parcels: new Set<string>() }
  const known = await knownDossiers(client, touched)
  return {
    number: Number(row.number),
    latestUs: instantOfText(row.latest),
    // In an order that does not depend on how the database has found them.
    orders: new Map([...known].sort(([a], [b]) => Number(a) - Number(b))),
  }
}

async function writeWork(
  client: pg.Client,
  { store, epoch }: OwnedStore,
  { number, orderId, before, after, events }: DoneWork & { readonly number: number },
): Promise<void> {
  const { orders, ...parts } = rowsOf(new Map([[orderId, before]]))
  await client.query(
    'INSERT INTO fulfilment.own_work (number, store, epoch, order_id, before) VALUES ($1, $2, $3, $4, $5)',
    [number, store, epoch, orderId, JSON.stringify({ order: orders[0] ?? null, ...parts })],
  )
  await writeDossiers(client, new Map([[orderId, after]]))
  for (const event of events) {
    const sequence = await appendToOutbox(client, event, BigInt(number))
    const { topic, type, key, subject, time, fields } = factOf(event)
    await client.query(
      `INSERT INTO fulfilment.facts (sequence, topic, type, key, legacy_before, subject, event_time, fields)
       SELECT $1, $2, $3, $4, count(*), $5, $6, $7 FROM fulfilment.outbox WHERE key = $4 AND own_number IS NULL`,
      [String(sequence), topic, type, key, subject, time, JSON.stringify(fields)],
    )
  }
}
