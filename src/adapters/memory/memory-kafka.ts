/** All Kafka ports on one cluster in memory, and the handles by which a test breaks it. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { Clock } from '../../ports/clock-log-metrics.ts'
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
import type { OpenTransactionalOutput } from '../../ports/kafka/transactional-output.ts'
import { MemoryGroups } from './clients/memory-groups.ts'
import { memoryProducerIds } from './clients/memory-producer-ids.ts'
import { MemoryCluster } from './cluster/memory-cluster.ts'
import { memoryControlLog } from './memory-control-log.ts'
import { MemoryLeases } from './memory-lease.ts'
import { memoryOwnershipLog } from './memory-ownership-log.ts'
import { memoryPublisher } from './memory-publisher.ts'
import { memoryRawLog } from './memory-raw-log.ts'
import { memoryTopicAdmin } from './memory-topic-admin.ts'
import { memoryTopicReader } from './memory-topic-reader.ts'
import { memoryTransactionalOutput } from './memory-transactional-output.ts'

export interface MemoryKafka {
  readonly cluster: MemoryCluster
  readonly leases: MemoryLeases
  readonly groups: MemoryGroups
  readonly openRawLog: OpenRawLog
  readonly openPublisher: OpenPublisher
  readonly openTransactionalOutput: OpenTransactionalOutput
  readonly openLease: OpenLease
  readonly openComparisonLease: OpenLease
  readonly openControlLog: () => Promise<ControlLog>
  readonly ownershipLog: OwnershipLog
  readonly newOwnershipLog: () => OwnershipLog
  readonly topicAdmin: TopicAdmin
  readonly topicReader: TopicReader
  readonly newTopicReader: () => TopicReader
  readonly appendRecord: AppendRecord
  readonly consumerGroups: ConsumerGroups
  readonly producerIds: ProducerIds
  close(): Promise<void>
}

export interface MemoryKafkaOptions {
  readonly names: TopicNames
  readonly clock: Clock
  /** What publishers send before they commit; with a small one their transactions are in the log before their end. */
  readonly batchBytesMax?: number
}

export function memoryKafka(options: MemoryKafkaOptions): MemoryKafka {
  const cluster = new MemoryCluster(options.clock)
  const leases = new MemoryLeases()
  const groups = new MemoryGroups(cluster, options.names)
  return {
    cluster,
    leases,
    groups,
    openRawLog: memoryRawLog(cluster),
    openPublisher: memoryPublisher(cluster, options.names, options.batchBytesMax),
    openTransactionalOutput: memoryTransactionalOutput(cluster, options.batchBytesMax),
    openLease: leases.openLease,
    openComparisonLease: (mapping) => leases.openLease(`comparison of ${mapping}`),
    openControlLog: async () => await Promise.resolve(memoryControlLog(cluster, options.names.registry)),
    ownershipLog: memoryOwnershipLog(cluster, options.names.ownership),
    newOwnershipLog: () => memoryOwnershipLog(cluster, options.names.ownership),
    topicAdmin: memoryTopicAdmin(cluster),
    topicReader: memoryTopicReader(cluster),
    newTopicReader: () => memoryTopicReader(cluster),
    appendRecord: async (topic, { key, value }) => {
      cluster.contact()
      return await Promise.resolve({ offset: cluster.append(topic, { key, value: Buffer.from(value) }) })
    },
    consumerGroups: groups,
    producerIds: memoryProducerIds(cluster),
    close: async () => await Promise.resolve(),
  }
}
