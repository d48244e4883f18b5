/** What every RawLog promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RawLog } from '../../src/ports/kafka/raw-log.ts'
import { codeOf, freshName, type KafkaHarness, type MakeHarness, readToEnd } from './kafka-harness.ts'

const wait = { maxWaitMs: 100, maxBytes: 1_048_576 }
const text = (value: string): { readonly value: Buffer } => ({ value: Buffer.from(value) })

export function describeRawLog(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a raw log`, () => {
    let harness: KafkaHarness
    const opened: RawLog[] = []
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => {
      await Promise.all(opened.map(async (log) => await log.close()))
      await harness.close()
    })

    const fresh = async (): Promise<{ topic: string; log: RawLog }> => {
      const topic = harness.names.rawLog(freshName('raw'))
      await harness.createTopic(topic)
      return { topic, log: await open(topic) }
    }
    const open = async (topic: string): Promise<RawLog> => {
      const log = await harness.openRawLog(topic)
      opened.push(log)
      return log
    }

    test('gives records as they stand in the log, in order', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, [
        { key: Buffer.from('k1'), value: Buffer.from('größer'), headers: { __debezium: 'new', other: 'α' } },
        { key: Buffer.from('k2'), value: null },
        { value: Buffer.alloc(0) },
      ])
      const batch = await log.read(0, wait)
      expect(batch.count).toBe(3)
      expect(batch.end).toBe(batch.next)
      expect([0, 1, 2].map((index) => batch.offset(index))).toEqual([0, 1, 2])
      expect([0, 1, 2].map((index) => batch.key(index)?.toString() ?? null)).toEqual(['k1', 'k2', null])
      expect([0, 1, 2].map((index) => batch.value(index)?.toString() ?? null)).toEqual(['größer', null, ''])
      expect(batch.header(0, 'other')?.toString()).toBe('α')
      expect(batch.header(0, 'missing')).toBeNull()
      expect(batch.header(2, 'other')).toBeNull()
      expect(batch.next).toBe(3)
      expect(batch.codec).toBe('none')
      expect((await log.read(3, wait)).codec).toBeNull()
    })

    test('gives the timestamp of a record, the same whenever it is read', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, ['a', 'b'].map(text))
      const [first, again] = [await log.read(0, wait), await (await open(topic)).read(1, wait)]
      expect(first.timestampMs(0)).toBeGreaterThan(0)
      expect(again.timestampMs(0)).toBe(first.timestampMs(1))
    })

    test('goes on from the middle, and gives no record twice', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, ['a', 'b', 'c', 'd'].map(text))
      const batch = await log.read(2, wait)
      expect(batch.offset(0)).toBe(2)
      expect(batch.value(0)?.toString()).toBe('c')
      expect(batch.count).toBe(2)
    })

    test('gives everything once in pieces of about the asked size', async () => {
      const { topic, log } = await fresh()
      const values = Array.from({ length: 400 }, (_, index) => `${index}:${'x'.repeat(500)}`)
      for (let from = 0; from < values.length; from += 40) {
        await harness.append(topic, values.slice(from, from + 40).map(text))
      }
      expect((await log.read(0, { ...wait, maxBytes: 30_000 })).count).toBeLessThan(200)
      expect(await readToEnd(log, 0, 30_000)).toEqual(values)
    })

    test('gives a record that is larger than the asked size', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, [text('x'.repeat(50_000))])
      expect((await log.read(0, { ...wait, maxBytes: 1_000 })).value(0)?.length).toBe(50_000)
    })

    test('gives an empty batch at the end, and does not wait for the full time when a record comes', async () => {
      const { topic, log } = await fresh()
      expect((await log.read(0, { ...wait, maxWaitMs: 10 })).count).toBe(0)
      const reading = log.read(0, { ...wait, maxWaitMs: 60_000 })
      await harness.append(topic, [text('at last')])
      expect((await reading).value(0)?.toString()).toBe('at last')
    })

    test('keeps what it gave valid while the next batch is read', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, [text('first')])
      const batch = await log.read(0, wait)
      const value = batch.value(0)
      await harness.append(topic, [text('second')])
      await log.read(1, wait)
      expect(value?.toString()).toBe('first')
      expect(batch.value(0)?.toString()).toBe('first')
    })

    test('knows where it begins and ends', async () => {
      const { topic, log } = await fresh()
      expect(await log.range()).toEqual({ first: 0, end: 0 })
      await harness.append(topic, ['a', 'b', 'c'].map(text))
      await harness.deleteBefore(topic, 1)
      expect(await log.range()).toEqual({ first: 1, end: 3 })
    })

    test('raises RAW_GAP before what is still there and behind the end', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, ['a', 'b', 'c'].map(text))
      await harness.deleteBefore(topic, 2)
      expect(await codeOf(async () => await log.read(1, wait))).toBe('RAW_GAP')
      expect(await codeOf(async () => await log.read(9, wait))).toBe('RAW_GAP')
      expect((await log.read(2, wait)).value(0)?.toString()).toBe('c')
    })

    test('raises WRONG_LOG when the topic was deleted and made anew', async () => {
      const { topic, log } = await fresh()
      await harness.append(topic, ['a', 'b'].map(text))
      await log.read(0, wait)
      await harness.deleteTopic(topic)
      await harness.createTopic(topic)
      await harness.append(topic, ['another a', 'another b', 'another c'].map(text))
      expect(await codeOf(async () => await log.read(2, wait))).toBe('WRONG_LOG')
    })

    test('shows the records of a transaction when it is committed, and not before', async () => {
      const { topic, log } = await fresh()
      const writer = await harness.writer(topic)
      await writer.begin()
      await writer.append(text('in transaction'))
      await harness.append(topic, [text('plain, behind it')])
      expect((await log.read(0, wait)).count).toBe(0)
      await writer.end('commit')
      expect(await readToEnd(log, 0)).toEqual(['in transaction', 'plain, behind it'])
    })

    test('leaves out aborted transactions, and goes past them', async () => {
      const { topic, log } = await fresh()
      const writer = await harness.writer(topic)
      await writer.begin()
      await writer.append(text('aborted'))
      await writer.end('abort')
      await writer.begin()
      await writer.append(text('committed'))
      await writer.end('commit')
      expect(await readToEnd(log, 0)).toEqual(['committed'])
      const { end } = await log.range()
      expect(end).toBe(4)
    })

    test('leaves out aborted transactions that were completed in another order than begun', async () => {
      const { topic, log } = await fresh()
      const [long, short] = [await harness.writer(topic), await harness.writer(topic)]
      await long.begin()
      await long.append(text('long, aborted'))
      await short.begin()
      await short.append(text('short, aborted'))
      await short.end('abort')
      await long.append(text('long again, aborted'))
      await long.end('abort')
      await harness.append(topic, [text('plain')])
      expect(await readToEnd(log, 0)).toEqual(['plain'])
    })

    test('leaves out both of two aborted transactions when it begins inside them', async () => {
      const { topic, log } = await fresh()
      const [one, other] = [await harness.writer(topic), await harness.writer(topic)]
      await one.begin()
      await one.append(text('one'))
      await other.begin()
      await other.append(text('other'))
      await one.append(text('one again'))
      await other.append(text('other again'))
      await one.end('abort')
      await other.end('abort')
      await harness.append(topic, [text('plain')])
      for (const from of [0, 1, 2, 3]) expect(await readToEnd(log, from)).toEqual(['plain'])
    })

    test('does not take a record whose key is four zero bytes for the end of its transaction', async () => {
      const { topic, log } = await fresh()
      const writer = await harness.writer(topic)
      await writer.begin()
      await writer.append({ key: Buffer.alloc(4), value: Buffer.from('key of zeros, aborted') })
      await writer.append(text('behind it, aborted'))
      await writer.end('abort')
      await harness.append(topic, [{ key: Buffer.alloc(4), value: Buffer.from('key of zeros, plain') }])
      expect(await readToEnd(log, 0)).toEqual(['key of zeros, plain'])
    })
  })
}
