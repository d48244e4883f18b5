/** What every ControlLog promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ControlLog } from '../../src/ports/kafka/control-log.ts'
import { codeOf, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeControlLog(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a control log`, () => {
    let harness: KafkaHarness
    let log: ControlLog
    beforeAll(async () => {
      harness = await makeHarness()
      await harness.createTopic(harness.names.registry)
      log = await harness.openControlLog()
    })
    afterAll(async () => {
      await log.close()
      await harness.close()
    })

    test('gives the offset of each record, and reads all of them as they were written', async () => {
      expect(await log.read(0)).toEqual({ records: [], end: 0 })
      const records = ['{"one":1}', 'größer', 'x'.repeat(100_000)].map((text) => Buffer.from(text))
      const offsets: number[] = []
      for (const record of records) offsets.push(await log.append(record))
      expect(offsets).toEqual([0, 1, 2])
      const read = await log.read(0)
      expect(read.end).toBe(3)
      expect(read.records.map(({ offset }) => offset)).toEqual([0, 1, 2])
      for (const [index, record] of records.entries()) expect(read.records[index]?.value.equals(record)).toBe(true)
    })

    test('reads on from an offset, and finds nothing at the end', async () => {
      const offset = await log.append(Buffer.from('next'))
      const { records, end } = await log.read(offset)
      expect(records.map(({ value }) => value.toString())).toEqual(['next'])
      expect(end).toBe(offset + 1)
      expect((await log.read(end)).records).toEqual([])
    })

    test('shows each writer what the other appended, in one order', async () => {
      const other = await harness.openControlLog()
      const from = (await log.read(0)).end
      await log.append(Buffer.from('mine'))
      await other.append(Buffer.from('theirs'))
      const [seen, seenByOther] = [await log.read(from), await other.read(from)]
      expect(seen.records.map(({ value }) => value.toString())).toEqual(['mine', 'theirs'])
      expect(seenByOther).toEqual(seen)
      await other.close()
    })

    describe('waits for more', () => {
      const never = new AbortController().signal
      /** Longer than any test may take: who waits it out has hung. */
      const longWaitMs = 3_600_000
      const endOf = async (): Promise<number> => (await log.read(0)).end

      test('until a record arrives, and reads meanwhile', async () => {
        const end = await endOf()
        const waiting = log.more(end, { maxWaitMs: longWaitMs, ended: never })
        expect(await log.read(end)).toEqual({ records: [], end })
        await log.append(Buffer.from('arrived'))
        expect(await waiting).toBe('arrived')
        expect((await log.read(end)).records.map(({ value }) => value.toString())).toEqual(['arrived'])
      })

      test('no time at all when there is more already', async () => {
        expect(await log.more(0, { maxWaitMs: longWaitMs, ended: never })).toBe('arrived')
      })

      test('as long as it is told to', async () => {
        expect(await log.more(await endOf(), { maxWaitMs: 50, ended: never })).toBe('nothing')
      })

      test('until it is told to end, or is closed', async () => {
        const end = await endOf()
        const [told, closed] = [await harness.openControlLog(), await harness.openControlLog()]
        const ended = new AbortController()
        const both = [
          told.more(end, { maxWaitMs: 10_000, ended: ended.signal }),
          closed.more(end, { maxWaitMs: 10_000, ended: never }),
        ]
        const beganAtMs = performance.now()
        ended.abort()
        await closed.close()
        expect(await Promise.all(both)).toEqual(['nothing', 'nothing'])
        expect(performance.now() - beganAtMs).toBeLessThan(8_000)
        await told.close()
      })

      test('at no offset that the log does not hold', async () => {
        const end = await endOf()
        await harness.deleteBefore(harness.names.registry, 1)
        for (const from of [0, end + 1]) {
          expect(await codeOf(async () => await log.more(from, { maxWaitMs: 10_000, ended: never }))).toBe('RAW_GAP')
        }
      })

      test('in no log that was made anew', async () => {
        await harness.deleteTopic(harness.names.registry)
        await harness.createTopic(harness.names.registry)
        expect(await codeOf(async () => await log.more(0, { maxWaitMs: 10_000, ended: never }))).toBe('WRONG_LOG')
      })
    })
  })
}
