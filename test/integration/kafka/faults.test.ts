/** What the adapter makes of a broker that answers late, not at all, or with something old. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { publishSteps } from '../../../src/adapters/kafka/transactional-output.ts'
import { batchOf, outputRecord, publish, transactionTimeoutMs } from '../../contract/kafka-batches.ts'
import { codeOf, freshName, freshSource, withPublisher } from '../../contract/kafka-harness.ts'
import { type BrokerHarness, brokerHarness } from './broker-harness.ts'

let harness: BrokerHarness
beforeAll(async () => {
  harness = await brokerHarness()
})
afterAll(async () => await harness.close())

const fresh = async (): Promise<{ source: string; topic: string }> => {
  const source = await freshSource(harness)
  const topic = harness.names.events(freshName('events'))
  await harness.createTopic(topic, 3)
  return { source, topic }
}

/** What is visible as soon as every transaction of the source has come to its end. */
const visible = async (source: string, topic: string): Promise<(string | null)[]> => {
  await withPublisher(harness, source, async () => await Promise.resolve())
  return (await harness.readCommitted(topic)).map(({ value }) => value)
}

describe('a publisher', () => {
  test.each([
    ['Produce', 'response', 'drop'],
    ['Produce', 'response', 'cut'],
    ['Produce', 'request', 'drop'],
    ['AddPartitionsToTxn', 'response', 'drop'],
    ['AddPartitionsToTxn', 'request', 'cut'],
    ['EndTxn', 'request', 'cut'],
  ] as const)('does not know the outcome after the %s %s was lost (%s), and nothing is visible', async (...rule) => {
    const [api, direction, action] = rule
    const { source, topic } = await fresh()
    const batch = batchOf(source, 1, [outputRecord(topic, { text: 'once' })])
    await withPublisher(harness, source, async (publisher) => {
      const trap = harness.proxy.trap({ api, direction, action })
      expect(await codeOf(async () => await publish(publisher, batch))).toBe('PUBLISH_UNCERTAIN')
      await trap.sprung
    })
    expect(await visible(source, topic)).toEqual([])
    await withPublisher(harness, source, async (publisher) => {
      expect(publisher.checkpoint).toBeNull()
      await publish(publisher, batch)
    })
    expect(await visible(source, topic)).toEqual(['once'])
  })

  test('shows nothing of a large batch before it is committed, and then all of it', async () => {
    const { source, topic } = await fresh()
    const records = Array.from({ length: 5_000 }, (_, index) => outputRecord(topic, { partition: index % 3 }))
    await withPublisher(harness, source, async (publisher) => {
      const commit = harness.proxy.trap({ api: 'EndTxn', direction: 'request', action: 'hold' })
      const published = publish(publisher, batchOf(source, 1, records))
      await commit.sprung
      expect(await harness.readCommitted(topic)).toEqual([])
      commit.release()
      await published
    })
    expect(await visible(source, topic)).toHaveLength(5_000)
  })

  test('cannot be committed by a request of an older one that arrives late', async () => {
    const { source, topic } = await fresh()
    await withPublisher(harness, source, async (older) => {
      const held = harness.proxy.trap({ api: 'EndTxn', direction: 'request', action: 'hold' })
      const torn = batchOf(source, 1, [outputRecord(topic, { text: 'of the older' })])
      expect(await codeOf(async () => await publish(older, torn))).toBe('PUBLISH_UNCERTAIN')
      await withPublisher(harness, source, async (newer) => {
        const lost = harness.proxy.trap({ api: 'EndTxn', direction: 'request', action: 'drop' })
        const half = batchOf(source, 2, [outputRecord(topic, { text: 'half of the newer' })])
        const publishing = codeOf(async () => await publish(newer, half))
        await lost.sprung
        held.release()
        expect(await publishing).toBe('PUBLISH_UNCERTAIN')
      })
    })
    expect(await visible(source, topic)).toEqual([])
  })

  test('refuses to start from a checkpoint that was read before its barrier', async () => {
    const { source, topic } = await fresh()
    await withPublisher(harness, source, async (publisher) => await publish(publisher, batchOf(source, 1, [])))
    const stale = harness.proxy.trap({ api: 'Fetch', direction: 'response', action: 'repeat' })
    await withPublisher(harness, source, async (publisher) => {
      // Not before: its first look may come before its barrier can be seen.
      stale.arm()
      expect(publisher.checkpoint?.next).toBe(1)
      await publish(publisher, batchOf(source, 2, [outputRecord(topic, {})]))
    })
    const opening = async () => await harness.openPublisher({ source, transactionTimeoutMs })
    expect(await codeOf(opening)).toBe('BARRIER_NOT_SEEN')
    stale.release()
    await withPublisher(harness, source, async ({ checkpoint }) => {
      expect((await Promise.resolve(checkpoint))?.next).toBe(2)
    })
  })

  test('cannot be opened while the broker is away, and can be afterwards', async () => {
    const { source } = await fresh()
    harness.proxy.partition('closed')
    const opening = async () => await harness.openPublisher({ source, transactionTimeoutMs })
    expect(await codeOf(opening)).toBe('PUBLISH_UNCERTAIN')
    harness.proxy.partition('open')
    await withPublisher(harness, source, async ({ checkpoint }) => {
      expect(await Promise.resolve(checkpoint)).toBeNull()
    })
  })

  test('is refused with a time for its transactions that the broker does not grant', async () => {
    const { source } = await fresh()
    const tooLongMs = 24 * 3_600_000
    const opening = async () => await harness.openPublisher({ source, transactionTimeoutMs: tooLongMs })
    expect(await codeOf(opening)).toBe('PUBLISH_REFUSED')
  })

  test('is used by one caller at a time', async () => {
    const { source, topic } = await fresh()
    await withPublisher(harness, source, async (publisher) => {
      const first = publish(publisher, batchOf(source, 1, [outputRecord(topic, { text: 'first' })]))
      expect(await codeOf(async () => await publish(publisher, batchOf(source, 2, [])))).toBe('PUBLISHER_SPENT')
      await first
    })
    expect(await visible(source, topic)).toEqual(['first'])
  })

  const committedFrom = publishSteps.indexOf('after-end-transaction-sent')
  test.each(publishSteps.map((step, index) => [step, index >= committedFrom ? ['1', '2'] : ['1']] as const))(
    'that is killed at %s leaves %j behind',
    async (step, values) => {
      const { source, topic } = await fresh()
      const script = fileURLToPath(new URL('./publish-and-die.ts', import.meta.url))
      const prefix = harness.names.events('')
      const child = spawn(process.execPath, [script, inject('stack').brokers, prefix, source, topic, step], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)))
      expect(signal).toBe('SIGKILL')
      expect(await visible(source, topic)).toEqual(values)
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect((await Promise.resolve(checkpoint))?.next).toBe(values.length)
      })
    },
  )
})

