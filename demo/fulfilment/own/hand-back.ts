/**
 * The rule of going back: what was published stays, and is brought back to the shop by the reverse sync (`reverse-sync.ts`);
 * what was never published has never happened. It is taken out of the outbox, and the orders become what they were before,
 * so that each fact that remains is published exactly once. The reverse sync waits until this is done.
 */
import type pg from 'pg'
import type { OwnershipReader } from '../../../src/native/index.ts'
import { closeOwned, openOwned } from '../store/hand-back-store.ts'
import { ownedEpoch, presentEpoch } from './owned-stores.ts'

export interface HandBackOptions {
  /** The sequence up to which the outbox is published; nothing behind it is, nor ever will be by an older instance. */
  readonly published: bigint
  readonly ownership: OwnershipReader
}

/** Hands back what the service owned and owns no longer, or owns anew. Gives the number of stores. */
export async function handBack(client: pg.Client, { published, ownership }: HandBackOptions): Promise<number> {
  const owned = await openOwned(client)
  if (owned.length === 0) return 0
  const owners = await ownership.read()
  const lost = owned.filter(({ store, epoch }) => ownedEpoch(store, owners) !== epoch)
  for (const each of lost)
    await closeOwned(client, { ...each, published, handedBack: presentEpoch(each.store, owners) })
  return lost.length
}
