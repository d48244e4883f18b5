/** In which order a guard is put up, beside writers of the legacy system. */
import { expect, it } from 'vitest'
import { memoryFence, memoryGuard } from '../../../src/adapters/memory/database/memory-guard.ts'
import { applyGuard, type GuardPlan } from '../../../src/app/migrate/guard.ts'
import type { FenceKey } from '../../../src/core/migration/guard/fence.ts'
import type { GuardedDatabase } from '../../../src/ports/database/guard.ts'

const apart: readonly FenceKey[] = [{ mapping: 'orders', scope: '3' }]
const plan: GuardPlan = {
  mapping: 'orders',
  source: 'shop',
  place: { kind: 'mariadb', schema: 'shop' },
  connector: {},
  statements: [
    {
      purpose: 'the fence of orders, open',
      sql: "INSERT INTO falsework_fence VALUES ('orders', '', 'legacy', 1), ('orders', '3', 'legacy', 1)",
    },
  ],
  apart,
  removal: [],
  warnings: [],
}

it('gives a scope its row behind writers in flight where the guard stands, and needs not wait where it does not', async () => {
  const done: string[] = []
  const guard = memoryGuard(memoryFence())
  const watched: GuardedDatabase = {
    ...guard,
    apply: async (statements) => {
      done.push('apply')
      await guard.apply(statements)
    },
    separate: async (scopes) => {
      done.push(`separate ${scopes.map(({ scope }) => scope ?? 'all').join(' ')}`)
      await guard.separate(scopes)
    },
  }
  const parts = {
    openGuard: async () => await Promise.resolve(watched),
    openInspector: async () => await Promise.reject(new Error('nobody asks')),
  }
  await applyGuard(plan, null, parts)
  await applyGuard(plan, null, parts)
  expect(done).toEqual(['apply', 'separate 3', 'apply'])
})
