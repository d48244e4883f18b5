/** The fulfilment service owns a store: what it has published comes back to the shop, once, and the rest never happened. */
import type pg from 'pg'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bringBackStore, isHandedBack } from '../../../demo/fulfilment/back/bring-back-store.ts'
import { changeOf } from '../../../demo/fulfilment/legacy/changes.ts'
import type { LegacyRow } from '../../../demo/fulfilment/legacy/raw-record.ts'
import type { LegacyStep } from '../../../demo/fulfilment/legacy/transactions.ts'
import { withChanges } from '../../../demo/fulfilment/orders/apply-changes.ts'
import type { Dossiers } from '../../../demo/fulfilment/orders/dossier.ts'
import { followStep } from '../../../demo/fulfilment/orders/follow-step.ts'
import { handBack } from '../../../demo/fulfilment/own/hand-back.ts'
import { workForStores } from '../../../demo/fulfilment/own/work-for-stores.ts'
import { connectTo, prepareDatabase } from '../../../demo/fulfilment/store/database.ts'
import { knownDossiers } from '../../../demo/fulfilment/store/dossier-store.ts'
import { applyStep } from '../../../demo/fulfilment/store/order-store.ts'
import { outboxOf } from '../../../demo/fulfilment/store/outbox.ts'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import type { OwnershipReader, ScopeOwner } from '../../../src/native/index.ts'
import { type DatabaseAddress, isolated } from '../../stack/isolated.ts'
import { guardShop, moveStore } from './guarded-shop.ts'
import { legacyShop, withClient } from './legacy-shop.ts'

const store = 2
const [native, nobody] = [
  { owner: 'native', epoch: 2 },
  { owner: 'none', epoch: 3 },
] as const

const ownership = (of: (scope: string | null) => ScopeOwner): OwnershipReader => ({
  read: async () => await Promise.resolve({ ownerOf: (_mapping, scope) => of(scope) }),
  close: async () => await Promise.resolve(),
})
const ownsStore = ownership((scope) => (scope === String(store) ? native : { owner: 'legacy', epoch: 1 }))
const ownsNothing = ownership((scope) => (scope === String(store) ? nobody : { owner: 'legacy', epoch: 1 }))

const urlOf = ({ host, port, user, password, database }: DatabaseAddress, as = { user, password }): string => {
  const url = new URL(`postgres://${host}:${port}/${database}`)
  url.username = as.user
  url.password = as.password
  return url.href
}

/** Rows as the connector sends them. */
const rowsOf: Readonly<Record<string, string>> = {
  orders: `SELECT to_jsonb(o) || jsonb_build_object('discount', discount::text,
      'created_at', (extract(epoch FROM created_at) * 1000000)::bigint,
      'touched_at', (extract(epoch FROM touched_at) * 1000000)::bigint) AS row FROM public.orders o`,
  order_lines: 'SELECT to_jsonb(l) AS row FROM public.order_lines l',
  payments: 'SELECT to_jsonb(p) AS row FROM public.payments p',
  shipments: 'SELECT to_jsonb(s) AS row FROM public.shipments s',
}

/** What a snapshot of the shop shows. */
async function snapshotOf(address: ShopAddress): Promise<LegacyStep> {
  const found = await withClient(address, async (client) => {
    await client.query("SET timezone = 'UTC'")
    const all: LegacyStep['found'][number][] = []
    for (const [table, query] of Object.entries(rowsOf)) {
      const { rows } = await client.query<{ row: LegacyRow }>(query)
      const about = { kind: 'row', op: 'read', table: `public.${table}`, before: null, transaction: null } as const
      all.push(...rows.map(({ row }) => changeOf({ ...about, after: row, committedAt: 0n })))
    }
    return all
  })
  const fences = ['order-placed', 'order-lifecycle'].map((mapping) => ({ ...native, mapping, scope: String(store) }))
  return { next: 10n, position: 1n, committedAt: 0n, found, changes: [], fences }
}

/** Those that are there, by number. */
const inOrder = (dossiers: Dossiers) =>
  [...dossiers].filter(([, { order }]) => order !== null).sort(([a], [b]) => Number(a) - Number(b))

