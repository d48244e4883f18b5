/** What every Lease promises. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lease } from '../../src/ports/kafka/lease.ts'
import { codeOf, freshSource, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeLease(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a lease`, () => {
    let harness: KafkaHarness
    const opened: Lease[] = []
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => {
      await Promise.all(opened.map(async (lease) => await lease.close()))
      await harness.close()
    })

    const open = (source: string): Lease => {
      const lease = harness.openLease(source)
      opened.push(lease)
      return lease
    }

    test('is granted to the only one who asks', async () => {
      const grant = await open(await freshSource(harness)).acquire()
      expect(grant.ended.aborted).toBe(false)
    })

    test('is granted for different sources at the same time', async () => {
      const sources = [await freshSource(harness), await freshSource(harness)]
      const grants = await Promise.all(sources.map(async (source) => await open(source).acquire()))
      expect(grants.map(({ ended }) => ended.aborted)).toEqual([false, false])
    })

    test('is not taken from its holder by others who ask', async () => {
      const source = await freshSource(harness)
      const grant = await open(source).acquire()
      // In the next turn the question is on its way. Whoever closes while waiting leaves what it has joined first: then
      // its question has been answered. The second one is answered only when the holder has seen how the first one was.
      for (const other of [open(source), open(source)]) {
        const asking = codeOf(async () => await other.acquire())
        await nextTurn()
        await other.close()
        expect(await asking).toBe('LEASE_CLOSED')
      }
      expect(grant.ended.aborted).toBe(false)
    })

    test('tells an instance that is taken in while another one has the source, and not the one that gets it', async () => {
      const source = await freshSource(harness)
      let told = 0
      const count = (): void => void (told += 1)
      await open(source).acquire(count)
      expect(told).toBe(0)
      const other = open(source)
      await new Promise<void>((resolve) => {
        void codeOf(async () => await other.acquire(resolve))
      })
    })

    test('says whether anybody else asks for the source', async () => {
      const source = await freshSource(harness)
      const [holder, other] = [open(source), open(source)]
      const grant = await holder.acquire()
      expect(await grant.alone()).toBe(true)
      const taken = other.acquire()
      await holder.close()
      const next = await taken
      expect(await next.alone()).toBe(true)
      expect(await grant.alone()).not.toBe(true)
    })

    test('passes on when the holder closes it, and not before its grant has ended', async () => {
      const source = await freshSource(harness)
      const [holder, other] = [open(source), open(source)]
      const grant = await holder.acquire()
      const waiting = other.acquire().then((next) => ({ next, endedBefore: grant.ended.aborted }))
      await holder.close()
      const { next, endedBefore } = await waiting
      expect(next.ended.aborted).toBe(false)
      expect(endedBefore).toBe(true)
    })

    test('can be given back and acquired again, in a later generation', async () => {
      const lease = open(await freshSource(harness))
      const first = await lease.acquire()
      await first.release()
      expect(first.ended.aborted).toBe(true)
      const second = await lease.acquire()
      expect(second.generation).toBeGreaterThan(first.generation)
      expect(second.ended.aborted).toBe(false)
      await first.release()
      expect(second.ended.aborted).toBe(false)
    })

    test('ends the wait with LEASE_CLOSED when it is closed, and stays closed', async () => {
      const source = await freshSource(harness)
      await open(source).acquire()
      const other = open(source)
      const waiting = codeOf(async () => await other.acquire())
      await other.close()
      expect(await waiting).toBe('LEASE_CLOSED')
      expect(await codeOf(async () => await other.acquire())).toBe('LEASE_CLOSED')
    })

    test('can be had by the next one after someone stopped waiting for it', async () => {
      const source = await freshSource(harness)
      const [holder, impatient, patient] = [open(source), open(source), open(source)]
      const grant = await holder.acquire()
      const gone = codeOf(async () => await impatient.acquire())
      const waiting = patient.acquire()
      await impatient.close()
      await gone
      await grant.release()
      expect((await waiting).ended.aborted).toBe(false)
    })
  })
}
