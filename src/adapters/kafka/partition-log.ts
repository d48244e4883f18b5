/** One partition as a log: fetches committed records from an offset on, and says where the log begins and ends. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type Broker, type ClusterOptions, createCluster, type OwnCluster } from './cluster/kafkajs.ts'
import { connectionError, ProtocolError, protocolCodeOf, protocolError } from './cluster/protocol-error.ts'
import { sendRequest } from './cluster/send-request.ts'
import { fetchRequest, readFetchResponse } from './codec/fetch.ts'
import { type FetchedRecords, readRecordBatches } from './codec/record-batches.ts'
import { readTopicIdentity, topicIdentityRequest } from './codec/topic-identity.ts'

const earliest = '-2'
const latest = '-1'
const readUncommitted = 0
const readCommitted = 1
/** The leader does not know the id: the topic is another one, or the leader has not heard of it yet. */
const identityErrors: readonly (number | null)[] = [protocolError.unknownTopicId, protocolError.inconsistentTopicId]

interface Place {
  readonly topic: string
  readonly topicId: Buffer
  readonly partition: number
  readonly cluster: OwnCluster
  readonly leader: Broker
}

export class PartitionLog {
  readonly topic: string
  readonly partition: number
  private readonly place: Place

  private constructor(place: Place) {
    this.topic = place.topic
    this.partition = place.partition
    this.place = place
  }

  /** Connects to the leader. Raises `KAFKA_UNREACHABLE`, and `TOPIC_MISSING` for a topic that does not exist. */
  static async open(options: ClusterOptions, topic: string, partition = 0): Promise<PartitionLog> {
    const cluster = createCluster(options)
    try {
      await cluster.connect()
      await cluster.addMultipleTargetTopics([topic])
      const metadata = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)
      if (metadata === undefined) throw new ProtocolError(`look-up of ${topic}`, protocolError.unknownTopicOrPartition)
      const leader = await cluster.findBroker({ nodeId: metadata.leader })
      const topicId = await identityOf(leader, topic)
      if (topicId === null) throw new ProtocolError(`look-up of ${topic}`, protocolError.unknownTopicOrPartition)
      return new PartitionLog({ topic, topicId, partition, cluster, leader })
    } catch (cause) {
      await cluster.close()
      throw connectionError(cause, options.brokers)
    }
  }

  /**
   * Committed records from `from` on. Raises `RAW_GAP` when the log does not hold that offset, `WRONG_LOG` when the
   * topic is not the one that was opened, `KAFKA_UNREACHABLE` for whatever the connection does.
   */
  async fetch(
    from: number,
    options: { readonly maxWaitMs: number; readonly maxBytes: number },
  ): Promise<FetchedRecords> {
    const { topicId, partition, leader } = this.place
    const request = fetchRequest({ topicId, partition, from, ...options })
    try {
      const fetched = readFetchResponse(await sendRequest(leader, request))
      const records = readRecordBatches(fetched, from)
      records.end = Math.max(records.next, fetched.lastStable)
      return records
    } catch (cause) {
      throw await this.meaningOf(cause, from)
    }
  }

  private async meaningOf(cause: unknown, from: number): Promise<FalseworkError> {
    const code = protocolCodeOf(cause)
    if (code === protocolError.offsetOutOfRange) {
      return new FalseworkError('RAW_GAP', `${this.topic} does not hold offset ${from}`, { cause })
    }
    if (identityErrors.includes(code) && !(await this.isSameTopic())) {
      return new FalseworkError('WRONG_LOG', `${this.topic} is not the topic that was opened`, { cause })
    }
    return connectionError(cause)
  }

  private async isSameTopic(): Promise<boolean> {
    try {
      return (await identityOf(this.place.leader, this.topic))?.equals(this.place.topicId) ?? false
    } catch (cause) {
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

  /** Of the first record that was appended then or later, ms since the epoch; where there is none, the end. */
  async offsetSince(ms: number): Promise<number> {
    try {
      const found = await this.offsetAt(String(ms))
      return found >= 0 ? found : await this.offsetAt(latest)
    } catch (cause) {
      throw connectionError(cause)
    }
  }

  /** The offset after the last record, open transactions included. */
  async written(): Promise<number> {
    try {
      return await this.offsetAt(latest, readUncommitted)
    } catch (cause) {
      throw connectionError(cause)
    }
  }

  private async offsetAt(timestamp: string, isolationLevel = readCommitted): Promise<number> {
    const { responses } = await this.place.leader.listOffsets({
      isolationLevel,
      topics: [{ topic: this.topic, partitions: [{ partition: this.partition, timestamp }] }],
    })
    const offset = responses[0]?.partitions[0]?.offset
    if (offset === undefined) throw new ProtocolError(`ListOffsets of ${this.topic}`, -1)
    return Number(offset)
  }

  async close(): Promise<void> {
    await this.place.cluster.close()
  }
}

async function identityOf(broker: Broker, topic: string): Promise<Buffer | null> {
  return readTopicIdentity(await sendRequest(broker, topicIdentityRequest(topic)))
}
