/** The Kafka adapter on the real broker, behind a proxy that can break its connections; stock kafkajs looks at what it did. */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Kafka, logLevel, type Transaction } from 'kafkajs'
import { inject } from 'vitest'
import { connectKafka, type KafkaPorts } from '../../../src/adapters/kafka/connect-kafka.ts'
import type { PublishStep } from '../../../src/adapters/kafka/transactional-output.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import type { AppendedRecord, KafkaHarness, SeenRecord, TransactionalWriter } from '../../contract/kafka-harness.ts'
import { startTcpProxy, type TcpProxy } from '../../stack/tcp-proxy.ts'
import { createTopics } from '../../../stack/create-topics.ts'

export interface BrokerHarness extends KafkaHarness {
  /** Between the adapter and the broker; the other client goes straight. */
  readonly proxy: TcpProxy
  /** Another instance of the adapter that does not go through the proxy. */
  direct(options?: { readonly onPublishStep?: (step: PublishStep) => void }): KafkaPorts
}

/** Long for a broker on the same machine, also when tests share two cores with it. */
const requestTimeoutMs = 5_000
/** The shortest that a broker allows by default: a lost holder is noticed soon. */
const leaseSessionMs = 6_000

/** Every harness has a prefix of its own, and so topics and transactional ids that nobody else uses. */
export async function brokerHarness(): Promise<BrokerHarness> {
  const { brokers } = inject('stack')
  const names = topicNames(`${randomBytes(4).toString('hex')}.`)
  const proxy = await startTcpProxy(brokers)
  const connected: KafkaPorts[] = []
  const connect = (broker: string, options: { readonly onPublishStep?: (step: PublishStep) => void } = {}) => {
    const ports = connectKafka({
      brokers: [broker],
      clientId: 'falsework-test',
      requestTimeoutMs,
      leaseSessionMs,
      names,
      replicationFactor: 1,
      ...options,
    })
    connected.push(ports)
    return ports
  }
  const stock = new StockClient(brokers)
  return {
    ...connect(proxy.address),
    names,
    proxy,
    requestTimeoutMs,
    direct: (options) => connect(brokers, options),
    createTopic: async (topic, partitions = 1, config = {}) => await stock.createTopic(topic, partitions, config),
    deleteTopic: async (topic) => await stock.deleteTopic(topic),
    append: async (topic, records) => await stock.append(topic, records),
    writer: async (topic) => await stock.writer(topic),
    consumer: async (group, topic) => await stock.consumer(group, topic),
    deleteBefore: async (topic, offset) => await stock.deleteBefore(topic, offset),
    readCommitted: async (topic) => await stock.readCommitted(topic),
    loseNextCommit: (what) => {
      proxy.trap({ api: 'EndTxn', direction: what === 'answer' ? 'response' : 'request', action: 'drop' })
    },
    close: async () => {
      await Promise.all(connected.map(async (ports) => await ports.close()))
      await stock.close()
      await proxy.close()
    },
  }
}

/** kafkajs as everybody uses it, with its own codec, producer and consumer. */
class StockClient {
  private readonly kafka: Kafka
  private readonly closing: (() => Promise<void>)[] = []
  private readonly ready: Promise<{
    readonly admin: ReturnType<Kafka['admin']>
    readonly producer: ReturnType<Kafka['producer']>
  }>

