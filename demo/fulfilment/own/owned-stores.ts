/** In which stores the service may work for itself, by what falsework says and by what it has followed. */
import type { Owners } from '../../../src/native/index.ts'
import type { Fence } from '../legacy/fences.ts'

/** What it takes over together, all under one transactional id. */
export const handedOver = ['order-lifecycle', 'order-placed'] as const

/** The epoch under which the service owns a store; null: it does not, or not all of it. */
export function ownedEpoch(store: number, owners: Owners): number | null {
  const all = handedOver.map((mapping) => owners.ownerOf(mapping, String(store)))
  return all.every(({ owner }) => owner === 'native') ? Math.max(...all.map(({ epoch }) => epoch)) : null
}

/** That of its present owner, whoever that is. */
export const presentEpoch = (store: number, owners: Owners): number =>
  Math.max(...handedOver.map((mapping) => owners.ownerOf(mapping, String(store)).epoch))

/**
 * Behind the fence the shop does not write to the store, and an order is as the service knows it. Before it has followed
 * that far, the last changes of the shop are not in its tables yet.
 */
export const hasFollowedTo = (store: number, owners: Owners, fences: readonly Fence[]): boolean =>
  handedOver.every((mapping) => {
    const { epoch } = owners.ownerOf(mapping, String(store))
    const of = (scope: string) => fences.find((fence) => fence.mapping === mapping && fence.scope === scope)
    const fence = of(String(store)) ?? of('')
    return fence?.owner === 'native' && fence.epoch >= epoch
  })
