/** What the contract suites of the Kafka ports need: the ports under test, and another client to look at what they did. */
import type { TopicNames } from '../../src/core/delivery/topic-names.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'
import type { AppendRecord } from '../../src/ports/kafka/append-record.ts'
import type { ConsumerGroups } from '../../src/ports/kafka/consumer-groups.ts'
import type { ControlLog } from '../../src/ports/kafka/control-log.ts'
import type { OpenLease } from '../../src/ports/kafka/lease.ts'
import type { OwnershipLog } from '../../src/ports/kafka/ownership-log.ts'
import type { ProducerIds } from '../../src/ports/kafka/producer-ids.ts'
import type { OpenPublisher, Publisher } from '../../src/ports/kafka/publisher.ts'
import type { OpenRawLog, RawLog } from '../../src/ports/kafka/raw-log.ts'
import type { TopicAdmin } from '../../src/ports/kafka/topic-admin.ts'
import type { TopicReader } from '../../src/ports/kafka/topic-reader.ts'
import type { OpenTransactionalOutput } from '../../src/ports/kafka/transactional-output.ts'
import { transactionTimeoutMs } from './kafka-batches.ts'

export interface KafkaHarness {
  readonly names: TopicNames
  readonly openRawLog: OpenRawLog
  readonly openPublisher: OpenPublisher
  readonly openTransactionalOutput: OpenTransactionalOutput
  readonly openLease: OpenLease
  readonly openControlLog: () => Promise<ControlLog>
  readonly ownershipLog: OwnershipLog
  readonly topicAdmin: TopicAdmin
  readonly topicReader: TopicReader
  readonly appendRecord: AppendRecord
  readonly consumerGroups: ConsumerGroups
  readonly producerIds: ProducerIds
  /** How long a broken request goes unanswered at most. */
  readonly requestTimeoutMs: number
  /** By somebody else: */
  createTopic(topic: string, partitions?: number, config?: Readonly<Record<string, string>>): Promise<void>
  deleteTopic(topic: string): Promise<void>
  append(topic: string, records: readonly AppendedRecord[]): Promise<void>
  /** A producer with transactions of its own on that topic. */
  writer(topic: string): Promise<TransactionalWriter>
  /** A group of one member that has read the topic to its end and committed that; it stays until it leaves. */
  consumer(group: string, topic: string): Promise<{ readonly leave: () => Promise<void> }>
  deleteBefore(topic: string, offset: number): Promise<void>
  /** Everything that a read_committed reader sees, partition by partition, each in order. */
  readCommitted(topic: string): Promise<readonly SeenRecord[]>
  /** The next `commit` takes place and its answer is lost, or its request is lost. */
  loseNextCommit(what: 'answer' | 'request'): void
  close(): Promise<void>
}

export type MakeHarness = () => Promise<KafkaHarness>

export interface AppendedRecord {
  readonly key?: Buffer | null
  readonly value: Buffer | null
  readonly partition?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface TransactionalWriter {
  readonly transactionalId: string
  begin(): Promise<void>
  append(record: AppendedRecord): Promise<void>
  end(outcome: 'commit' | 'abort'): Promise<void>
}

export interface SeenRecord {
  readonly partition: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

let topics = 0

/** A name that no other test has. */
export function freshName(word: string): string {
  topics += 1
  return `${word}-${topics}`
}

/** A source with its checkpoint topic. */
export async function freshSource(harness: KafkaHarness): Promise<string> {
  const source = freshName('source')
  await harness.createTopic(harness.names.checkpoint(source), 1, { 'cleanup.policy': 'compact' })
  return source
}

/** Opens, and closes whatever happens. */
export async function withPublisher<T>(
  harness: KafkaHarness,
  source: string,
  use: (publisher: Publisher) => Promise<T>,
): Promise<T> {
  const publisher = await harness.openPublisher({ source, transactionTimeoutMs })
  try {
    return await use(publisher)
  } finally {
    await publisher.close()
  }
}

/** The code with which something fails; `none` when it does not. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'none'
  } catch (error) {
    if (error instanceof FalseworkError) return error.code
    throw error
  }
}

/** Reads from an offset until the log's present end, and gives values as text. */
export async function readToEnd(log: RawLog, from: number, maxBytes = 1_048_576): Promise<string[]> {
  const { end } = await log.range()
  const values: string[] = []
  for (let position = from; position < end; ) {
    const batch = await log.read(position, { maxWaitMs: 200, maxBytes })
    for (let index = 0; index < batch.count; index++) values.push(batch.value(index)?.toString() ?? 'null')
    position = batch.next
  }
  return values
}
