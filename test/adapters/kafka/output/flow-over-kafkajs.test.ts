/** What the connections of kafkajs make of several requests in flight, of silence and of a close in the middle. */
import { createRequire } from 'node:module'
import { afterEach, expect, test, vi } from 'vitest'
import { createCluster, type OwnCluster } from '../../../../src/adapters/kafka/cluster/kafkajs.ts'
import { OutputFlow } from '../../../../src/adapters/kafka/output/output-flow.ts'
import { codeOf } from '../../../contract/kafka-harness.ts'
import { outputRecord } from '../../../contract/kafka-batches.ts'
import { type BrokerOnASocket, brokerOnASocket } from './broker-on-a-socket.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Flowing {
  readonly broker: BrokerOnASocket
  readonly cluster: OwnCluster
  readonly flow: OutputFlow
}

async function flowing(requestTimeoutMs: number): Promise<Flowing> {
  const broker = await brokerOnASocket(['events'])
  closing.push(async () => await broker.close())
  const cluster = createCluster({ brokers: [broker.address], clientId: 'test', requestTimeoutMs })
  await cluster.connect()
  const flow = new OutputFlow({
    cluster,
    producer: { producerId: 7n, producerEpoch: 1 },
    transactionalId: 'falsework.shop',
    timeoutMs: requestTimeoutMs,
    join: async () => await Promise.resolve(),
  })
  return { broker, cluster, flow }
}

const untilUnanswered = async (broker: BrokerOnASocket, requests: number): Promise<void> => {
  while (broker.unanswered() < requests) await new Promise((resolve) => setImmediate(resolve))
}

const filler = 'x'.repeat(50_000)
const append = (flow: OutputFlow, count: number): void => {
  for (let index = 0; index < count; index++) void flow.append(outputRecord('events', { text: `${index}:${filler}` }))
}

test('five requests are in flight over one connection, and their answers may come in one piece', async () => {
  const { broker, cluster, flow } = await flowing(30_000)
  broker.hold()
  append(flow, 60)
  await untilUnanswered(broker, 5)
  const flushed = flow.flush()
  broker.release()
  await flushed
  const log = broker.log.logs.get('events/0') ?? []
  expect(log.map((value) => Number.parseInt(value, 10))).toEqual(Array.from({ length: 60 }, (_, index) => index))
  await cluster.close()
})

test('silence is an unknown outcome, and the cluster can be given up at once', async () => {
  const { broker, cluster, flow } = await flowing(200)
  broker.hold()
  append(flow, 20)
  expect(await codeOf(async () => await flow.flush())).toBe('PUBLISH_UNCERTAIN')
  await cluster.close()
})

test('a connection that breaks in the middle is an unknown outcome', async () => {
  const { broker, cluster, flow } = await flowing(30_000)
  broker.hold()
  append(flow, 20)
  await untilUnanswered(broker, 3)
  broker.cut()
  expect(await codeOf(async () => await flow.flush())).toBe('PUBLISH_UNCERTAIN')
  await cluster.close()
})

test('a close in the middle waits for no answer', async () => {
  const { broker, cluster, flow } = await flowing(30_000)
  broker.hold()
  append(flow, 20)
  await untilUnanswered(broker, 3)
  const flushed = codeOf(async () => await flow.flush())
  flow.close()
  await cluster.close()
  expect(await flushed).toBe('PUBLISH_UNCERTAIN')
  expect(broker.log.logs.size).toBe(0)
})

interface Queue {
  throttledUntil: number
  push(request: object): void
  destroy(): void
}

test('requests that waited because the broker throttles leave before those that come later', () => {
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (o: object) => Queue
  vi.useFakeTimers()
  const queue = new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    logger: { debug: () => undefined },
  })
  const sent: number[] = []
  const push = (correlationId: number): void =>
    queue.push({ entry: { correlationId }, expectResponse: true, sendRequest: () => sent.push(correlationId) })
  queue.throttledUntil = Date.now() + 50
  push(1)
  push(2)
  expect(sent).toEqual([])
  vi.setSystemTime(Date.now() + 51)
  push(3)
  expect(sent).toEqual([1, 2, 3])
  queue.destroy()
  vi.useRealTimers()
})
