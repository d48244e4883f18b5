/** What the benchmark itself does with Kafka: load the raw log, see events as they become visible. */
import { createCluster } from '../src/adapters/kafka/cluster/kafkajs.ts'
import { noProducer } from '../src/adapters/kafka/codec/record-batch-writer.ts'
import { connectKafka, type KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import { OutputFlow } from '../src/adapters/kafka/output/output-flow.ts'
import { PartitionLog } from '../src/adapters/kafka/partition-log.ts'
import type { OutputRecord } from '../src/core/event/event-record.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'

const requestTimeoutMs = 30_000
const followWaitMs = 500

export function benchKafka(brokers: string): KafkaPorts {
  const names = topicNames('')
  return connectKafka({ brokers: [brokers], clientId: 'bench', requestTimeoutMs, names, replicationFactor: 1 })
}

/** Appends plainly, in chunks of about half a megabyte. */
export class RawLogLoader {
  private readonly cluster: ReturnType<typeof createCluster>
  private readonly flow: OutputFlow
  private pending = 0

  constructor(brokers: string) {
    this.cluster = createCluster({ brokers: [brokers], clientId: 'bench-loader', requestTimeoutMs })
    this.flow = new OutputFlow({
      cluster: this.cluster,
      producer: noProducer,
      transactionalId: null,
      timeoutMs: requestTimeoutMs,
      join: async () => await Promise.resolve(),
    })
  }

  async open(topic: string): Promise<void> {
    await this.cluster.connect()
    await this.cluster.addMultipleTargetTopics([topic])
  }

  async append(records: readonly OutputRecord[]): Promise<void> {
    for (const record of records) {
      const full = this.flow.append(record)
      if (full !== null) await full
    }
    this.pending += records.length
    if (this.pending >= 300) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.pending === 0) return
    this.pending = 0
    await this.flow.flush()
  }

  async close(): Promise<void> {
    await this.cluster.close()
  }
}

/** Each record as soon as it is visible to a read_committed reader, partition by partition; until the signal. */
export async function followTopic(
  brokers: string,
  { topic, partitions, signal }: FollowedTopic,
  onRecord: (key: Buffer | null) => void,
): Promise<void> {
  const options = { brokers: [brokers], clientId: 'bench-follower', requestTimeoutMs }
  const follow = async (partition: number): Promise<void> => {
    const log = await PartitionLog.open(options, topic, partition)
    for (let next = 0; !signal.aborted; ) {
      const fetched = await log.fetch(next, { maxWaitMs: followWaitMs, maxBytes: 1_048_576 })
      for (let index = 0; index < fetched.count; index++) onRecord(fetched.key(index))
      next = fetched.next
    }
    await log.close()
  }
  await Promise.all(Array.from({ length: partitions }, async (_, partition) => await follow(partition)))
}

interface FollowedTopic {
  readonly topic: string
  readonly partitions: number
  readonly signal: AbortSignal
}
