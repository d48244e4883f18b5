/** The registry log on the cluster in memory. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ControlEntry, ControlLog } from '../../ports/kafka/control-log.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'

export function memoryControlLog(cluster: MemoryCluster, topic: string): ControlLog {
  const opened = cluster.find(topic)?.id
  const closed = new AbortController()
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
    more: async (from, { maxWaitMs, ended }) => {
      const over = AbortSignal.any([ended, closed.signal])
      const untilMs = cluster.clock.nowMs() + maxWaitMs
      for (;;) {
        const { id, partitions } = cluster.topic(topic)
        const [partition] = partitions
        if (id !== opened || partition === undefined) throw new FalseworkError('WRONG_LOG', `${topic} was made anew`)
        if (from < partition.first || from > partition.end) {
          throw new FalseworkError('RAW_GAP', `${topic} does not hold offset ${from}`)
        }
        if (partition.lastStable > from) return 'arrived'
        const leftMs = untilMs - cluster.clock.nowMs()
        if (leftMs <= 0 || over.aborted) return 'nothing'
        await cluster.change(leftMs, over)
      }
    },
    close: async () => {
      closed.abort()
      await Promise.resolve()
    },
  }
}
