/** What every ParityStore promises. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SpilledAggregate, SpilledKey } from '../../src/core/parity/kept/spilled.ts'
import type { OpenParityStore, ParityStore } from '../../src/ports/parity-store.ts'
import { codeOf } from './kafka-harness.ts'

export interface ParityStoreHarness {
  readonly openParityStore: OpenParityStore
  close(): Promise<void>
}

const spilled = (aggregate: string, dueMs: number, pendingSinceMs: number | null = null): SpilledAggregate => ({
  aggregate,
  dueMs,
  pendingSinceMs,
  bytes: Buffer.from(`what waits of ${aggregate}`),
})

const anyId = fc.oneof(
  fc.constantFrom('', 'order-1', 'Bestellung-ä', '\0', 'x'.repeat(5_000), `${'x'.repeat(4_999)}y`),
  fc.string({ maxLength: 6, unit: 'binary' }),
)

const anySpilled = fc
  .record({
    aggregate: anyId,
    dueMs: fc.oneof(fc.nat(3), fc.nat(2 ** 31), fc.double({ min: 0, max: 1e15, noNaN: true })),
    pendingSinceMs: fc.option(fc.nat()),
    bytes: fc.uint8Array({ maxLength: 30 }),
  })
  .map((one): SpilledAggregate => ({ ...one, dueMs: one.dueMs + 0, bytes: Buffer.from(one.bytes) }))

export function describeParityStore(name: string, makeHarness: () => Promise<ParityStoreHarness>): void {
  describe(`${name}: a parity store`, () => {
    let harness: ParityStoreHarness
    let store: ParityStore
    const write = async (
      state: string,
      change: { readonly removed?: readonly SpilledKey[]; readonly spilled?: readonly SpilledAggregate[] } = {},
    ): Promise<void> => await store.write({ state: Buffer.from(state), removed: [], spilled: [], ...change })
    const reopen = async (): Promise<void> => {
      await store.close()
      store = await harness.openParityStore('orders')
    }
    const ids = (): readonly string[] => [...store.spilledMarks()].map(([aggregate]) => aggregate)
    beforeEach(async () => {
      harness = await makeHarness()
      store = await harness.openParityStore('orders')
    })
    afterEach(async () => {
      await store.close()
      await harness.close()
    })

    test('is empty before anything is written', () => {
      expect([store.state(), ids(), store.spilled({ aggregate: 'a', dueMs: 1 })]).toEqual([null, [], null])
    })

    test('gives what was written last, also when it is closed and opened again', async () => {
      await write('first', { spilled: [spilled('a', 2), spilled('b', 1, 7)] })
      await write('second', { removed: [{ aggregate: 'a', dueMs: 2 }], spilled: [spilled('c', 3)] })
      for (const look of ['at once', 'opened again']) {
        expect(store.state()?.toString(), look).toBe('second')
        expect([...store.spilledMarks()]).toEqual([
          ['b', { dueMs: 1, pendingSinceMs: 7 }],
          ['c', { dueMs: 3, pendingSinceMs: null }],
        ])
        expect(store.spilled({ aggregate: 'b', dueMs: 1 })).toEqual(spilled('b', 1, 7))
        expect(store.spilled({ aggregate: 'a', dueMs: 2 })).toBeNull()
        await reopen()
      }
    })

    test('removes before it adds, and nothing that is not there', async () => {
      await write('1', { spilled: [spilled('a', 1)] })
      await write('2', { removed: [spilled('a', 1), spilled('b', 1)], spilled: [spilled('a', 1, 5)] })
      expect([...store.spilledMarks()]).toEqual([['a', { dueMs: 1, pendingSinceMs: 5 }]])
    })

    test('has everything that was written and not removed, in the order in which it is due', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(anySpilled, { maxLength: 8 }), { maxLength: 4 }), async (batches) => {
          await store.clear()
          const expected = new Map<string, SpilledAggregate>()
          for (const [at, batch] of batches.entries()) {
            const removed = [...expected.values()].filter((_, index) => (index + at) % 3 === 0)
            const keys = (one: SpilledKey): string => `${one.dueMs} ${one.aggregate}`
            for (const one of removed) expected.delete(keys(one))
            for (const one of batch) expected.set(keys(one), one)
            await write(String(at), { removed, spilled: batch })
          }
          const marks = [...store.spilledMarks()]
          expect(marks).toHaveLength(expected.size)
          const dues = marks.map(([, { dueMs }]) => dueMs)
          expect(dues).toEqual(dues.toSorted((a, b) => a - b))
          for (const one of expected.values()) expect(store.spilled(one)).toEqual(one)
          expect(store.state()?.toString()).toBe(batches.length === 0 ? undefined : String(batches.length - 1))
        }),
        { numRuns: 60 },
      )
    })

    test('writes batches in the order of the calls', async () => {
      const writing = Array.from({ length: 20 }, async (_, at) => {
        await write(String(at), { spilled: [spilled('a', 1, at)] })
      })
      await Promise.all(writing)
      expect([store.state()?.toString(), store.spilled(spilled('a', 1))?.pendingSinceMs]).toEqual(['19', 19])
    })

    test('holds nothing when it is cleared, and neither when it is opened again', async () => {
      await write('1', { spilled: [spilled('a', 1)] })
      await store.clear()
      expect([store.state(), ids()]).toEqual([null, []])
      await reopen()
      expect([store.state(), ids()]).toEqual([null, []])
    })

    test('is refused to a second opener until the first has closed it, and to nobody for another mapping', async () => {
      expect(await codeOf(async () => await harness.openParityStore('orders'))).toBe('STORE_IN_USE')
      const other = await harness.openParityStore('customers')
      expect(other.state()).toBeNull()
      await other.close()
      await reopen()
    })

    test('waits with closing for what is being written, and then takes nothing more', async () => {
      const writing = write('1')
      await store.close()
      await writing
      await store.close()
      expect(await codeOf(async () => await write('2'))).toBe('STORE_FAILED')
      expect(() => store.state()).toThrow('closed')
      store = await harness.openParityStore('orders')
      expect(store.state()?.toString()).toBe('1')
    })
  })
}
