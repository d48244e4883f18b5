/** What the benchmark itself does with Kafka: load the raw log, watch and verify outputs. */
import { createCluster } from '../src/adapters/kafka/cluster/kafkajs.ts'
import { noProducer } from '../src/adapters/kafka/codec/record-batch-writer.ts'
import { connectKafka, type KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import { OutputFlow } from '../src/adapters/kafka/output/output-flow.ts'
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
    await this.cluster.disconnect()
  }
}

/** Offsets up to which a read_committed reader sees, over all partitions: records and a marker for each transaction. */
export async function visibleOffsets({ topicReader }: KafkaPorts, topic: string): Promise<number> {
  const ranges = await topicReader.range(topic)
  return ranges.reduce((total, { end }) => total + end, 0)
}

/** Keys in order for each partition, and how many records there are. */
export async function readOutput({ topicReader }: KafkaPorts, topic: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const records = topicReader.read(topic, { from: 'beginning', follow: false, signal: new AbortController().signal })
  for await (const { key } of records) {
    const text = key?.toString() ?? ''
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}
