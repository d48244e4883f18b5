/** What falsework has added to the shop: who may write in a store, and marks of what was brought back to it. */
import type { RawRow } from './raw-record.ts'

/** Up to it the shop has written itself, and behind it not. */
export interface Fence {
  readonly mapping: string
  /** A store's number; '': every store that has no fence of its own. */
  readonly scope: string
  readonly owner: 'legacy' | 'native'
  readonly epoch: number
}

export const fencesIn = (rows: readonly RawRow[]): readonly Fence[] =>
  rows.flatMap(({ table, after }) => (table === 'public.falsework_fence' && after !== null ? [fenceOf(after)] : []))

/** Whether the shop is kept out of a store, by the fences that stand. */
export function closedBy(fences: readonly Fence[]): (store: number) => boolean {
  const mappings = [...new Set(fences.map(({ mapping }) => mapping))]
  return (store) =>
    mappings.some((mapping) => {
      const of = (scope: string) => fences.find((fence) => fence.mapping === mapping && fence.scope === scope)
      return (of(String(store)) ?? of(''))?.owner === 'native'
    })
}

/** A transaction by which the service itself has written to the shop. */
export const isBroughtBack = (rows: readonly RawRow[]): boolean =>
  rows.some(({ table }) => table === 'public.falsework_sync')

function fenceOf({ mapping, scope, owner, epoch }: NonNullable<RawRow['after']>): Fence {
  if (typeof mapping !== 'string' || typeof scope !== 'string' || typeof epoch !== 'number') {
    throw new Error('a row of falsework_fence is not as its table says')
  }
  return { mapping, scope, owner: owner === 'native' ? 'native' : 'legacy', epoch }
}
