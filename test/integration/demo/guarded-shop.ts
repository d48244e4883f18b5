/** A legacy shop with the guards of both mappings of the orders, as `falsework migrate guard --apply` puts them there. */
import { openPostgresGuard } from '../../../src/adapters/postgres/postgres-guard.ts'
import type { FenceOwner } from '../../../src/core/migration/guard/fence.ts'
import { guardStatements } from '../../../src/core/migration/guard/sql/guard-statements.ts'
import { guardOf } from '../../../src/core/migration/guard/guarded-tables.ts'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import { checked } from '../../demo/translated-story.ts'

const place = { kind: 'postgres', schema: 'public' } as const
const handedOver = ['order-lifecycle', 'order-placed']

export async function guardShop(address: ShopAddress): Promise<void> {
  const guard = await openPostgresGuard(address, place)
  try {
    for (const { mapping } of checked.mappings) {
      if (mapping === null || !handedOver.includes(mapping.name)) continue
      const row = { mapping: mapping.name, scope: null, owner: 'legacy', epoch: 1 } as const
      const statements = guardStatements(guardOf(mapping), place, [row])
      await guard.apply(statements.map(({ sql }) => sql))
    }
  } finally {
    await guard.close()
  }
}

/** Raises an Error unless the fences have moved. */
export async function moveStore(
  address: ShopAddress,
  { store, to, epoch }: { readonly store: number; readonly to: FenceOwner; readonly epoch: number },
): Promise<void> {
  const guard = await openPostgresGuard(address, place)
  try {
    const moves = handedOver.map((mapping) => ({ mapping, scope: String(store), to, epoch }))
    const outcome = await guard.moveFences(moves)
    if (outcome.kind !== 'moved') throw new Error(`the fences of store ${store} have not moved: ${outcome.kind}`)
  } finally {
    await guard.close()
  }
}
