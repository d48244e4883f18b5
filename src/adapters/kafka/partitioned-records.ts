/** Records on their way to Kafka, grouped by partition and leader, sent with one request for each leader. */
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { Broker, Cluster } from './cluster/kafkajs.ts'
import { ProtocolError, protocolError } from './cluster/protocol-error.ts'
import { type ProtocolRequest, sendRequest } from './cluster/send-request.ts'
import { ByteWriter } from './codec/byte-writer.ts'
import { type ProducedPartition, produceRequest, readProduceResponse } from './codec/produce.ts'
import type { ProducerIdentity } from './codec/record-batch-writer.ts'
import type { TopicPartitions } from './codec/transaction.ts'
import { PartitionQueue } from './partition-queue.ts'

export interface SendOptions {
  readonly producer: ProducerIdentity
  readonly transactionalId: string | null
  readonly timeoutMs: number
  readonly timestampMs: number
}

/** Used again for every batch, so that its buffers stay. */
export class PartitionedRecords {
  private readonly cluster: Cluster
  private readonly queues = new Map<string, Map<number, PartitionQueue>>()
  private readonly requestWriters = new Map<number, ByteWriter>()

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  add(record: OutputRecord): void {
    let partitions = this.queues.get(record.topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.queues.set(record.topic, partitions)
    }
    let queue = partitions.get(record.partition)
    if (queue === undefined) {
      queue = new PartitionQueue()
      partitions.set(record.partition, queue)
    }
    queue.append(record)
  }

  /** Topics and partitions that have records to send. */
  touched(): TopicPartitions[] {
    return [...this.queues].flatMap(([topic, partitions]) => {
      const filled = [...partitions].filter(([, queue]) => queue.waiting).map(([partition]) => partition)
      return filled.length === 0 ? [] : [{ topic, partitions: filled }]
    })
  }

  /**
   * Sends everything and gives the base offset of each batch. Raises ProtocolError for a refusal and the
   * connection's error for everything else; then nobody knows what was appended.
   */
  async send(options: SendOptions): Promise<ProducedPartition[]> {
    const produced: ProducedPartition[] = []
    for (let touched = this.touched(); touched.length > 0; touched = this.touched()) {
      const leaders = await this.byLeader(touched)
      const responses = await Promise.all(
        [...leaders].map(async ([nodeId, { broker, topics }]) => {
          const request = this.request(nodeId, topics, options)
          return readProduceResponse(await sendRequest(broker, request))
        }),
      )
      produced.push(...responses.flat())
    }
    return produced
  }

  private request(nodeId: number, topics: readonly TopicPartitions[], options: SendOptions): ProtocolRequest {
    return produceRequest(this.requestWriter(nodeId), {
      transactionalId: options.transactionalId,
      timeoutMs: options.timeoutMs,
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => ({
          partition,
          write: (target) => this.queues.get(topic)?.get(partition)?.sealInto(target, options),
        })),
      })),
    })
  }

  private async byLeader(
    touched: readonly TopicPartitions[],
  ): Promise<Map<number, { readonly broker: Broker; readonly topics: { topic: string; partitions: number[] }[] }>> {
    const leaders: Awaited<ReturnType<typeof this.byLeader>> = new Map()
    for (const { topic, partitions } of touched) {
      const metadata = this.cluster.findTopicPartitionMetadata(topic)
      for (const partition of partitions) {
        const nodeId = metadata.find(({ partitionId }) => partitionId === partition)?.leader
        if (nodeId === undefined) {
          throw new ProtocolError(`look-up of ${topic}, partition ${partition}`, protocolError.unknownTopicOrPartition)
        }
        const leader = leaders.get(nodeId) ?? { broker: await this.cluster.findBroker({ nodeId }), topics: [] }
        leaders.set(nodeId, leader)
        const last = leader.topics.at(-1)
        if (last?.topic === topic) last.partitions.push(partition)
        else leader.topics.push({ topic, partitions: [partition] })
      }
    }
    return leaders
  }

  private requestWriter(nodeId: number): ByteWriter {
    const known = this.requestWriters.get(nodeId)
    if (known !== undefined) return known
    const writer = new ByteWriter(65_536)
    this.requestWriters.set(nodeId, writer)
    return writer
  }
}