describe('a raw log', () => {
  test('does not wait for ever for an answer that was lost, and can be opened again', async () => {
    const topic = harness.names.rawLog(freshName('raw'))
    await harness.createTopic(topic)
    await harness.append(topic, [{ value: Buffer.from('still there') }])
    const log = await harness.openRawLog(topic)
    harness.proxy.trap({ api: 'Fetch', direction: 'response', action: 'drop' })
    const reading = async () => await log.read(0, { maxWaitMs: 10, maxBytes: 1_000 })
    expect(await codeOf(reading)).toBe('KAFKA_UNREACHABLE')
    await log.close()
    const again = await harness.openRawLog(topic)
    expect((await again.read(0, { maxWaitMs: 10, maxBytes: 1_000 })).value(0)?.toString()).toBe('still there')
    await again.close()
  })

  test('says that the broker is away, and of a topic that is not there that it is missing', async () => {
    const topic = harness.names.rawLog(freshName('raw'))
    await harness.createTopic(topic)
    const log = await harness.openRawLog(topic)
    harness.proxy.partition('closed')
    const reading = async () => await log.read(0, { maxWaitMs: 10, maxBytes: 1_000 })
    expect(await codeOf(reading)).toBe('KAFKA_UNREACHABLE')
    expect(await codeOf(async () => await harness.openRawLog(topic))).toBe('KAFKA_UNREACHABLE')
    harness.proxy.partition('open')
    expect(await codeOf(async () => await harness.openRawLog(freshName('nowhere')))).toBe('TOPIC_MISSING')
    await log.close()
  })
})

describe('after the broker was away', () => {
  test('topics are described, read and found again through the same objects', async () => {
    const topic = harness.names.events(freshName('events'))
    await harness.createTopic(topic, 2)
    await harness.append(topic, [{ key: Buffer.from('key'), value: Buffer.from('before') }])
    const { topicAdmin, topicReader } = harness
    const look = async (): Promise<readonly unknown[]> => {
      const described = await topicAdmin.describe([topic])
      const range = await topicReader.range(topic)
      return [described.get(topic)?.partitions, range]
    }
    const before = await look()
    harness.proxy.partition('closed')
    expect(await codeOf(async () => await topicAdmin.describe([topic]))).toBe('KAFKA_UNREACHABLE')
    expect(await codeOf(async () => await topicReader.range(topic))).toBe('KAFKA_UNREACHABLE')
    harness.proxy.partition('open')
    expect(await look()).toEqual(before)
  })

  test('all who share a reader go on, however often it goes away in the middle of what they read', async () => {
    const topic = harness.names.events(freshName('events'))
    await harness.createTopic(topic, 3)
    const stop = new AbortController()
    const readers = Array.from({ length: 4 }, () => ({ answers: 0, failures: 0 }))
    const reading = readers.map(async (reader) => {
      while (!stop.signal.aborted) {
        try {
          await harness.topicReader.readFrom(topic, [0, 0, 0], { maxWaitMs: 20 })
          reader.answers += 1
        } catch {
          reader.failures += 1
        }
      }
    })
    const each = async (what: 'answers' | 'failures'): Promise<void> => {
      const before = readers.map((reader) => reader[what])
      while (readers.some((reader, at) => reader[what] === before[at])) await new Promise(setImmediate)
    }
    for (let away = 0; away < 20; away++) {
      await each('answers')
      harness.proxy.partition('closed')
      await each('failures')
      harness.proxy.partition('open')
    }
    await each('answers')
    stop.abort()
    await Promise.all(reading)
  })

  test('a topic that was made anew is read anew', async () => {
    const topic = harness.names.events(freshName('events'))
    await harness.createTopic(topic)
    await harness.append(topic, [{ key: Buffer.from('key'), value: Buffer.from('old') }])
    expect((await harness.topicReader.latest(topic, 'key'))?.value?.toString()).toBe('old')
    await harness.deleteTopic(topic)
    await harness.createTopic(topic)
    await harness.append(topic, [{ key: Buffer.from('key'), value: Buffer.from('new') }])
    expect(await codeOf(async () => await harness.topicReader.latest(topic, 'key'))).toBe('WRONG_LOG')
    expect((await harness.topicReader.latest(topic, 'key'))?.value?.toString()).toBe('new')
  })
})
