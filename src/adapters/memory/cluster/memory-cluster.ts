/** A Kafka cluster in memory: topics, transactions, fencing by epoch, and faults on demand. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { DescribedProducer } from '../../../ports/kafka/producer-ids.ts'
import { MemoryPartition, type StoredRecord } from './memory-partition.ts'
import { type MemoryProducer, MemoryTransactions } from './memory-transactions.ts'

export interface MemoryTopic {
  readonly id: number
  readonly name: string
  readonly config: ReadonlyMap<string, string>
  readonly partitions: readonly MemoryPartition[]
}

/** What the next `commit` of any publisher meets. */
export type PublishFault =
  /** The transaction is committed, the answer is lost. */
  | 'commit-unknown-applied'
  /** The request to commit is lost: the transaction stays open until the next publisher of the source aborts it. */
  | 'commit-unknown-lost'
  /** The broker refuses the records. */
  | 'refused'

export class MemoryCluster {
  readonly clock: Clock
  private readonly topics = new Map<string, MemoryTopic>()
  private readonly transactions: MemoryTransactions
  private readonly forbidden = new Set<string>()
  private readonly paces = new Map<string, number>()
  private readonly faults: PublishFault[] = []
  private readonly waiting = new Set<() => void>()
  private topicCount = 0
  private reachable = true

  constructor(clock: Clock) {
    this.clock = clock
    this.transactions = new MemoryTransactions({ clock, onEnd: () => this.notify() })
  }

  /** Queues a fault: one for each call of `commit`, in order. */
  failNext(fault: PublishFault): void {
    this.faults.push(fault)
  }

  takeFault(): PublishFault | null {
    return this.faults.shift() ?? null
  }

  /** Cuts everybody off, or lets them back in. */
  setReachable(reachable: 'yes' | 'no'): void {
    this.reachable = reachable === 'yes'
    this.notify()
  }

  /** Raises `KAFKA_UNREACHABLE` while the cluster is cut off. */
  contact(): void {
    if (!this.reachable) throw new FalseworkError('KAFKA_UNREACHABLE', 'the cluster in memory is cut off')
  }

  /** Takes away, or gives back, the right to use a topic or a transactional id. */
  setAllowed(name: string, allowed: 'yes' | 'no'): void {
    if (allowed === 'yes') this.forbidden.delete(name)
    else this.forbidden.add(name)
  }

  isAllowed(name: string): boolean {
    return !this.forbidden.has(name)
  }

  /** How long the brokers take over each transaction of an id, between its first record and its end. */
  setPaceMs(transactionalId: string, ms: number): void {
    this.paces.set(transactionalId, ms)
  }

  paceMs(transactionalId: string): number {
    return this.paces.get(transactionalId) ?? 0
  }

  /** Gives false, and changes nothing, when the topic is there already. */
  createTopic(name: string, partitions: number, config: Readonly<Record<string, string>> = {}): boolean {
    if (this.topics.has(name)) return false
    this.topicCount += 1
    this.topics.set(name, {
      id: this.topicCount,
      name,
      config: new Map(Object.entries(config)),
      partitions: Array.from({ length: partitions }, () => new MemoryPartition()),
    })
    return true
  }

  /** As `kafka-configs --alter`, by somebody who is there also while others are cut off. */
  alterTopic(name: string, config: Readonly<Record<string, string>>): void {
    const topic = this.find(name)
    if (topic === null) throw new FalseworkError('TOPIC_MISSING', `there is no topic ${name}`)
    this.topics.set(name, { ...topic, config: new Map([...topic.config, ...Object.entries(config)]) })
  }

  deleteTopic(name: string): void {
    this.topics.delete(name)
    this.notify()
  }

  find(name: string): MemoryTopic | null {
    return this.topics.get(name) ?? null
  }

  /** Raises `TOPIC_MISSING`, and `KAFKA_UNREACHABLE` while the cluster is cut off. */
  topic(name: string): MemoryTopic {
    this.contact()
    const topic = this.topics.get(name)
    if (topic === undefined) throw new FalseworkError('TOPIC_MISSING', `there is no topic ${name}`)
    return topic
  }

  /** Null for a topic or partition that is not there. */
  partition(topic: string, partition: number): MemoryPartition | null {
    return this.topics.get(topic)?.partitions[partition] ?? null
  }

  /** A plain append, as Connect, a native service or a person would make it. */
  append(topic: string, record: Partial<StoredRecord> & { readonly partition?: number }): number {
    const partition = this.topic(topic).partitions[record.partition ?? 0]
    if (partition === undefined) throw new FalseworkError('TOPIC_MISSING', `${topic} has no such partition`)
    const offset = partition.append(this.stored(record), null)
    this.notify()
    return offset
  }

  /** Fences whoever opened this id before, and aborts what it left open. */
  openProducer(transactionalId: string, timeoutMs: number | null = null): MemoryProducer {
    this.contact()
    return this.transactions.openProducer(transactionalId, timeoutMs)
  }

  /** Null: nobody has opened the id. */
  describeProducer(transactionalId: string): DescribedProducer | null {
    const described = this.transactions.describe(transactionalId)
    if (described === null) return null
    const { partitions, ...rest } = described
    const written = [...this.topics.values()].filter((topic) => topic.partitions.some((one) => partitions.has(one)))
    return { transactionalId, ...rest, topics: written.map(({ name }) => name) }
  }

  /** Raises `FENCED` when the id was opened again since, or its transaction has outlasted its time-out. */
  checkEpoch(producer: MemoryProducer): void {
    this.transactions.checkEpoch(producer)
  }

  /** Appends within the producer's open transaction, which begins with its first record. */
  appendTransactional(producer: MemoryProducer, partition: MemoryPartition, record: Partial<StoredRecord>): void {
    this.transactions.append(producer, partition, this.stored(record))
  }

  endTransaction(producer: MemoryProducer, outcome: 'committed' | 'aborted'): void {
    this.transactions.end(producer, outcome)
  }

  /** Resolves when anything has changed, and after `maxWaitMs` or when `ended` fires at the latest. */
  async change(maxWaitMs: number, ended?: AbortSignal): Promise<void> {
    const over = new AbortController()
    const signal = ended === undefined ? over.signal : AbortSignal.any([over.signal, ended])
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve)
      void this.clock.sleep(maxWaitMs, signal).then(() => {
        this.waiting.delete(resolve)
        resolve()
      })
    })
    over.abort()
  }

  notify(): void {
    const waiting = [...this.waiting]
    this.waiting.clear()
    for (const wake of waiting) wake()
  }

  private stored({ key, value, headers, timestampMs }: Partial<StoredRecord>): StoredRecord {
    return {
      key: key ?? null,
      value: value ?? null,
      headers: headers ?? [],
      timestampMs: timestampMs ?? this.clock.wallMs(),
    }
  }
}
