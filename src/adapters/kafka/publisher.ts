/** Exactly-once publishing for one source: fence, barrier, checkpoint, then one Kafka transaction after the other. */
import { randomUUID } from 'node:crypto'
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { encodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { Commit, Publisher } from '../../ports/publisher.ts'
import { type OwnCluster, type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { publishError } from './cluster/protocol-error.ts'
import type { TopicPartitions } from './codec/transaction.ts'
import { readCheckpoint } from './output/checkpoint-reader.ts'
import { OutputFlow } from './output/output-flow.ts'
import { TransactionCoordinator } from './output/transaction-coordinator.ts'

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

/** An older publisher's open transaction is aborted and its markers written within this many requests' time, or the broker is ill. */
const patienceInRequests = 3

/** Opens as `OpenPublisher` says. Raises FENCED, PUBLISH_REFUSED, PUBLISH_UNCERTAIN or BARRIER_NOT_SEEN. */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const cluster = createCluster(options)
  const { names, source, transactionTimeoutMs } = options
  const patienceMs = options.requestTimeoutMs * patienceInRequests
  const checkpointTopic = names.checkpoint(source)
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([checkpointTopic])
    const transactionalId = names.transactionalId(source)
    const coordinator = await TransactionCoordinator.fence(cluster, {
      transactionalId,
      transactionTimeoutMs,
      patienceMs,
    })
    const publisher = new KafkaPublisher({ options, cluster, coordinator, checkpointTopic })
    const nonce = randomUUID()
    await publisher.end([[checkpointTopicKeys.barrier, Buffer.from(nonce)]])
    publisher.checkpoint = await readCheckpoint({ ...options, patienceMs }, checkpointTopic, nonce)
    return publisher
  } catch (cause) {
    cluster.abandon()
    await cluster.disconnect().catch(() => undefined)
    throw publishError(cause)
  }
}

interface PublisherParts {
  readonly options: PublisherOptions
  readonly cluster: OwnCluster
  readonly coordinator: TransactionCoordinator
  readonly checkpointTopic: string
}

/** Modes: open · spent. Any failure spends it; nothing brings it back. */
class KafkaPublisher implements Publisher {
  checkpoint: Checkpoint | null = null
  private spent = false
  private closed = false
  private readonly parts: PublisherParts
  private readonly flow: OutputFlow
  private readonly step: (step: PublishStep) => void

  constructor(parts: PublisherParts) {
    const { options, cluster, coordinator } = parts
    this.parts = parts
    this.step = options.onStep ?? (() => undefined)
    this.flow = new OutputFlow({
      cluster,
      producer: coordinator.producer,
      transactionalId: coordinator.producer.transactionalId,
      timeoutMs: options.requestTimeoutMs,
      join: async (partitions) => await this.join(partitions),
    })
  }

  append(record: OutputRecord): Promise<void> | null {
    this.expectSound()
    // Spent on any way out but the good one: a record that is written in part must not be followed by others.
    this.spent = true
    const full = this.flow.append(record)
    this.spent = false
    return full === null ? null : this.untilRoom(full)
  }

  async commit({ checkpoint, applied }: Commit): Promise<void> {
    const value = encodeCheckpoint(checkpoint)
    const state: [string, Buffer][] = [[checkpointTopicKeys.checkpoint, value]]
    if (applied !== undefined) state.push([checkpointTopicKeys.applied(applied), value])
    await this.end(state)
  }

  /** Commits what was appended together with these records of the checkpoint topic. */
  async end(state: readonly (readonly [key: string, value: Buffer])[]): Promise<void> {
    this.expectSound()
    // Spent until the broker has answered well: a failure on any path, or a second call meanwhile, finds it so.
    this.spent = true
    try {
      for (const [key, value] of state) void this.flow.append(this.stateRecord(key, value))
      await this.flow.flush()
      this.step('after-produce')
      await this.endTransaction()
    } catch (cause) {
      throw publishError(cause)
    }
    this.spent = this.closed
  }

  async close(): Promise<void> {
    const atRest = !this.spent && this.flow.atRest
    this.closed = true
    this.spent = true
    this.flow.close()
    if (!atRest) this.parts.cluster.abandon()
    await this.parts.cluster.disconnect().catch(() => undefined)
  }

  private untilRoom(full: Promise<void>): Promise<void> {
    const waiting = full.catch((cause: unknown) => {
      this.spent = true
      throw cause
    })
    // Whoever does not wait is told by the next call.
    waiting.catch(() => undefined)
    return waiting
  }

  private expectSound(): void {
    if (this.spent)
      throw new FalseworkError('PUBLISHER_SPENT', 'a publisher was used after a failure, or twice at once')
    const { failure } = this.flow
    if (failure === null) return
    this.spent = true
    throw failure
  }

  private async join(partitions: readonly TopicPartitions[]): Promise<void> {
    this.step('before-add-partitions')
    await this.parts.coordinator.addPartitions(partitions)
    this.step('after-add-partitions')
  }

  private async endTransaction(): Promise<void> {
    const ended = this.parts.coordinator.commit()
    if (this.parts.options.onStep !== undefined) {
      // Whoever dies here has sent the request and does not know the answer: the bytes leave before the next turn.
      ended.catch(() => undefined)
      await nextTurn()
      this.step('after-end-transaction-sent')
    }
    await ended
    this.step('after-end-transaction')
  }

  private stateRecord(key: string, value: Buffer): OutputRecord {
    const { checkpointTopic: topic } = this.parts
    return { topic, partition: 0, key: Buffer.from(key), value, fixedHeaders: [], headers: [] }
  }
}

const nextTurn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve))
}
