/** Exactly-once publishing for one source: fence, barrier, checkpoint, then one Kafka transaction for each batch. */
import { randomUUID } from 'node:crypto'
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { OutputBatch, Publisher } from '../../ports/publisher.ts'
import { type Broker, type Cluster, type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { protocolCodeOf, protocolError, publishError } from './cluster/protocol-error.ts'
import { type ProtocolRequest, sendRequest } from './cluster/send-request.ts'
import {
  addPartitionsRequest,
  commitRequest,
  readAddPartitionsResponse,
  readCommitResponse,
  type TransactionalProducer,
} from './codec/transaction.ts'
import { PartitionLog } from './partition-log.ts'
import { PartitionedRecords } from './partitioned-records.ts'

/** Where a crash leaves which trace behind: named for the tests that kill the process there. */
export const publishSteps = [
  'before-add-partitions',
  'after-add-partitions',
  'after-produce',
  'after-end-transaction-sent',
  'after-end-transaction',
] as const
export type PublishStep = (typeof publishSteps)[number]

export interface PublisherOptions extends ClusterOptions {
  readonly names: TopicNames
  readonly source: string
  readonly transactionTimeoutMs: number
  readonly onStep?: (step: PublishStep) => void
}

const checkpointKey = Buffer.from(checkpointTopicKeys.checkpoint)
const barrierKey = Buffer.from(checkpointTopicKeys.barrier)
const transactionCoordinator = 1
/** Answered after 2 to 10 ms, as a rule, once the markers of the last transaction are written. */
const concurrentTransactionsRetryMs = 2
/** An older publisher's open transaction is aborted and its markers written within this many requests' time, or the broker is ill. */
const patienceInRequests = 3

/** Opens as `OpenPublisher` says. Raises FENCED, PUBLISH_REFUSED, PUBLISH_UNCERTAIN or BARRIER_NOT_SEEN. */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const cluster = createCluster(options)
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([options.names.checkpoint(options.source)])
    const publisher = new KafkaPublisher(options, cluster)
    await publisher.open()
    return publisher
  } catch (cause) {
    await cluster.disconnect().catch(() => undefined)
    throw publishError(cause)
  }
}

/** Modes: open · spent. Any failure spends it; nothing brings it back. */
class KafkaPublisher implements Publisher {
  checkpoint: Checkpoint | null = null
  private spent = false
  private closed = false
  private coordinator: Broker | null = null
  private producer: TransactionalProducer | null = null
  private readonly records: PartitionedRecords
  private readonly knownTopics = new Set<string>()
  private readonly options: PublisherOptions
  private readonly cluster: Cluster
  private readonly checkpointTopic: string
  private readonly transactionalId: string

  constructor(options: PublisherOptions, cluster: Cluster) {
    this.options = options
    this.cluster = cluster
    this.records = new PartitionedRecords(cluster)
    this.checkpointTopic = options.names.checkpoint(options.source)
    this.transactionalId = options.names.transactionalId(options.source)
  }

  async open(): Promise<void> {
    await this.fence()
    const nonce = randomUUID()
    await this.commit([this.checkpointRecord(barrierKey, Buffer.from(nonce))])
    this.checkpoint = await this.readCheckpoint(nonce)
  }

  async publish(batch: OutputBatch): Promise<void> {
    const state = [this.checkpointRecord(checkpointKey, encodeCheckpoint(batch.checkpoint))]
    if (batch.applied !== undefined) {
      const key = Buffer.from(checkpointTopicKeys.applied(batch.applied))
      state.push(this.checkpointRecord(key, encodeCheckpoint(batch.checkpoint)))
    }
    await this.commit([...batch.records, ...state])
  }

  async close(): Promise<void> {
    this.closed = true
    this.spent = true
    await this.cluster.disconnect().catch(() => undefined)
  }

  /** InitProducerId fences every older publisher and waits out what it had open. */
  private async fence(): Promise<void> {
    const deadline = this.deadline()
    for (;;) {
      try {
        this.coordinator = await this.cluster.findGroupCoordinator({
          groupId: this.transactionalId,
          coordinatorType: transactionCoordinator,
        })
        const { producerId, producerEpoch } = await this.coordinator.initProducerId({
          transactionalId: this.transactionalId,
          transactionTimeout: this.options.transactionTimeoutMs,
        })
        this.producer = { transactionalId: this.transactionalId, producerId: BigInt(producerId), producerEpoch }
        return
      } catch (cause) {
        if (!comesBack(cause) || performance.now() > deadline) throw cause
        await sleep(20)
      }
    }
  }

