/** What every ControlLog promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ControlLog } from '../../src/ports/control-log.ts'
import type { KafkaHarness, MakeHarness } from './kafka-harness.ts'

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
  })
}
