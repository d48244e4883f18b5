/** All Kafka ports of one cluster, from one set of options. */
import kafkajs from 'kafkajs'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { AppendRecord } from '../../ports/kafka/append-record.ts'
import type { ConsumerGroups } from '../../ports/kafka/consumer-groups.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { OpenLease } from '../../ports/kafka/lease.ts'
import type { OwnershipLog } from '../../ports/kafka/ownership-log.ts'
import type { ProducerIds } from '../../ports/kafka/producer-ids.ts'
import type { OpenPublisher } from '../../ports/kafka/publisher.ts'
import type { OpenRawLog } from '../../ports/kafka/raw-log.ts'
import type { TopicAdmin } from '../../ports/kafka/topic-admin.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { createAppendRecord } from './append-record.ts'
import type { OpenTransactionalOutput } from '../../ports/kafka/transactional-output.ts'
import { createConsumerGroups } from './clients/consumer-groups.ts'
import { createProducerIds } from './clients/producer-ids.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import { openControlLog } from './control-log.ts'
import { createLease } from './lease.ts'
import { createOwnershipLog } from './ownership-log.ts'
import { openPublisher } from './publisher.ts'
import { openRawLog } from './raw-log.ts'
import { createTopicAdmin } from './topic-admin.ts'
import { createTopicReader } from './topic-reader.ts'
import { openTransactionalOutput, type PublishStep } from './transactional-output.ts'

export interface KafkaOptions extends ClusterOptions {
  readonly names: TopicNames
  readonly replicationFactor: number
  /** After so long without a sign of life the holder of a source is replaced. Default 10 s; brokers take 6 s and more. */
  readonly leaseSessionMs?: number
  /** Called between the steps of every Kafka transaction; tests kill the process in it. */
  readonly onPublishStep?: (step: PublishStep) => void
}

export interface KafkaPorts {
  readonly openRawLog: OpenRawLog
  readonly openPublisher: OpenPublisher
  readonly openTransactionalOutput: OpenTransactionalOutput
  readonly openLease: OpenLease
  /** Of the comparison of a mapping's events, by its name. */
  readonly openComparisonLease: OpenLease
  readonly openControlLog: () => Promise<ControlLog>
  readonly ownershipLog: OwnershipLog
  /** One more; whoever asks for it closes it. */
  readonly newOwnershipLog: () => OwnershipLog
  readonly topicAdmin: TopicAdmin
  readonly topicReader: TopicReader
  /** One more, for who waits for records; whoever asks for it closes it. */
  readonly newTopicReader: () => TopicReader
  readonly appendRecord: AppendRecord
  readonly consumerGroups: ConsumerGroups
  /** Of services that are not falsework. */
  readonly producerIds: ProducerIds
  close(): Promise<void>
}

/** Long enough for a slice and a pause of the garbage collector. */
const leaseSessionMs = 10_000

/** Connects nothing yet: each port connects when it is first used. */
export function connectKafka(options: KafkaOptions): KafkaPorts {
  const kafka = new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: Math.min(3_000, options.requestTimeoutMs),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 1, initialRetryTime: 100 },
  })
  const newOwnershipLog = (): OwnershipLog => createOwnershipLog(options, options.names.ownership)
  const ownershipLog = newOwnershipLog()
  const topicAdmin = createTopicAdmin(kafka, options)
  const topicReader = createTopicReader(options)
  const consumerGroups = createConsumerGroups(kafka, options)
  return {
    openRawLog: async (topic) => await openRawLog(options, topic),
    openPublisher: async ({ source, transactionTimeoutMs }) =>
      await openPublisher({
        ...options,
        source,
        transactionTimeoutMs,
        ...(options.onPublishStep === undefined ? {} : { onStep: options.onPublishStep }),
      }),
    openTransactionalOutput: async (output) => await openTransactionalOutput({ ...options, ...output }),
    openLease: (source) =>
      createLease({
        kafka,
        groupId: options.names.leaseGroup(source),
        topic: options.names.checkpoint(source),
        sessionMs: options.leaseSessionMs ?? leaseSessionMs,
      }),
    openComparisonLease: (mapping) =>
      createLease({
        kafka,
        groupId: options.names.comparisonGroup(mapping),
        topic: options.names.parity,
        sessionMs: options.leaseSessionMs ?? leaseSessionMs,
      }),
    openControlLog: async () => await openControlLog(options, options.names.registry),
    ownershipLog,
    newOwnershipLog,
    topicAdmin,
    topicReader,
    newTopicReader: () => createTopicReader(options),
    appendRecord: createAppendRecord(options),
    consumerGroups,
    producerIds: createProducerIds(options),
    close: async () => {
      await Promise.all([ownershipLog, topicAdmin, topicReader, consumerGroups].map(async (port) => await port.close()))
    },
  }
}
