/** The adapter and the Java client read each other's records. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchOf, outputRecord, publish } from '../../contract/kafka-batches.ts'
import { codeOf, freshName, freshSource, withPublisher } from '../../contract/kafka-harness.ts'
import { type BrokerHarness, brokerHarness } from './broker-harness.ts'
import { javaClient } from './java-client.ts'

let harness: BrokerHarness
/** A topic for each codec, written by Java. */
const written = new Map<string, string>()
beforeAll(async () => {
  harness = await brokerHarness()
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const topic = harness.names.rawLog(freshName('raw'))
    await harness.createTopic(topic)
    written.set(codec, topic)
  }
  await javaClient('produce', ...[...written].flatMap(([codec, topic]) => [topic, codec]))
})
afterAll(async () => await harness.close())

test('what is published reads the same in Java, checksums and repeated headers included', async () => {
  const source = await freshSource(harness)
  const topic = harness.names.events(freshName('events'))
  await harness.createTopic(topic, 2)
  const fixedHeaders = [['ce_type', 'shop.OrderPlaced'] as const]
  await withPublisher(harness, source, async (publisher) => {
    const records = Array.from({ length: 200 }, (_, index) =>
      outputRecord(topic, { text: `größer ${index}`, fixedHeaders, headers: ['n', String(index), 'n', 'α'] }),
    )
    await publish(publisher, batchOf(source, 1, [...records, outputRecord(topic, { partition: 1, value: null })]))
  })
  await withPublisher(harness, source, async () => await Promise.resolve())
  const lines = await javaClient('read', topic)
  const inOrder = (partition: string): readonly string[] => lines.filter((line) => line.startsWith(partition))
  expect(inOrder('0')).toEqual(
    Array.from({ length: 200 }, (_, index) => `0\tkey\tgrößer ${index}\tce_type=shop.OrderPlaced\tn=${index}\tn=α`),
  )
  expect(inOrder('1')).toEqual(['1\tkey\tnull'])
})

test.each(['none', 'gzip'])('records that Java wrote with codec %s are read as they stand', async (codec) => {
  const topic = written.get(codec) ?? ''
  const log = await harness.openRawLog(topic)
  const batch = await log.read(0, { maxWaitMs: 500, maxBytes: 1_048_576 })
  expect(batch.count).toBe(50)
  for (let index = 0; index < 50; index++) {
    expect(batch.offset(index)).toBe(index)
    expect(batch.key(index)?.toString() ?? null).toBe(index % 5 === 0 ? null : `key ${index}`)
    const value = index % 7 === 0 ? null : `größer ${index}${'x'.repeat(index * 10)}`
    expect(batch.value(index)?.toString() ?? null).toBe(value)
    expect(batch.header(index, 'index')?.toString()).toBe(String(index))
  }
  await log.close()
  const timestamps: number[] = []
  const signal = new AbortController().signal
  for await (const record of harness.topicReader.read(topic, { from: 'beginning', follow: false, signal })) {
    timestamps.push(record.timestampMs)
  }
  expect(timestamps).toEqual(
    Array.from({ length: 50 }, (_, index) => 1_700_000_000_000 + index * 1_000 - (index % 3) * 90_000),
  )
})

test.each(['snappy', 'lz4', 'zstd'])('codec %s is refused by name', async (codec) => {
  const topic = written.get(codec) ?? ''
  const log = await harness.openRawLog(topic)
  const reading = async () => await log.read(0, { maxWaitMs: 500, maxBytes: 1_048_576 })
  expect(await codeOf(reading)).toBe('UNSUPPORTED_CODEC')
  await expect(reading()).rejects.toThrow(`compressed with ${codec}`)
  await log.close()
})
