/** A raw log on the cluster in memory. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OpenRawLog, RecordBatch } from '../../ports/kafka/raw-log.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'
import type { MemoryPartition, VisibleRecord } from './cluster/memory-partition.ts'

export function memoryRawLog(cluster: MemoryCluster): OpenRawLog {
  return async (name) => {
    const { id } = await Promise.resolve(cluster.topic(name))
    const partition = (): MemoryPartition => {
      const topic = cluster.find(name)
      cluster.contact()
      const [only] = topic?.partitions ?? []
      if (topic?.id !== id || only === undefined) throw new FalseworkError('WRONG_LOG', `${name} is another topic now`)
      return only
    }
    return {
      read: async (from, { maxWaitMs, maxBytes }) => {
        const batch = readFrom(partition(), { name, from, maxBytes })
        if (batch.next > from) return batch
        await cluster.change(maxWaitMs)
        return readFrom(partition(), { name, from, maxBytes })
      },
      range: async () => {
        const { first, lastStable } = await Promise.resolve(partition())
        return { first, end: lastStable }
      },
      close: async () => await Promise.resolve(),
    }
  }
}

function readFrom(
  partition: MemoryPartition,
  { name, from, maxBytes }: { readonly name: string; readonly from: number; readonly maxBytes: number },
): RecordBatch {
  if (from < partition.first || from > partition.end) {
    throw new FalseworkError('RAW_GAP', `${name} does not hold offset ${from}`)
  }
  const { records, next } = partition.read(from, maxBytes)
  return new MemoryRecordBatch(records, { next, end: partition.lastStable })
}

class MemoryRecordBatch implements RecordBatch {
  readonly count: number
  readonly next: number
  readonly end: number
  readonly codec: string | null
  private readonly records: readonly VisibleRecord[]

  constructor(records: readonly VisibleRecord[], { next, end }: { readonly next: number; readonly end: number }) {
    this.records = records
    this.count = records.length
    this.codec = records.length === 0 ? null : 'none'
    this.next = next
    this.end = end
  }

  offset(index: number): number {
    return this.records[index]?.offset ?? -1
  }

  timestampMs(index: number): number {
    return this.records[index]?.record.timestampMs ?? -1
  }

  key(index: number): Buffer | null {
    return this.records[index]?.record.key ?? null
  }

  value(index: number): Buffer | null {
    return this.records[index]?.record.value ?? null
  }

  header(index: number, name: string): Buffer | null {
    return this.records[index]?.record.headers.find(([known]) => known === name)?.[1] ?? null
  }
}
