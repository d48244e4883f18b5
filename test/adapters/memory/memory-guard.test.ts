import { describe, expect, it } from 'vitest'
import { memoryFence, memoryGuard } from '../../../src/adapters/memory/database/memory-guard.ts'
import { guardContract } from '../../contract/guard.ts'
import { shopTables } from '../../core/migration/guard/shop-tables.ts'

describe('the guard in memory', () => {
  const fence = memoryFence()
  guardContract({
    place: { kind: 'postgres', schema: 'public' },
    tables: shopTables,
    open: async () => await Promise.resolve(memoryGuard(fence)),
  })

  it('does not wait for ever for a writer in flight', async () => {
    const guard = memoryGuard({ ...memoryFence(), writer: 'in flight' })
    await expect(guard.apply(['SELECT 1'])).rejects.toMatchObject({ code: 'WRITERS_IN_FLIGHT' })
  })
})
