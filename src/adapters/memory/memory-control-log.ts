/** The registry log on the cluster in memory. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ControlEntry, ControlLog } from '../../ports/control-log.ts'
import type { MemoryCluster } from './memory-cluster.ts'

export function memoryControlLog(cluster: MemoryCluster, topic: string): ControlLog {
  return {
    append: async (record) => await Promise.resolve(cluster.append(topic, { value: Buffer.from(record) })),
    read: async (from) => {
      const [partition] = await Promise.resolve(cluster.topic(topic).partitions)
      if (partition === undefined || from < partition.first) {
        throw new FalseworkError('RAW_GAP', `${topic} does not hold offset ${from}`)
      }
      const { records } = partition.read(from, Number.MAX_SAFE_INTEGER)
      const entries = records.flatMap(({ offset, record }): ControlEntry[] =>
        record.value === null ? [] : [{ offset, value: record.value }],
      )
      return { records: entries, end: partition.lastStable }
    },
    close: async () => await Promise.resolve(),
  }
}
