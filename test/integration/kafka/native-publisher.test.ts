/** `falsework/native` on the real broker and the real schema registry, as a service uses it. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectKafka, type KafkaPorts } from '../../../src/adapters/kafka/connect-kafka.ts'
import { restSchemaRegistry } from '../../../src/adapters/schema-registry/rest-schema-registry.ts'
import { controlTopics } from '../../../src/core/delivery/own-topics.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { unframe } from '../../../src/core/event/confluent-frame.ts'
import { subjectOf } from '../../../src/core/event/schema-subject.ts'
import { type NativeEvent, openNativePublisher } from '../../../src/native/index.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { orderPlaced } from '../../contract/native-bench.ts'
import { isolated } from '../../stack/isolated.ts'

const { stack, prefix } = isolated('native')
const names = topicNames(prefix)
const requestTimeoutMs = 10_000
const mapping = `orders-${randomBytes(4).toString('hex')}`
const options = {
  brokers: [stack.brokers],
  transactionalId: `falsework.native.${mapping}.1`,
  topicPrefix: prefix,
  registryUrl: stack.registryUrl,
  contracts: [orderPlaced],
  source: '/fulfilment',
  requestTimeoutMs,
}

let kafka: KafkaPorts
beforeAll(() => {
  const client = { brokers: [stack.brokers], clientId: 'falsework-test', requestTimeoutMs }
  kafka = connectKafka({ ...client, names, replicationFactor: 1 })
})
afterAll(async () => await kafka.close())

test('a service publishes what it mirrors, and goes on from its position', async () => {
  const publicTopic = names.events(orderPlaced.topic)
  await kafka.topicAdmin.ensure([...controlTopics(names), { topic: publicTopic, partitions: 3, config: {} }])
  const { id, url } = await restSchemaRegistry({ url: stack.registryUrl, requestTimeoutMs }).register({
    subject: subjectOf(publicTopic, 'com.acme.orders.OrderPlaced'),
    schema: orderPlaced.text,
    compatibility: 'FULL_TRANSITIVE',
  })

  const publisher = await openNativePublisher(options)
  expect(publisher.position).toBeNull()
  const event: NativeEvent = {
    mapping,
    scope: null,
    topic: orderPlaced.topic,
    origin: 'mirrored',
    event: 'OrderPlaced',
    version: 1,
    key: '42',
    id: 'event-1',
    timeUs: 1_769_853_600_123_456n,
    fields: { orderId: '42' },
  }
  await publisher.publish({ events: [event], position: 'lsn 10' })
  await publisher.close()

  const next = await openNativePublisher(options)
  expect(next.position).toBe('lsn 10')
  await next.close()
  const described = await kafka.topicAdmin.describe([names.native(orderPlaced.topic)])
  expect(described.get(names.native(orderPlaced.topic))?.partitions).toBe(3)
  const read = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  const records: TopicRecord[] = []
  for await (const record of kafka.topicReader.read(names.native(orderPlaced.topic), read)) records.push(record)
  expect(records.map(({ headers }) => headers.get('ce_dataschema')?.toString())).toEqual([url])
  expect(records.map(({ value }) => unframe(value ?? Buffer.alloc(0))?.schemaId)).toEqual([id])
})
