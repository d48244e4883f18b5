/** Reads the raw log of the shop, committed records only. */
import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'

export interface RawLogOptions {
  readonly brokers: string
  readonly topic: string
  /** The first offset to give. */
  readonly from: bigint
  readonly stop: AbortSignal
}

export interface LogRecord {
  readonly offset: bigint
  readonly value: string | null
}

/**
 * Hands over batches in order, one at a time, until `stop` fires. Raises what `take` raises, and an Error when the log no
 * longer has the first offset.
 */
export async function readRawLog(
  { brokers, topic, from, stop }: RawLogOptions,
  take: (records: readonly LogRecord[], heartbeat: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: brokers.split(','),
    clientId: 'fulfilment',
    logLevel: kafkajs.logLevel.NOTHING,
  })
  await assertHas(kafka, topic, from)
  // Its offsets are in the service's database: the group is one of this process, so that no older member is waited for.
  const consumer = kafka.consumer({ groupId: `fulfilment.${randomUUID()}`, maxWaitTimeInMs: 50 })
  const ended = Promise.withResolvers<undefined>()
  // It may be rejected before anybody waits for it.
  ended.promise.catch(() => undefined)
  stop.addEventListener('abort', () => ended.resolve(undefined), { once: true })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) ended.reject(payload.error)
  })
  let [next, failed] = [from, false]
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, ...payload }) => {
        // After a rebalance kafkajs begins again at the first record.
        const records = batch.messages
          .map(({ offset, value }) => ({ offset: BigInt(offset), value: value?.toString() ?? null }))
          .filter(({ offset }) => offset >= next)
        const last = records.at(-1)
        // What failed is not tried again: kafkajs would, with half of it done.
        if (last === undefined || failed || stop.aborted) return
        try {
          await take(records, async () => await payload.heartbeat())
          next = last.offset + 1n
        } catch (error) {
          failed = true
          ended.reject(error)
        }
      },
    })
    consumer.seek({ topic, partition: 0, offset: String(from) })
    if (!stop.aborted) await ended.promise
  } finally {
    await consumer.disconnect()
  }
}

async function assertHas(kafka: kafkajs.Kafka, topic: string, from: bigint): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const [partition] = await admin.fetchTopicOffsets(topic)
    const low = BigInt(partition?.low ?? 0)
    if (low > from)
      throw new Error(`${topic} begins at offset ${low}, and ${from} is needed: begin with an empty database`)
  } finally {
    await admin.disconnect()
  }
}
