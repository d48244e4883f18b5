/** Records on their way to Kafka: written once into the batch of their partition, which is sent while others fill. */
import type { OutputRecord } from '../../../core/event/event-record.ts'
import type { Cluster } from '../cluster/kafkajs.ts'
import { publishError } from '../cluster/protocol-error.ts'
import type { ProducerIdentity } from '../codec/record-batch-writer.ts'
import type { TopicPartitions } from '../codec/transaction.ts'
import { BufferPool } from './buffer-pool.ts'
import { BytesInFlight } from './bytes-in-flight.ts'
import { LeaderLane, leaderOf } from './leader-lane.ts'
import { PartitionOutput, type SealedBatch } from './partition-output.ts'

/** Batches that are not full are sent too when they hold so much together: there may be many partitions. */
const fillingBytesMax = 4_194_304

interface OutputFlowParts {
  readonly cluster: Cluster
  readonly producer: ProducerIdentity
  /** Null for plain appends. */
  readonly transactionalId: string | null
  readonly timeoutMs: number
  /** Called with each partition before its first batch since the last flush is sent. */
  readonly join: (partitions: readonly TopicPartitions[]) => Promise<void>
}

/** Modes: open · failed. Any failure is for good: nothing more is sent, and nobody knows what was appended. */
export class OutputFlow {
  private readonly parts: OutputFlowParts
  private readonly buffers = new BufferPool()
  private readonly inFlight = new BytesInFlight()
  private readonly outputs = new Map<string, Map<number, PartitionOutput>>()
  private readonly lanes = new Map<number, LeaderLane>()
  private readonly knownTopics = new Set<string>()
  /** Touched since the last flush; those from `joined` on have not joined yet. */
  private touched: PartitionOutput[] = []
  private joined = 0
  private fillingBytes = 0
  private sealed: SealedBatch[] = []
  private isSending = false
  private failed: Error | null = null

  constructor(parts: OutputFlowParts) {
    this.parts = parts
  }

  /** Why nothing more is sent. */
  get failure(): Error | null {
    return this.failed
  }

  /**
   * Writes the record; what it is made of may be used again. Gives a promise when the caller should wait until the
   * brokers have caught up. A failure is told by that promise, by `failure`, and by `flush`.
   */
  append(record: OutputRecord): Promise<void> | null {
    const output = this.outputOf(record.topic, record.partition)
    if (!output.touched) {
      output.touched = true
      this.touched.push(output)
    }
    const before = output.fillingBytes
    const full = output.append(record)
    this.fillingBytes += output.fillingBytes - before
    if (full !== null) this.send([full])
    else if (this.fillingBytes > fillingBytesMax) this.sealAll()
    else return null
    return this.inFlight.untilRoom()
  }

  /** Sends what there is, and waits until all of it is answered. Raises what has failed, as `publishError` says. */
  async flush(): Promise<void> {
    this.sealAll()
    await this.inFlight.untilNothing()
    for (const output of this.touched) output.touched = false
    this.touched = []
    this.joined = 0
  }

  /** Nothing more is sent. */
  close(): void {
    this.fail(new Error('the publisher was closed'))
  }

  private outputOf(topic: string, partition: number): PartitionOutput {
    let partitions = this.outputs.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.outputs.set(topic, partitions)
    }
    const known = partitions.get(partition)
    if (known !== undefined) return known
    const output = new PartitionOutput({ topic, partition, producer: this.parts.producer, buffers: this.buffers })
    partitions.set(partition, output)
    return output
  }

  private sealAll(): void {
    this.fillingBytes = 0
    this.send(this.touched.flatMap((output) => output.seal() ?? []))
  }

  private send(batches: readonly SealedBatch[]): void {
    for (const batch of batches) this.inFlight.took(batch.bytes.length)
    this.sealed.push(...batches)
    if (this.isSending || this.sealed.length === 0) return
    this.isSending = true
    void this.sendSealed()
  }

  /** One at a time, so that batches leave in the order in which they were sealed. */
  private async sendSealed(): Promise<void> {
    try {
      while (this.sealed.length > 0) {
        const batches = this.sealed
        this.sealed = []
        // Not before the batches are taken: what is sealed meanwhile may be of a partition that has not joined.
        await this.join()
        await this.handOver(batches)
      }
    } catch (cause) {
      this.fail(cause)
    } finally {
      this.isSending = false
    }
  }

  /** All that were touched by now: partitions fill at nearly the same time. */
  private async join(): Promise<void> {
    const joining = this.touched.slice(this.joined)
    if (joining.length === 0) return
    this.joined += joining.length
    const topics = new Map<string, number[]>()
    for (const { topic, partition } of joining) topics.set(topic, [...(topics.get(topic) ?? []), partition])
    const unknown = [...topics.keys()].filter((topic) => !this.knownTopics.has(topic))
    if (unknown.length > 0) await this.parts.cluster.addMultipleTargetTopics(unknown)
    for (const topic of unknown) this.knownTopics.add(topic)
    await this.parts.join([...topics].map(([topic, partitions]) => ({ topic, partitions })))
  }

  private async handOver(batches: readonly SealedBatch[]): Promise<void> {
    const { cluster } = this.parts
    for (const [nodeId, own] of Map.groupBy(batches, (batch) => leaderOf(cluster, batch))) {
      const lane = this.laneTo(nodeId)
      await lane.ready(await cluster.findBroker({ nodeId }))
      if (this.failed !== null) return
      lane.send(own)
    }
  }

  private laneTo(nodeId: number): LeaderLane {
    const known = this.lanes.get(nodeId)
    if (known !== undefined) return known
    const lane = new LeaderLane({
      transactionalId: this.parts.transactionalId,
      timeoutMs: this.parts.timeoutMs,
      answered: (batches) => this.inFlight.answered(batches.reduce((total, { bytes }) => total + bytes.length, 0)),
      failed: (cause) => this.fail(cause),
    })
    this.lanes.set(nodeId, lane)
    return lane
  }

  private fail(cause: unknown): void {
    this.failed ??= publishError(cause)
    this.sealed = []
    for (const lane of this.lanes.values()) lane.drop()
    this.inFlight.fail(this.failed)
  }
}
