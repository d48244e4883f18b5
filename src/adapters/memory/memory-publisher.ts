/** Exactly-once publishing on the cluster in memory: the same steps as on Kafka, each of which can fail. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type { OpenPublisher, OutputBatch, Publisher } from '../../ports/publisher.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import type { MemoryPartition, StoredRecord } from './memory-partition.ts'
import type { MemoryProducer } from './memory-transactions.ts'

/** A larger batch is sent in parts. */
const batchBytesMax = 262_144

export function memoryPublisher(cluster: MemoryCluster, names: TopicNames): OpenPublisher {
  return async ({ source, transactionTimeoutMs }) => {
    reach(cluster)
    allow(cluster, names.transactionalId(source))
    const checkpoints = cluster.partition(names.checkpoint(source), 0)
    if (checkpoints === null) throw new FalseworkError('PUBLISH_REFUSED', 'there is no checkpoint topic')
    const producer = cluster.openProducer(names.transactionalId(source), transactionTimeoutMs)
    const barrier = { key: Buffer.from(checkpointTopicKeys.barrier), value: Buffer.from(String(producer.epoch)) }
    cluster.appendTransactional(producer, checkpoints, barrier)
    cluster.endTransaction(producer, 'committed')
    return await Promise.resolve(new MemoryPublisher({ cluster, producer, checkpoints }))
  }
}

/** Modes: open · spent. Any failure spends it. */
class MemoryPublisher implements Publisher {
  readonly checkpoint: Checkpoint | null
  private readonly cluster: MemoryCluster
  private readonly producer: MemoryProducer
  private readonly checkpoints: MemoryPartition
  private spent = false
  /** Of the batch that is being filled for each partition. */
  private readonly filling = new Map<MemoryPartition, number>()

  constructor(parts: { cluster: MemoryCluster; producer: MemoryProducer; checkpoints: MemoryPartition }) {
    this.cluster = parts.cluster
    this.producer = parts.producer
    this.checkpoints = parts.checkpoints
    this.checkpoint = newestCheckpoint(parts.checkpoints)
  }

  async publish(batch: OutputBatch): Promise<void> {
    await Promise.resolve()
    if (this.spent) throw new FalseworkError('PUBLISHER_SPENT', 'publish after a failure')
    // Spent until proven otherwise: nothing on the way can forget to say so.
    this.spent = true
    const fault = this.cluster.takeFault()
    reach(this.cluster)
    this.cluster.checkEpoch(this.producer)
    if (fault === 'refused') throw new FalseworkError('PUBLISH_REFUSED', 'refused on demand')
    allow(this.cluster, this.producer.transactionalId)
    this.filling.clear()
    for (const record of batch.records) this.append(record)
    this.appendState(batch)
    const paceMs = this.cluster.paceMs(this.producer.transactionalId)
    if (paceMs > 0) await this.cluster.clock.sleep(paceMs)
    reach(this.cluster)
    if (fault === 'commit-unknown-lost') throw uncertain('the commit was lost')
    this.cluster.endTransaction(this.producer, 'committed')
    if (fault === 'commit-unknown-applied') throw uncertain('the answer to the commit was lost')
    this.spent = false
  }

  async close(): Promise<void> {
    this.spent = true
    await Promise.resolve()
  }

  private append(record: OutputRecord): void {
    allow(this.cluster, record.topic)
    const topic = this.cluster.find(record.topic)
    const partition = topic?.partitions[record.partition]
    if (partition === undefined) {
      throw new FalseworkError('PUBLISH_REFUSED', `${record.topic} has no partition ${record.partition}`)
    }
    const limit = Number(topic?.config.get('max.message.bytes') ?? Number.MAX_SAFE_INTEGER)
    const bytes = this.fill(partition, (record.key?.length ?? 0) + (record.value?.length ?? 0))
    if (bytes > limit) {
      throw new FalseworkError('PUBLISH_REFUSED', `a batch of ${bytes} bytes is too large for ${record.topic}`)
    }
    this.cluster.appendTransactional(this.producer, partition, {
      key: record.key,
      value: record.value,
      headers: headersOf(record),
    })
  }

  /** The bytes of the batch with this record, which begins a new one when it has no room in the last. */
  private fill(partition: MemoryPartition, size: number): number {
    const filled = this.filling.get(partition) ?? 0
    const bytes = filled + size > batchBytesMax ? size : filled + size
    this.filling.set(partition, bytes)
    return bytes
  }

  private appendState({ checkpoint, applied }: OutputBatch): void {
    const value = encodeCheckpoint(checkpoint)
    const keys: string[] = [checkpointTopicKeys.checkpoint]
    if (applied !== undefined) keys.push(checkpointTopicKeys.applied(applied))
    for (const key of keys) {
      this.cluster.appendTransactional(this.producer, this.checkpoints, { key: Buffer.from(key), value })
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

/** The broker answers whoever has no right to it as it answers records that it does not take. */
function allow(cluster: MemoryCluster, name: string): void {
  if (!cluster.isAllowed(name)) throw new FalseworkError('PUBLISH_REFUSED', `not authorised for ${name}`)
}

function headersOf({ fixedHeaders, headers }: OutputRecord): StoredRecord['headers'] {
  const own: [string, Buffer][] = []
  for (let index = 0; index < headers.length; index += 2) {
    own.push([headers[index] ?? '', Buffer.from(headers[index + 1] ?? '')])
  }
  return [...fixedHeaders.map(([name, value]): [string, Buffer] => [name, Buffer.from(value)]), ...own]
}

function newestCheckpoint(partition: MemoryPartition): Checkpoint | null {
  const { records } = partition.read(0, Number.MAX_SAFE_INTEGER)
  const newest = records.findLast(({ record }) => record.key?.toString() === checkpointTopicKeys.checkpoint)
  return newest?.record.value == null ? null : decodeCheckpoint(newest.record.value)
}

const uncertain = (what: string): FalseworkError => new FalseworkError('PUBLISH_UNCERTAIN', what)
