/** Who may publish, read from the cluster in memory. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type OwnedScope, takeOwnership } from '../../core/migration/ownership-record.ts'
import type { OwnershipLog } from '../../ports/kafka/ownership-log.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'

export function memoryOwnershipLog(cluster: MemoryCluster, topic: string): OwnershipLog {
  return {
    read: async ({ maxWaitMs }) => {
      const untilMs = cluster.clock.nowMs() + maxWaitMs
      const { end } = partitionOf(cluster, topic)
      while (partitionOf(cluster, topic).lastStable < end) {
        const leftMs = untilMs - cluster.clock.nowMs()
        if (leftMs <= 0) throw new FalseworkError('OWNERSHIP_PENDING', `a transaction on ${topic} is open`)
        await cluster.change(leftMs)
      }
      const records = new Map<string, OwnedScope>()
      const { records: visible } = partitionOf(cluster, topic).read(0, Number.MAX_SAFE_INTEGER)
      for (const { record } of visible) takeOwnership(records, record)
      return records
    },
    close: async () => await Promise.resolve(),
  }
}

function partitionOf(cluster: MemoryCluster, topic: string) {
  const [partition] = cluster.topic(topic).partitions
  if (partition === undefined) throw new FalseworkError('TOPIC_MISSING', `${topic} has no partition`)
  return partition
}