  constructor(brokers: string) {
    this.kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10 } })
    this.ready = this.connect()
  }

  private async connect(): Promise<Awaited<typeof this.ready>> {
    const admin = this.kafka.admin()
    const producer = this.kafka.producer()
    await Promise.all([admin.connect(), producer.connect()])
    this.closing.push(async () => await admin.disconnect())
    this.closing.push(async () => await producer.disconnect())
    return { admin, producer }
  }

  async createTopic(topic: string, partitions: number, config: Readonly<Record<string, string>>): Promise<void> {
    const { admin } = await this.ready
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await createTopics(admin, [{ topic, numPartitions: partitions, configEntries }])
  }

  async deleteTopic(topic: string): Promise<void> {
    const { admin } = await this.ready
    await admin.deleteTopics({ topics: [topic] })
    // Deleting is acknowledged before every list forgets the topic.
    let topics = await admin.listTopics()
    while (topics.includes(topic)) topics = await admin.listTopics()
  }

  async append(topic: string, records: readonly AppendedRecord[]): Promise<void> {
    const { producer } = await this.ready
    await producer.send({ topic, messages: records.map(message) })
  }

  async writer(topic: string): Promise<TransactionalWriter> {
    const transactionalId = `writer-${randomBytes(6).toString('hex')}`
    let transaction = await this.transaction(transactionalId)
    return {
      transactionalId,
      begin: async () => await Promise.resolve(),
      append: async (record) => {
        await transaction.send({ topic, messages: [message(record)] })
      },
      end: async (outcome) => {
        if (outcome === 'commit') await transaction.commit()
        else await transaction.abort()
        // The markers of a transaction follow its end; the id can be opened again only when they are written.
        transaction = await this.transaction(transactionalId)
      },
    }
  }

  private async transaction(transactionalId: string): Promise<Transaction> {
    const producer = this.kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    this.closing.push(async () => await producer.disconnect())
    return await producer.transaction()
  }

  async deleteBefore(topic: string, offset: number): Promise<void> {
    const { admin } = await this.ready
    // It deletes only where it knows the leader, and only this makes it look.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] })
  }

  async readCommitted(topic: string): Promise<readonly SeenRecord[]> {
    const reading = await this.readToEnd(`look-${randomBytes(6).toString('hex')}`, topic)
    await reading.leave()
    return reading.seen.toSorted((a, b) => a.partition - b.partition)
  }

  async consumer(group: string, topic: string): Promise<{ readonly leave: () => Promise<void> }> {
    const { admin } = await this.ready
    const { leave } = await this.readToEnd(group, topic)
    this.closing.push(leave)
    // What was read last is committed a little after it was read.
    const isBehind = async (): Promise<boolean> => {
      const ends = await admin.fetchTopicOffsets(topic)
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      return ends.some(({ partition, low, high }) => {
        const offset = committed?.partitions.find((one) => one.partition === partition)?.offset
        return low !== high && offset !== high
      })
    }
    while (await isBehind()) await setTimeout(50)
    return { leave }
  }

  /** A member of the group, which stays until it leaves; a topic without records is not waited for. */
  private async readToEnd(
    groupId: string,
    topic: string,
  ): Promise<{ readonly seen: readonly SeenRecord[]; readonly leave: () => Promise<void> }> {
    const { admin } = await this.ready
    const ends = await admin.fetchTopicOffsets(topic)
    const open = new Set(ends.filter(({ low, high }) => low !== high).map(({ partition }) => partition))
    const seen: SeenRecord[] = []
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
    const done = Promise.withResolvers<undefined>()
    consumer.on(consumer.events.GROUP_JOIN, () => {
      if (open.size === 0) done.resolve(undefined)
    })
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const end = ends.find(({ partition }) => partition === payload.partition)
      if (Number(payload.lastOffset) + 1 >= Number(end?.high ?? 0)) open.delete(payload.partition)
      if (open.size === 0) done.resolve(undefined)
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error))
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ partition, message: { key, value, headers } }) => {
        const entries = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])
        const record = { key: key?.toString() ?? null, value: value?.toString() ?? null }
        seen.push({ partition, ...record, headers: Object.fromEntries(entries) as Record<string, string> })
        await Promise.resolve()
      },
    })
    await done.promise
    return { seen, leave: async () => await consumer.disconnect() }
  }

  async close(): Promise<void> {
    await Promise.all(this.closing.map(async (close) => await close()))
  }
}

const message = ({ key = null, value, partition = 0, headers = {} }: AppendedRecord) => ({
  key,
  value,
  partition,
  headers: { ...headers },
})
