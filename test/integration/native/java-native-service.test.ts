/** The native service of examples/native-service-java on the real broker: falsework reads what it publishes, and fences it. */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connectKafka, type KafkaPorts } from '../../../src/adapters/kafka/connect-kafka.ts'
import { restSchemaRegistry } from '../../../src/adapters/schema-registry/rest-schema-registry.ts'
import { readableEvent } from '../../../src/app/observe/decode-event.ts'
import { controlTopics } from '../../../src/core/delivery/own-topics.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import type { Contract } from '../../../src/core/event/contract/contract.ts'
import { parseContract } from '../../../src/core/event/contract/parse-contract.ts'
import { partitionOf } from '../../../src/core/event/partition.ts'
import { subjectOf } from '../../../src/core/event/schema-subject.ts'
import { encodeOwnership, type OwnedScope } from '../../../src/core/migration/ownership-record.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { orderPlaced } from '../../contract/native-bench.ts'
import { isolated } from '../../stack/isolated.ts'
import { buildJavaService, type JavaService, startJavaService } from './java-service.ts'

const { stack, prefix } = isolated('java-native')
const names = topicNames(prefix)
const requestTimeoutMs = 10_000
const partitions = 3
const publicTopic = names.events(orderPlaced.topic)
// Transactional ids have no prefix: others use the same brokers.
const mapping = `orders-${randomBytes(4).toString('hex')}`
const transactionalId = `falsework.native.${mapping}.1`

let kafka: KafkaPorts
let contract: Contract
let schema: { readonly id: number; readonly url: string }
const services: JavaService[] = []

beforeAll(async () => {
  const client = { brokers: [stack.brokers], clientId: 'falsework-test', requestTimeoutMs }
  kafka = connectKafka({ ...client, names, replicationFactor: 1 })
  await kafka.topicAdmin.ensure([...controlTopics(names), { topic: publicTopic, partitions, config: {} }])
  const parsed = parseContract({ ...orderPlaced, file: 'contracts/OrderPlaced.v1.avsc' })
  if (parsed.kind === 'refused') throw new Error('the contract of the bench cannot be read')
  contract = parsed.contract
  schema = await restSchemaRegistry({ url: stack.registryUrl, requestTimeoutMs }).register({
    subject: subjectOf(publicTopic, contract.fullName),
    schema: contract.schema,
    compatibility: 'FULL_TRANSITIVE',
  })
  await buildJavaService()
})
afterEach(async () => {
  const running = services.splice(0)
  for (const service of running) service.kill()
  await Promise.all(running.map(async ({ ended }) => await ended))
})
afterAll(async () => await kafka.close())

function start(): JavaService {
  const service = startJavaService({
    brokers: stack.brokers,
    prefix,
    'transactional-id': transactionalId,
    mappings: mapping,
    topic: orderPlaced.topic,
    type: contract.fullName,
    'schema-id': String(schema.id),
    registry: stack.registryUrl,
    source: '/fulfilment',
  })
  services.push(service)
  return service
}

/** An event as a line of the service's input. */
const line = (id: string, key: string, origin: 'mirrored' | 'own' = 'own'): string =>
  JSON.stringify({
    id,
    mapping,
    scope: '3',
    origin,
    key,
    subject: `order/${key}`,
    time: '2026-01-31T10:00:00.123456Z',
    avro: contract.encode({ orderId: key }).toString('base64'),
  })

async function decide(owner: OwnedScope['owner'], epoch: number, scope: string | null = '3'): Promise<void> {
  const record = encodeOwnership({ mapping, scope, owner, epoch, position: null })
  await kafka.appendRecord(names.ownership, record)
}

async function recordsOf(topic: string): Promise<readonly TopicRecord[]> {
  const read = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  const records: TopicRecord[] = []
  for await (const record of kafka.topicReader.read(topic, read)) records.push(record)
  return records
}

/** What is visible in the end, by ids: an answered commit is seen when its markers are written, which fencing waits for. */
async function idsAfterFence(topic: string): Promise<readonly string[]> {
  await kafka.producerIds.fence([transactionalId])
  return (await recordsOf(topic)).map(({ headers }) => headers.get('ce_id')?.toString() ?? '')
}

test('a service in Java waits, publishes when it owns, is fenced, and goes on behind what it has published', async () => {
  // Whatever owns the whole mapping, the record of the scope counts.
  await decide('native', 2, null)
  await decide('legacy', 2)
  const first = start()
  first.tell(line('told of the shop', '41', 'mirrored'))
  first.tell(line('event-1', '42'))
  await first.says('waiting: ')
  expect(await recordsOf(publicTopic)).toEqual([])

  await decide('native', 3)
  await first.says('published 2 event-1')
  first.tell(line('event-2', '43'))
  await first.says('published 3 event-2')

  expect(await idsAfterFence(names.native(orderPlaced.topic))).toEqual(['told of the shop'])
  first.tell(line('event-3', '44'))
  expect(await first.ended).toBe(3)
  expect([...(await idsAfterFence(publicTopic))].toSorted()).toEqual(['event-1', 'event-2'])

  const second = start()
  const said = await second.says('goes on behind')
  expect(said).toEqual(['goes on behind 3'])
  const whole = [line('told of the shop', '41', 'mirrored'), line('event-1', '42'), line('event-2', '43')]
  for (const each of [...whole, line('event-3', '44')]) second.tell(each)
  second.finish()
  expect(await second.ended).toBe(0)
  expect([...(await idsAfterFence(publicTopic))].toSorted()).toEqual(['event-1', 'event-2', 'event-3'])
})

test('falsework reads what a service in Java has published, where it would have put it itself', async () => {
  const contracts = new Map([[schema.id, contract]])
  const records = await recordsOf(publicTopic)
  expect(records).toHaveLength(3)
  for (const record of records) {
    const { key, type, time, fields, unread } = readableEvent(record, contracts)
    expect({ type, time, unread, fields }).toEqual({
      type: contract.fullName,
      time: '2026-01-31T10:00:00.123456Z',
      unread: null,
      fields: { orderId: key, note: null },
    })
    expect(record.partition).toBe(partitionOf(Buffer.from(key ?? ''), partitions))
    expect(Object.fromEntries([...record.headers].map(([name, text]) => [name, text.toString()]))).toEqual({
      ce_specversion: '1.0',
      ce_id: expect.stringMatching(/^event-[123]$/) as string,
      ce_source: '/fulfilment',
      ce_type: contract.fullName,
      ce_time: '2026-01-31T10:00:00.123456Z',
      ce_subject: `order/${key ?? ''}`,
      ce_partitionkey: key,
      ce_dataschema: schema.url,
      'content-type': 'application/avro',
      'falsework-epoch': '3',
      'falsework-scope': '3',
    })
  }
})

test('a service in Java publishes nothing while nobody owns the scope', async () => {
  await decide('none', 4)
  const service = start()
  // The first four lines are what was published before.
  for (const id of ['1', '2', '3', '4', 'late']) service.tell(line(id, id))
  await service.says('waiting: ')
  expect([...(await idsAfterFence(publicTopic))].toSorted()).toEqual(['event-1', 'event-2', 'event-3'])
})
