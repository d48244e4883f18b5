/** Records on their way to Kafka, grouped by partition and leader, sent with one request for each leader. */
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { Broker, Cluster } from './cluster/kafkajs.ts'
import { ProtocolError, protocolError } from './cluster/protocol-error.ts'
import { ByteWriter } from './codec/byte-writer.ts'
import { produceRequest, readProduceResponse } from './codec/produce.ts'
import { noProducer, type ProducerIdentity, RecordBatchWriter } from './codec/record-batch-writer.ts'

/** Used again for every batch, so that its buffers stay. */
export class PartitionedRecords {
  private readonly cluster: Cluster
  private readonly writers = new Map<string, Map<number, RecordBatchWriter>>()
  private readonly sequences = new Map<string, number>()
  private readonly requestWriters = new Map<number, ByteWriter>()

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  add(record: OutputRecord): void {
    let partitions = this.writers.get(record.topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.writers.set(record.topic, partitions)
    }
    let writer = partitions.get(record.partition)
    if (writer === undefined) {
      writer = new RecordBatchWriter()
      partitions.set(record.partition, writer)
    }
    writer.append(record)
  }

  /** Topics and partitions that have records now. */
  touched(): { topic: string; partitions: number[] }[] {
    return [...this.writers].flatMap(([topic, partitions]) => {
      const filled = [...partitions].filter(([, writer]) => writer.recordCount > 0).map(([partition]) => partition)
      return filled.length === 0 ? [] : [{ topic, partitions: filled }]
    })
  }

  /**
   * Sends everything, one request for each leader, and gives the base offset of each partition. Raises ProtocolError
   * for a refusal and the connection's error for everything else; then nobody knows what was appended.
   */
  async send(options: {
    readonly producer: ProducerIdentity
    readonly transactionalId: string | null
    readonly timeoutMs: number
    readonly timestampMs: number
  }): Promise<{ topic: string; partition: number; baseOffset: number }[]> {
    const responses = await Promise.all(
      [...(await this.byLeader())].map(async ([nodeId, { broker, topics }]) => {
        const writer = this.requestWriter(nodeId)
        const request = produceRequest(writer, {
          transactionalId: options.transactionalId,
          timeoutMs: options.timeoutMs,
          topics: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map((partition) => ({
              partition,
              write: (target) => this.seal(target, { topic, partition, ...options }),
            })),
          })),
        })
        return readProduceResponse(await broker.connectionPool.send(request))
      }),
    )
    return responses.flat()
  }

  private seal(
    target: ByteWriter,
    batch: {
      readonly topic: string
      readonly partition: number
      readonly producer: ProducerIdentity
      readonly timestampMs: number
    },
  ): void {
    const writer = this.writers.get(batch.topic)?.get(batch.partition)
    if (writer === undefined) return
    const place = `${batch.topic}/${batch.partition}`
    const plain = batch.producer.producerId === noProducer.producerId
    const baseSequence = plain ? -1 : (this.sequences.get(place) ?? 0)
    // A producer's sequence numbers are modulo 2^31, one after the other.
    this.sequences.set(place, (baseSequence + writer.recordCount) % 2 ** 31)
    writer.sealInto(target, { producer: batch.producer, baseSequence, timestampMs: batch.timestampMs })
  }

  private async byLeader(): Promise<
    Map<number, { broker: Broker; topics: { topic: string; partitions: number[] }[] }>
  > {
    const leaders = new Map<number, { broker: Broker; topics: { topic: string; partitions: number[] }[] }>()
    for (const { topic, partitions } of this.touched()) {
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
