/** What every Lease promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lease } from '../../src/ports/lease.ts'
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

    test('is not taken from its holder by another who asks, and passes on when the holder closes it', async () => {
      const source = await freshSource(harness)
      const [holder, other] = [open(source), open(source)]
      const grant = await holder.acquire()
      let endedFirst: boolean | null = null
      const waiting = other.acquire().then((next) => {
        endedFirst = grant.ended.aborted
        return next
      })
      // Whoever joins is told after the next look of the holder; until then nothing can have happened.
      expect(endedFirst).toBeNull()
      await holder.close()
      expect((await waiting).ended.aborted).toBe(false)
      expect(endedFirst).toBe(true)
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
