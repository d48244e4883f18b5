/** Works for the stores that the service owns, at a steady pace. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { OwnershipReader } from '../../../src/native/index.ts'
import { Random } from '../../old-application/plan/random.ts'
import type { OwnWork } from '../options.ts'
import { orderEvents } from '../orders/order-events.ts'
import { type DoneWork, doOwnWork, knownStores, type OwnedStore, type StoreAtHand } from '../store/own-store.ts'
import { readFences } from '../store/order-store.ts'
import { nextWork } from './next-work.ts'
import { hasFollowedTo, ownedEpoch } from './owned-stores.ts'

export interface WorkOptions {
  readonly ownWork: OwnWork
  readonly ownership: OwnershipReader
  readonly stop: AbortSignal
}

/** Who owns is asked before each work. Ends when `stop` fires, with the number of works. */
export async function workForStores(client: pg.Client, { ownWork, ownership, stop }: WorkOptions): Promise<number> {
  if (ownWork.kind === 'none') return 0
  const { seed, transactionsPerSecond } = ownWork
  let count = 0
  for (let turn = 0; !stop.aborted; turn += 1) {
    const stores = await workableStores(client, ownership)
    const owned = stores[turn % stores.length]
    if (owned !== undefined && (await doOwnWork(client, owned, (atHand) => decide(atHand, owned, seed)))) count += 1
    await sleep(1000 / transactionsPerSecond, undefined, { signal: stop }).catch(() => undefined)
  }
  return count
}

async function workableStores(client: pg.Client, ownership: OwnershipReader): Promise<readonly OwnedStore[]> {
  const owners = await ownership.read()
  const fences = await readFences(client)
  return (await knownStores(client)).flatMap((store) => {
    const epoch = ownedEpoch(store, owners)
    return epoch !== null && hasFollowedTo(store, owners, fences) ? [{ store, epoch }] : []
  })
}

/** The same for the same seed, number and orders. */
export function decide(
  { number, latestUs, orders }: StoreAtHand,
  { store }: OwnedStore,
  seed: number,
): DoneWork | null {
  const random = new Random(seed * 1_000_003 + number)
  const nowUs = latestUs + BigInt(random.integer(1_000_000, 20_000_000))
  const work = nextWork({ random, store, number, nowUs, orders })
  if (work === null) return null
  const outcome = orderEvents(work.before, work.after, { committedAt: nowUs, stateBeforeDispatch: 'known' })
  const events = outcome.kind === 'events' ? outcome.events : []
  return events.length === 0 ? null : { ...work, events: events.map((event) => ({ ...event, origin: 'own' })) }
}
