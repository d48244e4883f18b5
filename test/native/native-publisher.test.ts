/** What a native publisher refuses, and where it looks for what it needs. */
import { beforeEach, describe, expect, test } from 'vitest'
import { openNativePublisher } from '../../src/native/index.ts'
import type { NativeEvent } from '../../src/native/native-event.ts'
import { codeOf } from '../contract/kafka-harness.ts'
import { orderPlaced } from '../contract/native-bench.ts'
import { type NativeInstallation, nativeInstallation, placed, settings } from './installation.ts'

let installation: NativeInstallation
beforeEach(async () => {
  installation = await nativeInstallation('a.')
})

/** Of what stands in the public topic, in order. */
const epochs = (): readonly (string | undefined)[] =>
  installation.kafka.cluster
    .topic('a.orders.v1')
    .partitions.flatMap((log) => log.read(0, 100_000).records)
    .map(({ record }) => new Map(record.headers).get('falsework-epoch')?.toString())

describe('a native publisher', () => {
  test.each([
    'fulfilment',
    'falsework.shop',
    'falsework.native.order-lifecycle',
    'falsework.native..1',
    'x.falsework.native.a.1',
  ])('is not opened under the id %s, which falsework would not fence', async (transactionalId) => {
    expect(await codeOf(async () => await installation.open({ transactionalId }))).toBe('FW2617')
    expect(installation.closed()).toBe(1)
  })

  test.each([
    ['is no Avro', { ...orderPlaced, text: '{}' }],
    ['has another name', { ...orderPlaced, event: 'OrderPaid' }],
    ['is not the registered one', { ...orderPlaced, text: orderPlaced.text.replace('"note"', '"remark"') }],
  ])('is not opened with a contract that %s', async (_, contract) => {
    expect(await codeOf(async () => await installation.open({ contracts: [contract] }))).toBe('NATIVE_CONTRACT')
  })

  test('is not opened for a topic that falsework has not created, and creates none', async () => {
    const elsewhere = { ...orderPlaced, topic: 'orders.v2' }
    expect(await codeOf(async () => await installation.open({ contracts: [elsewhere] }))).toBe('TOPIC_MISSING')
    expect(installation.kafka.cluster.find('a.native.orders.v2')).toBeNull()
  })

  test('fences nobody when it cannot be opened', async () => {
    const publisher = await installation.open()
    await codeOf(async () => await installation.open({ contracts: [{ ...orderPlaced, text: '{}' }] }))
    await publisher.publish({ events: [], position: '1' })
    expect(publisher.position).toBe('1')
  })

  test('creates the topic of its position, which is compacted, under the prefix', async () => {
    await installation.open()
    const topic = installation.kafka.cluster.find('a.falsework.native.order-lifecycle.1')
    expect(topic?.partitions).toHaveLength(1)
    expect(topic?.config.get('cleanup.policy')).toBe('compact')
  })

  test('counts the partitions of a native.<topic> that is there already', async () => {
    installation.kafka.cluster.createTopic('a.native.orders.v1', 1)
    const publisher = await installation.open()
    const keys = ['1', '2', '3', '4', '5', '6']
    await publisher.publish({ events: keys.map((key) => ({ ...placed, key, origin: 'mirrored' })), position: '1' })
    expect(installation.kafka.cluster.partition('a.native.orders.v1', 0)?.read(0, 100_000).records).toHaveLength(6)
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
      /^OrderPlaced\.v1 in orders\.v1: it is of mapping customers, .* for order-lifecycle: add it to `mappings` .* falsework\.native\.order-lifecycle\.1$/,
    ],
  ])('refuses an event %s, and stays open', async (_, wrong, message) => {
    installation.handOver()
    const publisher = await installation.open()
    const publishing = publisher.publish({ events: [placed, { ...placed, ...wrong }], position: '1' })
    await expect(publishing).rejects.toMatchObject({
      code: 'NATIVE_EVENT',
      message: expect.stringMatching(message) as string,
    })
    await publisher.publish({ events: [placed], position: '2' })
    expect(publisher.position).toBe('2')
  })

  test('mirrors events of other mappings, too', async () => {
    const publisher = await installation.open()
    await publisher.publish({ events: [{ ...placed, origin: 'mirrored', mapping: 'customers' }], position: '1' })
    expect(publisher.position).toBe('1')
  })

  test('publishes events of its own in each of its mappings, each under the epoch of its own scope', async () => {
    const publisher = await installation.open({ mappings: ['order-lifecycle', 'order-placed'] })
    installation.handOver()
    installation.decide({ mapping: 'order-placed', scope: '3', owner: 'native', epoch: 4 })
    await publisher.publish({ events: [placed, { ...placed, mapping: 'order-placed' }], position: '1' })
    expect(epochs()).toEqual(['2', '4'])
  })

  test('sends nothing of a batch as long as one of its mappings is not handed over', async () => {
    const publisher = await installation.open({ mappings: ['order-lifecycle', 'order-placed'] })
    installation.handOver()
    installation.decide({ mapping: 'order-placed', scope: null, owner: 'native', epoch: 2 })
    installation.decide({ mapping: 'order-placed', scope: '3', owner: 'none', epoch: 3 })
    const batch = { events: [placed, { ...placed, mapping: 'order-placed' }], position: '1' }
    await expect(publisher.publish(batch)).rejects.toMatchObject({
      code: 'NATIVE_NOT_OWNER',
      message: expect.stringMatching(/order-placed, scope 3 has owner none/) as string,
    })
    expect(epochs()).toEqual([])
  })

  test('publishes none of its own in the mapping of its id when others are named', async () => {
    const publisher = await installation.open({ mappings: ['order-placed'] })
    installation.handOver()
    const publish = async () => await publisher.publish({ events: [placed], position: '1' })
    expect(await codeOf(publish)).toBe('NATIVE_EVENT')
  })

  test('is spent when it cannot be found out who owns', async () => {
    const publisher = await installation.open()
    installation.kafka.cluster.append('a.falsework.ownership', {
      key: Buffer.from('order-lifecycle'),
      value: Buffer.from('?'),
    })
    const publish = async () => await publisher.publish({ events: [placed], position: '1' })
    expect(await codeOf(publish)).toBe('OWNERSHIP_UNREADABLE')
    expect(await codeOf(publish)).toBe('PUBLISHER_SPENT')
  })

  test('is not opened while no broker answers', async () => {
    const nowhere = { brokers: ['127.0.0.1:1'], registryUrl: 'http://127.0.0.1:1', requestTimeoutMs: 500 }
    const opening = async () => await openNativePublisher({ ...settings, ...nowhere })
    expect(await codeOf(opening)).toBe('KAFKA_UNREACHABLE')
  })
})
