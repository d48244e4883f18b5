/** What the benchmark itself does with Kafka: load the raw log, watch and verify outputs. */
import { createCluster } from '../src/adapters/kafka/cluster/kafkajs.ts'
import { noProducer } from '../src/adapters/kafka/codec/record-batch-writer.ts'
import { connectKafka, type KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import { PartitionedRecords } from '../src/adapters/kafka/partitioned-records.ts'
import type { OutputRecord } from '../src/core/event/event-record.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'

const requestTimeoutMs = 30_000

export function benchKafka(brokers: string): KafkaPorts {
  const names = topicNames('')
  return connectKafka({ brokers: [brokers], clientId: 'bench', requestTimeoutMs, names, replicationFactor: 1 })
}

/** Appends plainly, in chunks of about half a megabyte. */
export class RawLogLoader {
  private readonly cluster: ReturnType<typeof createCluster>
  private readonly records: PartitionedRecords
  private pending = 0

  constructor(brokers: string) {
    this.cluster = createCluster({ brokers: [brokers], clientId: 'bench-loader', requestTimeoutMs })
    this.records = new PartitionedRecords(this.cluster)
  }

  async open(topic: string): Promise<void> {
    await this.cluster.connect()
    await this.cluster.addMultipleTargetTopics([topic])
  }

  async append(records: readonly OutputRecord[]): Promise<void> {
    for (const record of records) this.records.add(record)
    this.pending += records.length
    if (this.pending >= 300) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.pending === 0) return
    this.pending = 0
    const timestampMs = Date.now()
    await this.records.send({ producer: noProducer, transactionalId: null, timeoutMs: requestTimeoutMs, timestampMs })
  }

  async close(): Promise<void> {
    await this.cluster.disconnect()
  }
}