describe('a store that the fulfilment service owns', () => {
  let [shop, own]: [ShopAddress, string] = [{ host: '', port: 0, database: '', user: '', password: '' }, '']
  const session = async (url: string): Promise<pg.Client> => {
    const client = await connectTo(url)
    onTestFinished(async () => await client.end())
    return client
  }

  beforeAll(async () => {
    shop = await legacyShop('taken_over', 'seeded')
    own = urlOf(await isolated('own_work').database())
    await guardShop(shop)
    await moveStore(shop, { store, to: 'native', epoch: 2 })
    await prepareDatabase(own)
    const client = await connectTo(own)
    const step = await snapshotOf(shop)
    await applyStep(client, { from: 0n, step, follow: (following) => followStep(step, following, 'known') })
    await client.end()
  })

  const dossiersOf = async (client: pg.Client): Promise<Dossiers> => {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM fulfilment.orders WHERE store = $1', [store])
    const orders = new Set(rows.map(({ id }) => id))
    return await knownDossiers(client, { orders, payments: new Set(), parcels: new Set() })
  }

  const statesTold = async (client: pg.Client): Promise<readonly { key: string; status: string; state: string }[]> => {
    const { rows } = await client.query<{ key: string; status: string; state: string }>(
      `SELECT DISTINCT ON (f.key) f.key, f.fields ->> 'status' AS status, o.state
         FROM fulfilment.facts f JOIN fulfilment.orders o ON o.id = f.key
        WHERE f.fields ? 'status' ORDER BY f.key, f.sequence DESC`,
    )
    return rows
  }

  it('is worked for, and left when it is lost: what was not published has not happened', async () => {
    const [client, other] = [await session(own), await session(own)]
    const stop = new AbortController()
    const ownWork = { kind: 'steady', seed: 1, transactionsPerSecond: 500 } as const
    const working = workForStores(client, { ownWork, ownership: ownsStore, stop: stop.signal })
    await expect.poll(async () => await outboxOf(other).last(), { timeout: 60_000 }).toBeGreaterThan(160n)
    stop.abort()
    expect(await working).toBeGreaterThan(60)
    const all = await outboxOf(other).behind(0n, 10_000)
    expect(new Set(all.map(({ event }) => `${event.origin} ${event.scope ?? ''}`))).toEqual(new Set([`own ${store}`]))
    const published = (await outboxOf(other).behind(0n, 100)).at(-1)?.sequence ?? 0n
    expect(published).toBeGreaterThan(0n)
    expect(await isHandedBack(other, { store, epoch: 3 })).toBe(false)
    expect(await handBack(other, { published, ownership: ownsStore })).toBe(0)
    expect(await handBack(other, { published, ownership: ownsNothing })).toBe(1)
    expect(await handBack(other, { published, ownership: ownsNothing })).toBe(0)
    expect(await isHandedBack(other, { store, epoch: 3 })).toBe(true)
    expect(await outboxOf(other).behind(0n, 10_000)).toEqual(all.filter(({ sequence }) => sequence <= published))
    const { rows } = await other.query<{ last: string }>('SELECT max(sequence) AS last FROM fulfilment.facts')
    expect(BigInt(rows[0]?.last ?? 0)).toBe(published)
    const told = await statesTold(other)
    expect(told.length).toBeGreaterThan(10)
    const statuses = { open: 'NEW', paid: 'PAID', dispatched: 'SHIPPED', cancelled: 'CANCELLED' }
    for (const { status, state } of told) expect(status).toBe(statuses[state as keyof typeof statuses])
  })

  it('is not worked for under an epoch in which it was handed back', async () => {
    const [client, other] = [await session(own), await session(own)]
    const last = await outboxOf(other).last()
    const stop = new AbortController()
    const ownWork = { kind: 'steady', seed: 1, transactionsPerSecond: 500 } as const
    const working = workForStores(client, { ownWork, ownership: ownsStore, stop: stop.signal })
    await new Promise((resolve) => setTimeout(resolve, 300))
    stop.abort()
    expect(await working).toBe(0)
    expect(await outboxOf(other).last()).toBe(last)
  })

  it('comes back to the shop, once, however often that is begun', async () => {
    const client = await session(own)
    const sync = await session(urlOf(shop, { user: 'falsework_sync', password: 'falsework_sync' }))
    const toBringBack = { store, epoch: 3 }
    const dying = dyingAfter(sync, 30)
    await expect(bringBackStore({ own: client, shop: dying }, toBringBack)).rejects.toThrow('killed')
    const second = await bringBackStore({ own: client, shop: sync }, toBringBack)
    expect(second.alreadyThere).toBeGreaterThan(1)
    expect(second.written).toBeGreaterThan(1)
    const count = second.alreadyThere + second.written + second.removed
    expect(await bringBackStore({ own: client, shop: sync }, toBringBack)).toEqual({
      written: 0,
      removed: 0,
      alreadyThere: count,
    })
    const there = withChanges(new Map(), (await snapshotOf(shop)).found)
    const ofStore = new Map([...there].filter(([, { order }]) => order?.store === store))
    expect(inOrder(ofStore)).toEqual(inOrder(await dossiersOf(client)))
    await withClient(shop, async (owner) => {
      const { rows } = await owner.query('SELECT count(*)::int AS marks, max(epoch)::int AS epoch FROM falsework_sync')
      expect(rows).toEqual([{ marks: count, epoch: 3 }])
    })
  })

  it('brings nothing back of a store that it has not worked for', async () => {
    const client = await session(own)
    const sync = await session(urlOf(shop, { user: 'falsework_sync', password: 'falsework_sync' }))
    expect(await isHandedBack(client, { store: 4, epoch: 3 })).toBe(true)
    const totals = await bringBackStore({ own: client, shop: sync }, { store: 4, epoch: 3 })
    expect(totals).toEqual({ written: 0, removed: 0, alreadyThere: 0 })
  })
})

/** A session whose process dies behind so many statements; what is open then is rolled back. */
function dyingAfter(client: pg.Client, statements: number): pg.Client {
  let left = statements
  return new Proxy(client, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name) as unknown
      return async (text: string, values?: unknown[]) => {
        if (text === 'ROLLBACK') return await target.query(text)
        left -= 1
        if (left < 0) throw new Error('killed')
        return await target.query(text, values)
      }
    },
  })
}
