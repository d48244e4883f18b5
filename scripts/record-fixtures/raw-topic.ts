/** A raw topic on the local stack, followed record by record from its beginning. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Consumer, Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { createTopics } from '../../stack/create-topics.ts'

export interface RecordedRecord {
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number
}

/** Of a message as kafkajs gives it. */
export function recordOf({ offset, key, value, headers = {}, timestamp }: KafkaMessage): RecordedRecord {
  return {
    offset: Number(offset),
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
    timestampMs: Number(timestamp),
  }
}

export type Isolation = 'read_committed' | 'read_uncommitted'

const waitMsMax = 120_000

export class RawTopic {
  readonly records: RecordedRecord[] = []
  /** Asked while waiting: what has broken, or null. */
  broken: () => Promise<string | null> = async () => await Promise.resolve(null)
  private readonly consumer: Consumer

  private constructor(consumer: Consumer) {
    this.consumer = consumer
  }

  /** Creates the topic if it is not there, and follows it. */
  static async follow(brokers: string, topic: string, isolation: Isolation): Promise<RawTopic> {
    const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    const configEntries = [{ name: 'retention.ms', value: '-1' }]
    await createTopics(admin, [{ topic, numPartitions: 1, configEntries }])
    await admin.disconnect()
    const consumer = kafka.consumer({
      groupId: `record.${topic}.${isolation}`,
      readUncommitted: isolation === 'read_uncommitted',
      maxWaitTimeInMs: 20,
    })
    const raw = new RawTopic(consumer)
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        raw.records.push(recordOf(message))
        await Promise.resolve()
      },
    })
    return raw
  }

  /** The index of the first record from `from` on that the condition takes; waits for it. */
  async until(
    condition: (record: RecordedRecord) => boolean,
    options: { from: number; what: string },
  ): Promise<number> {
    const deadline = performance.now() + waitMsMax
    while (performance.now() < deadline) {
      const index = this.records.findIndex((record, at) => at >= options.from && condition(record))
      if (index >= 0) return index
      const broken = await this.broken()
      if (broken !== null) throw new Error(`waiting for ${options.what}: ${broken}`)
      await sleep(5)
    }
    throw new Error(`did not see ${options.what} in ${waitMsMax / 1000} s; ${this.records.length} records were there`)
  }

  async close(): Promise<void> {
    await this.consumer.disconnect()
  }
}
