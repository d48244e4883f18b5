/** What `falsework migrate guard` prints, carries out and takes back, on a fence in memory. */
import { describe, expect, it } from 'vitest'
import { memoryFence, memoryGuard, type MemoryFence } from '../../src/adapters/memory/database/memory-guard.ts'
import type { CaptureFacts } from '../../src/core/capture/connector/capture-findings.ts'
import type { OpenGuard } from '../../src/ports/database/guard.ts'
import { benchProject, type Installation, installation } from '../app/bench-project.ts'
import { falsework, type Ran } from './in-process.ts'

const scoped = (text: string): string => `${text}migration: {scope: {column: orders.store_no}}\n`

async function registered(): Promise<Installation> {
  const bench = installation()
  await bench.register(await benchProject(scoped), { stage: 'live' })
  return bench
}

interface Database {
  readonly fence: MemoryFence
  readonly published: readonly string[]
  readonly asked: Parameters<OpenGuard>[0][]
}

const database = (published: readonly string[] = []): Database => ({ fence: memoryFence(), published, asked: [] })

const guard = async ({ kafka }: Installation, at: Database, ...words: readonly string[]): Promise<Ran> =>
  await falsework(['migrate', 'guard', 'order-changed', ...words], {
    ports: () => ({
      kafka,
      openGuard: async (asked) => {
        at.asked.push(asked)
        return await Promise.resolve(memoryGuard(at.fence))
      },
      openInspector: async () =>
        await Promise.resolve({
          tables: async () => await Promise.reject(new Error('nobody asks')),
          capture: async () => await Promise.resolve(factsOf(at.published)),
          slotPosition: () => Promise.reject(new Error('nobody asks')),
          sample: () => Promise.reject(new Error('nobody asks')),
          close: async () => {
            await Promise.resolve()
          },
        }),
    }),
  })

const factsOf = (published: readonly string[]): CaptureFacts =>
  ({ kind: 'postgres', publication: { tables: published.map((name) => ({ name })) } }) as unknown as CaptureFacts

const publication =
  'ALTER PUBLICATION "dbz_publication" ADD TABLE "public"."falsework_fence", "public"."falsework_sync"'

describe('falsework migrate guard', () => {
  it('prints what it would do as a script of the database, with what must be captured, and does nothing', async () => {
    const at = database()
    const { code, out, err } = await guard(await registered(), at)
    expect([code, at.asked]).toEqual([0, []])
    expect(out).toMatch(
      /^SET lock_timeout = '800ms';\n\n?-- one row for each scope .*\nCREATE TABLE IF NOT EXISTS "public"\."falsework_fence"/,
    )
    expect(out).toMatch(/BEFORE TRUNCATE ON "public"\."orders"[\s\S]*;\n\nRESET lock_timeout;\n$/)
    expect(err).toContain(`next: falsework migrate guard order-changed --apply\nnext: ${publication}`)
  })

  it('prints the same as JSON, a statement an item', async () => {
    const { out } = await guard(await registered(), database(), '-o', 'json')
    const { items, next_steps: next } = JSON.parse(out) as {
      items: { purpose: string; sql: string }[]
      next_steps: string[]
    }
    expect(items[2]).toEqual({
      purpose: 'the fence of order-changed, open',
      sql: expect.stringContaining("VALUES ('order-changed', '', 'legacy', 1)") as string,
    })
    expect(next).toHaveLength(2)
  })

  it('puts it up, shows the fence, and says what the publication lacks', async () => {
    const [bench, at] = [await registered(), database(['public.falsework_sync'])]
    const { code, out, err } = await guard(bench, at, '--apply')
    expect([code, out]).toEqual([0, 'SCOPE  OWNER   EPOCH\nall    legacy      1\n'])
    expect(err).toContain('ADD TABLE "public"."falsework_fence";')
    const whole = database(['public.falsework_fence', 'public.falsework_sync'])
    expect((await guard(bench, whole, '--apply')).err).toBe('')
  })

  it('takes it down, and prints first how', async () => {
    const [bench, at] = [await registered(), database()]
    await guard(bench, at, '--apply')
    expect((await guard(bench, at, '--remove')).out).toContain('DROP TRIGGER IF EXISTS')
    expect(at.fence.rows.size).toBe(1)
    expect((await guard(bench, at, '--remove', '--apply')).err).toBe('the guard is taken down\n')
    expect(at.fence.rows.size).toBe(0)
  })

  it('stays up while it keeps the legacy system out of a scope', async () => {
    const [bench, at] = [await registered(), database()]
    await guard(bench, at, '--apply')
    await memoryGuard(at.fence).moveFences([{ mapping: 'order-changed', scope: '3', to: 'native', epoch: 2 }])
    const { code, err } = await guard(bench, at, '--remove', '--apply')
    expect([code, err]).toEqual([1, expect.stringContaining('keeps the legacy system out of scope 3')])
    expect(at.fence.rows.size).toBe(2)
  })

  it('gives up behind a writer that does not end', async () => {
    const at = database()
    at.fence.writer = 'in flight'
    const { code, err } = await guard(await registered(), at, '--apply')
    expect([code, err]).toEqual([6, expect.stringContaining('WRITERS_IN_FLIGHT')])
  })

  it('is carried out by another account than that of the connector, whose password is nowhere in clear', async () => {
    const [bench, at] = [await registered(), database()]
    await guard(bench, at, '--apply', '--as', 'dba', '--password', 'env:DBA_PASSWORD')
    expect(at.asked).toEqual([
      {
        source: 'bench',
        place: { kind: 'postgres', schema: 'public' },
        account: { user: 'dba', password: '${env:DBA_PASSWORD}' },
      },
    ])
    for (const words of [
      ['--as', 'dba'],
      ['--as', 'dba', '--password', 'secret'],
      ['--password', 'env:X'],
    ]) {
      const { code, err } = await guard(bench, at, '--apply', ...words)
      expect([code, err]).toEqual([64, expect.stringContaining('--as goes with --password env:NAME')])
    }
  })
})
