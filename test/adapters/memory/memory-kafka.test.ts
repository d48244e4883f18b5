/** The contracts of the Kafka ports, kept by the adapters in memory. */
import { describe, expect, test } from 'vitest'
import { type MemoryKafka, memoryKafka } from '../../../src/adapters/memory/memory-kafka.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { describeAppendRecord } from '../../contract/append-record.ts'
import { describeConsumerGroups } from '../../contract/consumer-groups.ts'
import { describeControlLog } from '../../contract/control-log.ts'
import { batchOf, outputRecord, publish, transactionTimeoutMs } from '../../contract/kafka-batches.ts'
import { codeOf, type KafkaHarness } from '../../contract/kafka-harness.ts'
import { describeLease } from '../../contract/lease.ts'
import { describeNativePublisher } from '../../contract/native-publisher.ts'
import { describeOwnershipLog } from '../../contract/ownership-log.ts'
import { describeProducerIds } from '../../contract/producer-ids.ts'
import { describePublisher } from '../../contract/publisher.ts'
import { describeRawLog } from '../../contract/raw-log.ts'
import { describeTopicAdmin } from '../../contract/topic-admin.ts'
import { describeTopicReader } from '../../contract/topic-reader.ts'
import { describeTransactionalOutput } from '../../contract/transactional-output.ts'

const names = topicNames('memory.')
const newKafka = (): MemoryKafka => memoryKafka({ names, clock: systemClock })

function memoryHarness(): KafkaHarness {
  const kafka = newKafka()
  const { cluster } = kafka
  let writers = 0
  return {
    ...kafka,
    names,
    requestTimeoutMs: 1_000,
    createTopic: async (topic, partitions = 1, config = {}) => {
      cluster.createTopic(topic, partitions, config)
      await Promise.resolve()
    },
    deleteTopic: async (topic) => {
      cluster.deleteTopic(topic)
      await Promise.resolve()
    },
    append: async (topic, records) => {
      for (const { headers = {}, ...record } of records) {
        const entries = Object.entries(headers).map(([name, value]): [string, Buffer] => [name, Buffer.from(value)])
        cluster.append(topic, { ...record, headers: entries })
      }
      await Promise.resolve()
    },
    writer: async (topic) => {
      writers += 1
      const transactionalId = `writer ${writers}`
      const producer = cluster.openProducer(transactionalId)
      const [partition] = cluster.topic(topic).partitions
      return await Promise.resolve({
        transactionalId,
        begin: async () => await Promise.resolve(),
        append: async ({ key, value }) => {
          if (partition !== undefined) cluster.appendTransactional(producer, partition, { key: key ?? null, value })
          await Promise.resolve()
        },
        end: async (outcome) => {
          cluster.endTransaction(producer, outcome === 'commit' ? 'committed' : 'aborted')
          await Promise.resolve()
        },
      })
    },
    consumer: async (group, topic) => {
      const committed = new Map([[topic, cluster.topic(topic).partitions.map(({ end }) => end)]])
      kafka.groups.set(group, { members: [[topic]], committed })
      const leave = async (): Promise<void> => {
        kafka.groups.set(group, { members: [], committed })
        await Promise.resolve()
      }
      return await Promise.resolve({ leave })
    },
    deleteBefore: async (topic, offset) => {
      cluster.partition(topic, 0)?.deleteBefore(offset)
      await Promise.resolve()
    },
    readCommitted: async (topic) =>
      await Promise.resolve(
        cluster.topic(topic).partitions.flatMap((log, partition) =>
          log.read(0, Number.MAX_SAFE_INTEGER).records.map(({ record }) => ({
            partition,
            key: record.key?.toString() ?? null,
            value: record.value?.toString() ?? null,
            headers: Object.fromEntries(record.headers.map(([name, value]) => [name, value.toString()])),
          })),
        ),
      ),
    loseNextCommit: (what) => cluster.failNext(what === 'answer' ? 'commit-unknown-applied' : 'commit-unknown-lost'),
  }
}

