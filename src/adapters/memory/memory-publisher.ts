/** Exactly-once publishing on the cluster in memory: the same steps as on Kafka, each of which can fail. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { Commit, OpenPublisher, Publisher } from '../../ports/publisher.ts'
import { allow, MemoryBatches } from './memory-batches.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import type { MemoryPartition } from './memory-partition.ts'
import type { MemoryProducer } from './memory-transactions.ts'

/** A larger batch is sent in parts. */
const usualBatchBytesMax = 262_144

export function memoryPublisher(
  cluster: MemoryCluster,
  names: TopicNames,
  batchBytesMax = usualBatchBytesMax,
): OpenPublisher {
  return async ({ source, transactionTimeoutMs }) => {
    reach(cluster)
    allow(cluster, names.transactionalId(source))
    const checkpointTopic = names.checkpoint(source)
    const checkpoints = cluster.partition(checkpointTopic, 0)
    if (checkpoints === null) throw new FalseworkError('PUBLISH_REFUSED', 'there is no checkpoint topic')
    const producer = cluster.openProducer(names.transactionalId(source), transactionTimeoutMs)
    const barrier = { key: Buffer.from(checkpointTopicKeys.barrier), value: Buffer.from(String(producer.epoch)) }
    cluster.appendTransactional(producer, checkpoints, barrier)
    cluster.endTransaction(producer, 'committed')
    const batches = new MemoryBatches(cluster, producer, batchBytesMax)
    const checkpoint = newestCheckpoint(checkpoints)
    return await Promise.resolve(new MemoryPublisher({ cluster, producer, batches, checkpoint, checkpointTopic }))
  }
}

interface MemoryPublisherParts {
  readonly cluster: MemoryCluster
  readonly producer: MemoryProducer
  readonly batches: MemoryBatches
  readonly checkpoint: Checkpoint | null
  readonly checkpointTopic: string
}

/** Modes: open · spent. Any failure spends it. */
class MemoryPublisher implements Publisher {
  readonly checkpoint: Checkpoint | null
  private readonly parts: MemoryPublisherParts
  private spent = false
  private closed = false
  /** What the answer to a batch says, which comes while the caller goes on. */
  private failure: Error | null = null

  constructor(parts: MemoryPublisherParts) {
    this.parts = parts
    this.checkpoint = parts.checkpoint
  }

  append(record: OutputRecord): Promise<void> | null {
    this.expectSound()
    const full = this.parts.batches.append(record)
    if (full === null) return null
    try {
      reach(this.parts.cluster)
      this.parts.batches.send(full)
    } catch (cause) {
      this.failure = cause instanceof Error ? cause : uncertain('the answer was lost')
    }
    const answered = this.answered()
    // Whoever does not wait is told by the next call.
    answered.catch(() => undefined)
    return answered
  }

  async commit(commit: Commit): Promise<void> {
    this.expectSound()
    // Spent until proven otherwise: nothing on the way can forget to say so.
    this.spent = true
    await Promise.resolve()
    const { cluster, producer, batches } = this.parts
    const fault = cluster.takeFault()
    reach(cluster)
    cluster.checkEpoch(producer)
    if (fault === 'refused') throw new FalseworkError('PUBLISH_REFUSED', 'refused on demand')
    allow(cluster, producer.transactionalId)
    this.appendState(commit)
    batches.sendAll()
    const paceMs = cluster.paceMs(producer.transactionalId)
    if (paceMs > 0) await cluster.clock.sleep(paceMs)
    reach(cluster)
    if (fault === 'commit-unknown-lost') throw uncertain('the commit was lost')
    cluster.endTransaction(producer, 'committed')
    if (fault === 'commit-unknown-applied') throw uncertain('the answer to the commit was lost')
    this.spent = this.closed
  }

  async close(): Promise<void> {
    this.closed = true
    this.spent = true
    await Promise.resolve()
  }

  private expectSound(): void {
    if (this.spent)
      throw new FalseworkError('PUBLISHER_SPENT', 'a publisher was used after a failure, or twice at once')
    if (this.failure === null) return
    this.spent = true
    throw this.failure
  }

  /** One batch is in flight at a time. */
  private async answered(): Promise<void> {
    await Promise.resolve()
    if (this.failure === null) return
    this.spent = true
    throw this.failure
  }

  private appendState({ checkpoint, applied }: Commit): void {
    const { batches, checkpointTopic: topic } = this.parts
    const value = encodeCheckpoint(checkpoint)
    const keys: string[] = [checkpointTopicKeys.checkpoint]
    if (applied !== undefined) keys.push(checkpointTopicKeys.applied(applied))
    for (const key of keys) {
      const full = batches.append({ topic, partition: 0, key: Buffer.from(key), value, fixedHeaders: [], headers: [] })
      if (full !== null) batches.send(full)
    }
  }
}

/** Whoever cannot reach the cluster does not know what has become of a transaction. */
function reach(cluster: MemoryCluster): void {
  try {
    cluster.contact()
  } catch (cause) {
    throw new FalseworkError('PUBLISH_UNCERTAIN', 'the cluster in memory is cut off', { cause })
  }
}

function newestCheckpoint(partition: MemoryPartition): Checkpoint | null {
  const { records } = partition.read(0, Number.MAX_SAFE_INTEGER)
  const newest = records.findLast(({ record }) => record.key?.toString() === checkpointTopicKeys.checkpoint)
  return newest?.record.value == null ? null : decodeCheckpoint(newest.record.value)
}

const uncertain = (what: string): FalseworkError => new FalseworkError('PUBLISH_UNCERTAIN', what)
