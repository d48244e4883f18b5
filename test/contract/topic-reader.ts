/** What every TopicReader promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TopicRecord } from '../../src/ports/kafka/topic-reader.ts'
import { freshName, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

const never = new AbortController().signal

export function describeTopicReader(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a topic reader`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    const fresh = async (partitions = 1): Promise<string> => {
      const topic = harness.names.events(freshName('read'))
      await harness.createTopic(topic, partitions)
      return topic
    }
    const append = async (topic: string, key: string, value: string, partition = 0): Promise<void> => {
      await harness.append(topic, [{ key: Buffer.from(key), value: Buffer.from(value), partition }])
    }

    test('reads all partitions, each in order, up to the end', async () => {
      const topic = await fresh(3)
      for (let index = 0; index < 9; index++) await append(topic, 'key', `value ${index}`, index % 3)
      const records: TopicRecord[] = []
      for await (const record of harness.topicReader.read(topic, { from: 'beginning', follow: false, signal: never })) {
        records.push(record)
      }
      expect(records).toHaveLength(9)
      for (const partition of [0, 1, 2]) {
        const own = records.filter((record) => record.partition === partition)
        expect(own.map(({ offset }) => offset)).toEqual([0, 1, 2])
        expect(own.map(({ value }) => value?.toString())).toEqual(
          [0, 1, 2].map((round) => `value ${round * 3 + partition}`),
        )
      }
      expect(records[0]?.timestampMs).toBeGreaterThan(Date.UTC(2020, 0))
    })

    test('gives keys, tombstones and headers', async () => {
      const topic = await fresh()
      await harness.append(topic, [{ key: Buffer.from('gone'), value: null, headers: { constructor: 'plain data' } }])
      for await (const record of harness.topicReader.read(topic, { from: 'beginning', follow: false, signal: never })) {
        expect(record.key?.toString()).toBe('gone')
        expect(record.value).toBeNull()
        expect(record.headers.get('constructor')?.toString()).toBe('plain data')
      }
    })

    test('follows from the end until it is told to stop', async () => {
      const topic = await fresh(2)
      await append(topic, 'key', 'old')
      const stop = new AbortController()
      const following = harness.topicReader.read(topic, { from: 'end', follow: true, signal: stop.signal })
      const seen: (string | undefined)[] = []
      const reading = (async () => {
        for await (const { value } of following) {
          seen.push(value?.toString())
          if (value?.toString() === 'last') stop.abort()
        }
      })()
      // Appended until one is seen: where "the end" was is known when the first of them arrives.
      let probes = 0
      while (seen.length === 0) await append(topic, 'key', `probe ${probes++}`, 1)
      await append(topic, 'key', 'last', 1)
      await reading
      expect(seen).not.toContain('old')
      expect(seen.at(-1)).toBe('last')
    })

    test('finds the newest record of a key, however far back it stands', async () => {
      const topic = await fresh()
      await append(topic, 'wanted', 'older')
      await append(topic, 'wanted', 'newest')
      const others = Array.from({ length: 500 }, (_, index) => ({
        key: Buffer.from('other'),
        value: Buffer.from(`${index}`),
      }))
      await harness.append(topic, others)
      expect((await harness.topicReader.latest(topic, 'wanted'))?.value?.toString()).toBe('newest')
      expect((await harness.topicReader.latest(topic, 'other'))?.value?.toString()).toBe('499')
      expect(await harness.topicReader.latest(topic, 'missing')).toBeNull()
    })

    test('shows committed records only', async () => {
      const topic = await fresh()
      await append(topic, 'key', 'committed')
      const writer = await harness.writer(topic)
      await writer.begin()
      await writer.append({ key: Buffer.from('key'), value: Buffer.from('aborted') })
      await writer.end('abort')
      expect((await harness.topicReader.latest(topic, 'key'))?.value?.toString()).toBe('committed')
      const seen: (string | undefined)[] = []
      for await (const { value } of harness.topicReader.read(topic, {
        from: 'beginning',
        follow: false,
        signal: never,
      })) {
        seen.push(value?.toString())
      }
      expect(seen).toEqual(['committed'])
    })

    test('reads each partition from an offset of its own, and says where to go on', async () => {
      const topic = await fresh(2)
      for (const value of ['a', 'b', 'c']) await append(topic, 'key', value, 0)
      await append(topic, 'key', 'd', 1)
      const { records, next, ends } = await harness.topicReader.readFrom(topic, [1, 0], { maxWaitMs: 1_000 })
      expect(records.map(({ partition, value }) => `${partition} ${value?.toString() ?? ''}`)).toEqual([
        '0 b',
        '0 c',
        '1 d',
      ])
      expect([next, ends]).toEqual([
        [3, 1],
        [3, 1],
      ])
    })

    test('gives nothing, and where to go on, when nothing comes in time', async () => {
      const topic = await fresh()
      await append(topic, 'key', 'a')
      const { records, next } = await harness.topicReader.readFrom(topic, [1], { maxWaitMs: 10 })
      expect([records, next]).toEqual([[], [1]])
    })

    test('does not pass over what a partition does not hold any more', async () => {
      const topic = await fresh()
      for (const value of ['a', 'b']) await append(topic, 'key', value)
      await harness.deleteBefore(topic, 1)
      await expect(harness.topicReader.readFrom(topic, [0], { maxWaitMs: 10 })).rejects.toMatchObject({
        code: 'RAW_GAP',
      })
    })

    test('finds where a time begins in each partition', async () => {
      const topic = await fresh(2)
      await append(topic, 'key', 'a', 0)
      const [first] = (await harness.topicReader.readFrom(topic, [0, 0], { maxWaitMs: 1_000 })).records
      const atMs = first?.timestampMs ?? 0
      expect(await harness.topicReader.offsetsAt(topic, atMs)).toEqual([0, 0])
      expect(await harness.topicReader.offsetsAt(topic, atMs + 3_600_000)).toEqual([1, 0])
    })

    test('knows first and end of each partition', async () => {
      const topic = await fresh(2)
      await append(topic, 'key', 'one', 1)
      await append(topic, 'key', 'two', 1)
      expect(await harness.topicReader.range(topic)).toEqual([
        { first: 0, end: 0 },
        { first: 0, end: 2 },
      ])
    })
  })
}