const makeHarness = async (): Promise<KafkaHarness> => await Promise.resolve(memoryHarness())

describePublisher('in memory', makeHarness)
describeRawLog('in memory', makeHarness)
describeLease('in memory', makeHarness)
describeControlLog('in memory', makeHarness)
describeTopicAdmin('in memory', makeHarness)
describeTopicReader('in memory', makeHarness)
describeAppendRecord('in memory', makeHarness)
describeTransactionalOutput('in memory', makeHarness)
describeOwnershipLog('in memory', makeHarness)
describeNativePublisher('in memory', makeHarness)
describeConsumerGroups('in memory', makeHarness)
describeProducerIds('in memory', makeHarness)

describe('the cluster in memory', () => {
  test('refuses a batch on demand, and nothing of it is visible', async () => {
    const kafka = newKafka()
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    kafka.cluster.failNext('refused')
    expect(await codeOf(async () => await publish(publisher, batchOf('shop', 1, [])))).toBe('PUBLISH_REFUSED')
    expect((await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })).checkpoint).toBeNull()
  })

  test('cuts everybody off and lets them back in', async () => {
    const kafka = newKafka()
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    kafka.cluster.createTopic('raw', 1)
    const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    const log = await kafka.openRawLog('raw')
    kafka.cluster.setReachable('no')
    expect(await codeOf(async () => await publish(publisher, batchOf('shop', 1, [])))).toBe('PUBLISH_UNCERTAIN')
    expect(await codeOf(async () => await log.read(0, { maxWaitMs: 1, maxBytes: 1 }))).toBe('KAFKA_UNREACHABLE')
    expect(await codeOf(async () => await kafka.openRawLog('raw'))).toBe('KAFKA_UNREACHABLE')
    const opening = async () => await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    expect(await codeOf(opening)).toBe('PUBLISH_UNCERTAIN')
    kafka.cluster.setReachable('yes')
    expect(await codeOf(async () => await kafka.openRawLog('raw'))).toBe('none')
  })

  test('aborts a transaction that outlasts its time-out, and fences its producer', async () => {
    const kafka = newKafka()
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs: 5 })
    kafka.cluster.setPaceMs(names.transactionalId('shop'), 20)
    expect(await codeOf(async () => await publish(publisher, batchOf('shop', 1, [])))).toBe('FENCED')
    const patient = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    expect(patient.checkpoint).toBeNull()
    expect(await codeOf(async () => await publish(patient, batchOf('shop', 1, [])))).toBe('none')
  })

  test('refuses a batch whose records are too large together, until the limit is raised', async () => {
    const kafka = newKafka()
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    kafka.cluster.createTopic('events', 1, { 'max.message.bytes': '1000' })
    const records = ['one', 'other'].map((key) =>
      outputRecord('events', { key: Buffer.from(key), text: 'x'.repeat(600) }),
    )
    const attempt = async (): Promise<void> => {
      const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
      await publish(publisher, batchOf('shop', 1, records))
    }
    expect(await codeOf(attempt)).toBe('PUBLISH_REFUSED')
    kafka.cluster.alterTopic('events', { 'max.message.bytes': '2000' })
    expect(await codeOf(attempt)).toBe('none')
  })

  test('takes no batch above a broker’s usual limit, and names its largest record', async () => {
    const kafka = newKafka()
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    kafka.cluster.createTopic('events', 1)
    const sized = (bytes: number) => batchOf('shop', 1, [outputRecord('events', { value: Buffer.alloc(bytes) })])
    const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    await publish(publisher, sized(1_048_000))
    await expect(publish(publisher, sized(1_048_588))).rejects.toMatchObject({
      code: 'PUBLISH_REFUSED',
      message: 'a batch of 1048664 bytes is too large for events; the largest of 1 records has 1048603',
    })
  })

  test('has the batches of a transaction in the log before its end, and aborts them when its time is over', async () => {
    const clock = systemClock
    const kafka = memoryKafka({ names, clock, batchBytesMax: 100 })
    kafka.cluster.createTopic(names.checkpoint('shop'), 1)
    kafka.cluster.createTopic('events', 1)
    const publisher = await kafka.openPublisher({ source: 'shop', transactionTimeoutMs: 10 })
    for (const text of ['one', 'two']) await publisher.append(outputRecord('events', { text: text.repeat(20) }))
    const log = kafka.cluster.partition('events', 0)
    expect([log?.end, log?.lastStable]).toEqual([1, 0])
    await clock.sleep(30)
    expect([log?.end, log?.lastStable]).toEqual([2, 2])
    expect(await codeOf(async () => await publish(publisher, batchOf('shop', 1, [])))).toBe('FENCED')
    expect(log?.read(0, 1_000).records).toEqual([])
  })

  test('refuses whoever has no right to an id or a topic', async () => {
    const kafka = newKafka()
    const checkpoints = { topic: names.checkpoint('shop'), partitions: 1, config: {} }
    kafka.cluster.setAllowed(checkpoints.topic, 'no')
    expect(await codeOf(async () => await kafka.topicAdmin.ensure([checkpoints]))).toBe('KAFKA_UNREACHABLE')
    kafka.cluster.setAllowed(checkpoints.topic, 'yes')
    await kafka.topicAdmin.ensure([checkpoints])
    const open = async () => await kafka.openPublisher({ source: 'shop', transactionTimeoutMs })
    const publisher = await open()
    kafka.cluster.setAllowed(names.transactionalId('shop'), 'no')
    expect(await codeOf(async () => await publish(publisher, batchOf('shop', 1, [])))).toBe('PUBLISH_REFUSED')
    expect(await codeOf(open)).toBe('PUBLISH_REFUSED')
    kafka.cluster.setAllowed(names.transactionalId('shop'), 'yes')
    expect(await codeOf(open)).toBe('none')
  })

  test('tells nothing of an id that may not be used, and does not fence it', async () => {
    const { cluster, producerIds } = newKafka()
    cluster.openProducer('orders-1')
    cluster.setAllowed('orders-1', 'no')
    expect(await codeOf(async () => await producerIds.describe(['orders-1']))).toBe('NOT_AUTHORISED')
    expect(await codeOf(async () => await producerIds.fence(['orders-1']))).toBe('NOT_AUTHORISED')
    cluster.setAllowed('orders-1', 'yes')
    expect(await producerIds.describe(['orders-1'])).toMatchObject([{ epoch: 0 }])
  })

  test('tells who reads and who writes to nobody who is cut off', async () => {
    const { cluster, producerIds, consumerGroups } = newKafka()
    cluster.setReachable('no')
    expect(await codeOf(async () => await producerIds.describe([]))).toBe('KAFKA_UNREACHABLE')
    expect(await codeOf(async () => await consumerGroups.readersOf([]))).toBe('KAFKA_UNREACHABLE')
  })

  test('refuses the members of a group while it is told to', async () => {
    const { leases } = newKafka()
    const lease = leases.openLease('shop')
    leases.refuse('shop', new FalseworkError('NOT_AUTHORISED', 'not authorised for the group'))
    expect(await codeOf(async () => await lease.acquire())).toBe('NOT_AUTHORISED')
    leases.refuse('shop', null)
    expect(await codeOf(async () => await lease.acquire())).toBe('none')
  })

  test('ends a lease, and hands one to another behind the holder’s back', async () => {
    const { leases } = newKafka()
    const first = await leases.openLease('shop').acquire()
    const waiting = leases.openLease('shop').acquire()
    leases.expire('shop')
    const second = await waiting
    expect(first.ended.aborted).toBe(true)
    const third = leases.openLease('shop').acquire()
    leases.takeSilently('shop')
    expect((await third).generation).toBe(3)
    expect(second.ended.aborted).toBe(false)
  })
})
