/** Several topics of one partition, followed at once from their beginnings. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Consumer, Kafka, logLevel } from 'kafkajs'
import { type RecordedRecord, recordOf } from '../record-fixtures/raw-topic.ts'
import { createTopics } from '../../stack/create-topics.ts'

const lookEveryMs = 20
const nudgeEveryMs = 4_000

export class ProofTopics {
  private readonly records = new Map<string, RecordedRecord[]>()
  private readonly kafka: Kafka
  private readonly consumer: Consumer

  private constructor(kafka: Kafka, consumer: Consumer) {
    this.kafka = kafka
    this.consumer = consumer
  }

  /** Creates those that are not there; an offsets topic must be compacted. Only committed records are seen. */
  static async follow(brokers: string, topics: readonly string[], compacted?: string): Promise<ProofTopics> {
    const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    const specs = topics.map((topic) => ({ topic, numPartitions: 1 }))
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
    const offsets = compacted === undefined ? [] : [{ topic: compacted, numPartitions: 1, configEntries }]
    await createTopics(admin, [...specs, ...offsets])
    await admin.disconnect()
    const consumer = kafka.consumer({
      groupId: `proof.${topics[0] ?? ''}`,
      readUncommitted: false,
      maxWaitTimeInMs: 20,
    })
    const followed = new ProofTopics(kafka, consumer)
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics, ...offsets.map(({ topic }) => topic)], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ topic, message }) => {
        followed.of(topic).push(recordOf(message))
        await Promise.resolve()
      },
    })
    return followed
  }

  of(topic: string): RecordedRecord[] {
    const known = this.records.get(topic)
    if (known !== undefined) return known
    const records: RecordedRecord[] = []
    this.records.set(topic, records)
    return records
  }

  /**
   * Waits for END of the transaction and gives its index; null when it does not come. `nudge` is called while nothing
   * comes: a connector that searches the log for its place waits for the next transaction.
   */
  async untilEnd(
    topic: string,
    transaction: string,
    { waitMsMax, nudge }: { readonly waitMsMax: number; readonly nudge: () => Promise<unknown> },
  ): Promise<number | null> {
    const end = `{"status":"END","id":"${transaction}`
    for (let looks = 1; looks * lookEveryMs < waitMsMax; looks++) {
      const index = this.of(topic).findLastIndex(({ value }) => value?.startsWith(end) === true)
      if (index >= 0) return index
      if ((looks * lookEveryMs) % nudgeEveryMs === 0) await nudge()
      await sleep(lookEveryMs)
    }
    return null
  }

  async close(options: { readonly remove: readonly string[] }): Promise<void> {
    await this.consumer.disconnect()
    const admin = this.kafka.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [...options.remove] })
    await admin.disconnect()
  }
}
