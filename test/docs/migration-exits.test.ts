/** What docs/migration.md says of each end of the night's command, beside what the command ends with. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { start } from '../app/translate/running-daemon.ts'
import { say } from '../app/translate/said-stages.ts'
import { FencedShop, waived } from '../cli/migrate/fenced-shop.ts'
import { type Ran, repository } from '../cli/in-process.ts'

const page = readFileSync(join(repository, 'docs', 'migration.md'), 'utf8')
const rows = [...page.matchAll(/^\| (\d+), `([^`]+)` \|/gm)].map(([, code, says = '']) => ({
  code: Number(code),
  says,
}))

const toNative = ['promote', 'order-changed', '--to', 'native'] as const
const handOver = async (shop: FencedShop, ...more: string[]): Promise<Ran> =>
  await shop.migrate(...toNative, ...waived, ...more)
const nobody = async (): Promise<void> => await Promise.resolve()

/** How the command comes to each of these ends, by what it says then. */
const courses: Readonly<Record<string, (shop: FencedShop) => Promise<Ran>>> = {
  'is refused': async (shop) => await shop.translated(async () => await shop.migrate(...toNative)),
  GUARD_MISSING: async (shop) => {
    shop.published = []
    return await shop.translated(async () => await handOver(shop))
  },
  'not handed over': async (shop) => {
    await shop.translated(nobody)
    const handingOver = handOver(shop)
    while (shop.fence.moved.length === 0) await systemClock.sleep(5)
    await say(shop.bench, { transition: 'cancel', to: 'parity', epoch: 2, seen: { owner: 'legacy', epoch: 1 } })
    start(shop.bench)
    return await handingOver
  },
  'cancelled, and not taken back yet': async (shop) => {
    await shop.translated(nobody)
    await handOver(shop, '--timeout', '1')
    return await handOver(shop)
  },
  REGISTRATION_CONFLICT: async (shop) => {
    const both = await shop.translated(async () => await Promise.all([handOver(shop), handOver(shop)]))
    return both.find(({ code }) => code !== 0) ?? both[0]
  },
  WRITERS_IN_FLIGHT: async (shop) => {
    shop.fence.writer = 'in flight'
    return await shop.translated(async () => await handOver(shop))
  },
  HANDOVER_UNANSWERED: async (shop) => {
    await shop.translated(nobody)
    return await handOver(shop, '--timeout', '1')
  },
}

it.each(rows)('docs/migration.md says when the night ends with exit $code, $says', async ({ code, says }) => {
  const course = courses[says]
  const ran = await course?.(await FencedShop.inParity())
  expect([ran?.code, ran?.err]).toEqual([code, expect.stringContaining(says)])
})

it('docs/migration.md has all of them', () => {
  expect(rows.map(({ says }) => says).toSorted()).toEqual(Object.keys(courses).toSorted())
})