  private async commit(records: readonly OutputRecord[]): Promise<void> {
    const { coordinator, producer } = this
    if (this.spent || coordinator === null || producer === null) {
      throw new FalseworkError('PUBLISHER_SPENT', 'a publisher was used after a failure, or twice at once')
    }
    // Spent until the broker has answered well: a failure on any path, or a second call meanwhile, finds it so.
    this.spent = true
    try {
      for (const record of records) this.records.add(record)
      await this.runTransaction(coordinator, producer)
    } catch (cause) {
      throw publishError(cause)
    }
    this.spent = this.closed
  }

  private async runTransaction(coordinator: Broker, producer: TransactionalProducer): Promise<void> {
    const step = this.options.onStep ?? (() => undefined)
    const topics = this.records.touched()
    await this.lookUp(topics.map(({ topic }) => topic))
    step('before-add-partitions')
    await this.addPartitions(coordinator, addPartitionsRequest(producer, topics))
    step('after-add-partitions')
    await this.records.send({
      producer,
      transactionalId: producer.transactionalId,
      timeoutMs: this.options.requestTimeoutMs,
      timestampMs: Date.now(),
    })
    step('after-produce')
    const ended = sendRequest(coordinator, commitRequest(producer))
    if (this.options.onStep !== undefined) {
      // Whoever dies here has sent the request and does not know the answer: the bytes leave before the next turn.
      ended.catch(() => undefined)
      await nextTurn()
      step('after-end-transaction-sent')
    }
    readCommitResponse(await ended)
    step('after-end-transaction')
  }

  /** Nothing is at stake yet: repeated while the markers of the last transaction are being written. */
  private async addPartitions(coordinator: Broker, request: ProtocolRequest): Promise<void> {
    const deadline = this.deadline()
    for (;;) {
      try {
        readAddPartitionsResponse(await sendRequest(coordinator, request))
        return
      } catch (cause) {
        const again = protocolCodeOf(cause) === protocolError.concurrentTransactions
        if (!again || performance.now() > deadline) throw cause
        await sleep(concurrentTransactionsRetryMs)
      }
    }
  }

  private async lookUp(topics: readonly string[]): Promise<void> {
    const unknown = topics.filter((topic) => !this.knownTopics.has(topic))
    if (unknown.length === 0) return
    await this.cluster.addMultipleTargetTopics(unknown)
    for (const topic of unknown) this.knownTopics.add(topic)
  }

  /**
   * Backwards from the end in doubling windows, until the barrier and the newest checkpoint before it are seen. A
   * read that does not show the barrier is stale, whatever else it shows.
   */
  private async readCheckpoint(nonce: string): Promise<Checkpoint | null> {
    const log = await PartitionLog.open(this.options, this.checkpointTopic)
    try {
      const deadline = this.deadline()
      for (let window = 64; ; ) {
        const { first, end } = await log.range()
        const from = Math.max(first, end - window)
        const seen = await this.scan(log, from, end)
        if (!seen.nonces.has(nonce)) {
          if (performance.now() > deadline) throw new FalseworkError('BARRIER_NOT_SEEN', this.checkpointTopic)
          // The markers follow the acknowledgement by some milliseconds.
          await sleep(5)
          continue
        }
        if (seen.checkpoint !== null) return decodeCheckpoint(seen.checkpoint)
        if (from === first) return null
        window *= 2
      }
    } finally {
      await log.close()
    }
  }

  private async scan(
    log: PartitionLog,
    from: number,
    end: number,
  ): Promise<{ readonly nonces: ReadonlySet<string>; readonly checkpoint: Buffer | null }> {
    const nonces = new Set<string>()
    let checkpoint: Buffer | null = null
    for (let position = from; position < end; ) {
      const batch = await log.fetch(position, { maxWaitMs: 100, maxBytes: 1_048_576 })
      for (let index = 0; index < batch.count; index++) {
        const key = batch.key(index)
        const value = batch.value(index)
        if (key === null || value === null) continue
        if (key.equals(checkpointKey)) checkpoint = Buffer.from(value)
        else if (key.equals(barrierKey)) nonces.add(value.toString())
      }
      if (batch.next === position) break
      position = batch.next
    }
    return { nonces, checkpoint }
  }

  private deadline(): number {
    return performance.now() + this.options.requestTimeoutMs * patienceInRequests
  }

  private checkpointRecord(key: Buffer, value: Buffer): OutputRecord {
    return { topic: this.checkpointTopic, partition: 0, key, value, fixedHeaders: noHeaders, headers: [] }
  }
}

const noHeaders: OutputRecord['fixedHeaders'] = []

const passing: readonly number[] = [
  protocolError.concurrentTransactions,
  protocolError.coordinatorLoadInProgress,
  protocolError.coordinatorNotAvailable,
  protocolError.notCoordinator,
]

function comesBack(cause: unknown): boolean {
  const code = protocolCodeOf(cause)
  return code !== null && passing.includes(code)
}

const nextTurn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve))
}

const sleep = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
