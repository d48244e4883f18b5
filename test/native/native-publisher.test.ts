/** What a native publisher refuses, and where it looks for what it needs. */
import { beforeEach, describe, expect, test } from 'vitest'
import { type MemoryKafka, memoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import { MemorySchemaRegistry } from '../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { encodeOwnership } from '../../src/core/migration/ownership-record.ts'
import { openNativePublisher } from '../../src/native/index.ts'
import type { NativeEvent } from '../../src/native/native-event.ts'
import { type NativePublisher, type NativePublisherSettings, openOnPorts } from '../../src/native/native-publisher.ts'
import { codeOf } from '../contract/kafka-harness.ts'
import { orderPlaced } from '../contract/native-bench.ts'

const names = topicNames('a.')
const settings: NativePublisherSettings = {
  transactionalId: 'falsework.native.order-lifecycle.1',
  contracts: [orderPlaced],
  source: '/fulfilment',
  transactionTimeoutMs: 1_000,
}
const event: NativeEvent = {
  mapping: 'order-lifecycle',
  scope: '3',
  topic: 'orders.v1',
  origin: 'own',
  event: 'OrderPlaced',
  version: 1,
  key: '42',
  id: 'event-1',
  timeUs: 1_769_853_600_123_456n,
  fields: { orderId: '42' },
}

let kafka: MemoryKafka
let schemaRegistry: MemorySchemaRegistry
let closedPorts: number
beforeEach(async () => {
  kafka = memoryKafka({ names, clock: systemClock })
  schemaRegistry = new MemorySchemaRegistry()
  closedPorts = 0
  kafka.cluster.createTopic('a.orders.v1', 3)
  kafka.cluster.createTopic(names.ownership, 1)
  const subject = 'a.orders.v1-com.acme.orders.OrderPlaced'
  // As a registry may give it back: spaced and ordered otherwise.
  const schema = JSON.stringify(JSON.parse(orderPlaced.text, reversed), null, 2)
  await schemaRegistry.register({ subject, schema, compatibility: 'FULL_TRANSITIVE' })
})

const reversed = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toReversed())
    : value

const open = async (given: Partial<NativePublisherSettings> = {}): Promise<NativePublisher> =>
  await openOnPorts(
    {
      ...kafka,
      names,
      schemaRegistry,
      close: async () => {
        closedPorts += 1
        await Promise.resolve()
      },
    },
    { ...settings, ...given },
  )

const handOver = (): number => {
  const owned = { mapping: 'order-lifecycle', scope: null, owner: 'native', epoch: 2, position: null } as const
  return kafka.cluster.append(names.ownership, encodeOwnership(owned))
}

describe('a native publisher', () => {
  test.each([
    'fulfilment',
    'falsework.shop',
    'falsework.native.order-lifecycle',
    'falsework.native..1',
    'x.falsework.native.a.1',
  ])('is not opened under the id %s, which falsework would not fence', async (transactionalId) => {
    expect(await codeOf(async () => await open({ transactionalId }))).toBe('FW2617')
    expect(closedPorts).toBe(1)
  })

  test.each([
    ['is no Avro', { ...orderPlaced, text: '{}' }],
    ['has another name', { ...orderPlaced, event: 'OrderPaid' }],
    ['is not the registered one', { ...orderPlaced, text: orderPlaced.text.replace('"note"', '"remark"') }],
  ])('is not opened with a contract that %s', async (_, contract) => {
    expect(await codeOf(async () => await open({ contracts: [contract] }))).toBe('NATIVE_CONTRACT')
  })

  test('is not opened for a topic that falsework has not created, and creates none', async () => {
    const elsewhere = { ...orderPlaced, topic: 'orders.v2' }
    expect(await codeOf(async () => await open({ contracts: [elsewhere] }))).toBe('TOPIC_MISSING')
    expect(kafka.cluster.find('a.native.orders.v2')).toBeNull()
  })

  test('fences nobody when it cannot be opened', async () => {
    const publisher = await open()
    await codeOf(async () => await open({ contracts: [{ ...orderPlaced, text: '{}' }] }))
    await publisher.publish({ events: [], position: '1' })
    expect(publisher.position).toBe('1')
  })

  test('creates the topic of its position, which is compacted, under the prefix', async () => {
    await open()
    const topic = kafka.cluster.find('a.falsework.native.order-lifecycle.1')
    expect(topic?.partitions).toHaveLength(1)
    expect(topic?.config.get('cleanup.policy')).toBe('compact')
  })

  test('counts the partitions of a native.<topic> that is there already', async () => {
    kafka.cluster.createTopic('a.native.orders.v1', 1)
    const publisher = await open()
    const keys = ['1', '2', '3', '4', '5', '6']
    await publisher.publish({ events: keys.map((key) => ({ ...event, key, origin: 'mirrored' })), position: '1' })
    expect(kafka.cluster.partition('a.native.orders.v1', 0)?.read(0, 100_000).records).toHaveLength(6)
  })

  test.each<[string, Partial<NativeEvent>, RegExp]>([
    [
      'of a version that it was not opened with',
      { version: 2 },
      /OrderPlaced\.v2 in orders\.v1: .*without its contract/,
    ],
    [
      'of a topic that it was not opened with',
      { topic: 'other.v1' },
      /OrderPlaced\.v1 in other\.v1: .*without its contract/,
    ],
    ['with a field that its contract does not have', { fields: { orderId: '42', total: 1 } }, /no field total/],
    ['without a field that its contract wants', { fields: {} }, /field orderId: expected/],
    ['with a value of another type', { fields: { orderId: 4_711 } }, /^(?!.*4711).*field orderId: expected/],
    ['of a year that no text can say', { timeUs: 10n ** 20n }, /timeUs/],
    [
      'of its own in a mapping whose rollback would not fence it',
      { mapping: 'customers' },
      /transactional id of order-/,
    ],
  ])('refuses an event %s, and stays open', async (_, wrong, message) => {
    handOver()
    const publisher = await open()
    const publishing = publisher.publish({ events: [event, { ...event, ...wrong }], position: '1' })
    await expect(publishing).rejects.toMatchObject({
      code: 'NATIVE_EVENT',
      message: expect.stringMatching(message) as string,
    })
    await publisher.publish({ events: [event], position: '2' })
    expect(publisher.position).toBe('2')
  })

  test('mirrors events of other mappings, too', async () => {
    const publisher = await open()
    await publisher.publish({ events: [{ ...event, origin: 'mirrored', mapping: 'customers' }], position: '1' })
    expect(publisher.position).toBe('1')
  })

  test('is spent when it cannot be found out who owns', async () => {
    const publisher = await open()
    kafka.cluster.append(names.ownership, { key: Buffer.from('order-lifecycle'), value: Buffer.from('?') })
    const publish = async () => await publisher.publish({ events: [event], position: '1' })
    expect(await codeOf(publish)).toBe('OWNERSHIP_UNREADABLE')
    expect(await codeOf(publish)).toBe('PUBLISHER_SPENT')
  })

  test('is not opened while no broker answers', async () => {
    const nowhere = { brokers: ['127.0.0.1:1'], registryUrl: 'http://127.0.0.1:1', requestTimeoutMs: 500 }
    const opening = async () => await openNativePublisher({ ...settings, ...nowhere })
    expect(await codeOf(opening)).toBe('KAFKA_UNREACHABLE')
  })
})
