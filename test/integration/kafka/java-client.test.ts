/** The adapter and the Java client read each other's records. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchOf, outputRecord, publish } from '../../contract/kafka-batches.ts'
import { freshName, freshSource, readToEnd, withPublisher } from '../../contract/kafka-harness.ts'
import { type BrokerHarness, brokerHarness } from './broker-harness.ts'
import { javaClient } from './java-client.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

let harness: BrokerHarness
/** A topic for each codec, written by Java. */
const written = new Map<string, string>()
beforeAll(async () => {
  harness = await brokerHarness()
  for (const codec of codecs) {
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

test.each(codecs)('records that Java wrote with codec %s are read as they stand', async (codec) => {
  const topic = written.get(codec) ?? ''
  const log = await harness.openRawLog(topic)
  const batch = await log.read(0, { maxWaitMs: 500, maxBytes: 1_048_576 })
  expect(batch.count).toBe(50)
  expect(batch.codec).toBe(codec)
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

/** Beyond what one block of snappy (32 KiB) and of lz4 (64 KiB) holds. */
const largeValues = Array.from({ length: 300 }, (_, index) => `größer ${index}:${'xyz'.repeat(index)}`)

test.each(codecs.slice(1))(
  'records that the broker itself compresses with %s are read as they were sent',
  async (codec) => {
    const topic = harness.names.rawLog(freshName('raw'))
    await harness.createTopic(topic, 1, { 'compression.type': codec })
    await harness.append(
      topic,
      largeValues.map((value) => ({ value: Buffer.from(value), headers: { n: 'α' } })),
    )
    await harness.append(topic, [{ key: Buffer.from('k'), value: null }])
    const log = await harness.openRawLog(topic)
    expect(await readToEnd(log, 0)).toEqual([...largeValues, 'null'])
    const middle = await log.read(150, { maxWaitMs: 500, maxBytes: 1_048_576 })
    expect(middle.codec).toBe(codec)
    expect(middle.offset(0)).toBe(150)
    expect(middle.value(0)?.toString()).toBe(largeValues[150])
    expect(middle.header(0, 'n')?.toString()).toBe('α')
    await log.close()
  },
)
