/** One partition as a log: fetches committed records from an offset on, and says where the log begins and ends. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type Broker, type Cluster, type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { connectionError, ProtocolError, protocolCodeOf, protocolError } from './cluster/protocol-error.ts'
import { fetchRequest, readFetchResponse } from './codec/fetch.ts'
import { type FetchedRecords, readRecordBatches } from './codec/record-batches.ts'

const earliest = '-2'
const latest = '-1'
const readCommitted = 1

export class PartitionLog {
  readonly topic: string
  readonly partition: number
  private readonly cluster: Cluster
  private readonly leader: Broker
  private readonly requestTimeoutMs: number

  private constructor(place: {
    topic: string
    partition: number
    cluster: Cluster
    leader: Broker
    requestTimeoutMs: number
  }) {
    this.topic = place.topic
    this.partition = place.partition
    this.cluster = place.cluster
    this.leader = place.leader
    this.requestTimeoutMs = place.requestTimeoutMs
  }

  /** Connects to the leader. Raises `KAFKA_UNREACHABLE`, also for a topic that does not exist. */
  static async open(options: ClusterOptions, topic: string, partition = 0): Promise<PartitionLog> {
    const cluster = createCluster(options)
    try {
      await cluster.connect()
      await cluster.addMultipleTargetTopics([topic])
      const metadata = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)
      if (metadata === undefined) throw new ProtocolError(`look-up of ${topic}`, protocolError.unknownTopicOrPartition)
      const leader = await cluster.findBroker({ nodeId: metadata.leader })
      return new PartitionLog({ topic, partition, cluster, leader, requestTimeoutMs: options.requestTimeoutMs })
    } catch (cause) {
      await cluster.disconnect().catch(() => undefined)
      throw connectionError(cause)
    }
  }

  /**
   * Committed records from `from` on. Raises `RAW_GAP` when the log does not hold that offset, `KAFKA_UNREACHABLE`
   * for whatever the connection does.
   */
  async fetch(
    from: number,
    options: { readonly maxWaitMs: number; readonly maxBytes: number },
  ): Promise<FetchedRecords> {
    const request = fetchRequest({
      topic: this.topic,
      partition: this.partition,
      from,
      ...options,
      requestTimeoutMs: this.requestTimeoutMs,
    })
    try {
      const fetched = readFetchResponse(await this.leader.connectionPool.send(request))
      return readRecordBatches(fetched, from)
    } catch (cause) {
      if (protocolCodeOf(cause) === protocolError.offsetOutOfRange) {
        throw new FalseworkError('RAW_GAP', `${this.topic} does not hold offset ${from}`, { cause })
      }
      throw connectionError(cause)
    }
  }

  /** First offset, and the offset after the last record that no open transaction stands before. */
  async range(): Promise<{ readonly first: number; readonly end: number }> {
    try {
      return { first: await this.offsetAt(earliest), end: await this.offsetAt(latest) }
    } catch (cause) {
      throw connectionError(cause)
    }
  }

  private async offsetAt(timestamp: string): Promise<number> {
    const { responses } = await this.leader.listOffsets({
      isolationLevel: readCommitted,
      topics: [{ topic: this.topic, partitions: [{ partition: this.partition, timestamp }] }],
    })
    const offset = responses[0]?.partitions[0]?.offset
    if (offset === undefined) throw new ProtocolError(`ListOffsets of ${this.topic}`, -1)
    return Number(offset)
  }

  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined)
  }
}
