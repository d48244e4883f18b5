/** Any topic of the cluster in memory, read by people. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TopicBatch, TopicReader, TopicRecord } from '../../ports/kafka/topic-reader.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'
import type { MemoryPartition, VisibleRecord } from './cluster/memory-partition.ts'

const followWaitMs = 500

export function memoryTopicReader(cluster: MemoryCluster): TopicReader {
  return {
    read: (topic, options) => readTopic(cluster, topic, options),
    latest: async (topic, key) => {
      const [partition] = await Promise.resolve(cluster.topic(topic).partitions)
      const { records } = partition?.read(0, Number.MAX_SAFE_INTEGER) ?? { records: [] }
      const newest = records.findLast(({ record }) => record.key?.toString() === key)
      return newest === undefined ? null : topicRecord(newest, topic, 0)
    },
    range: async (topic) =>
      await Promise.resolve(
        cluster.topic(topic).partitions.map(({ first, lastStable }) => ({ first, end: lastStable })),
      ),
    offsetsAt: async (topic, sinceMs) =>
      await Promise.resolve(cluster.topic(topic).partitions.map((partition) => offsetSince(partition, sinceMs))),
    readFrom: async (topic, from, { maxWaitMs }) => {
      const batch = readFrom(cluster, topic, from)
      if (batch.records.length > 0) return batch
      await cluster.change(maxWaitMs)
      return readFrom(cluster, topic, from)
    },
    close: async () => await Promise.resolve(),
  }
}

function offsetSince(partition: MemoryPartition, sinceMs: number): number {
  const { records } = partition.read(partition.first, Number.MAX_SAFE_INTEGER)
  return records.find(({ record }) => record.timestampMs >= sinceMs)?.offset ?? partition.lastStable
}

function readFrom(cluster: MemoryCluster, topic: string, from: readonly number[]): TopicBatch {
  cluster.contact()
  const batches = cluster.topic(topic).partitions.map((log, at) => {
    const offset = from[at] ?? 0
    if (offset < log.first || offset > log.end)
      throw new FalseworkError('RAW_GAP', `${topic} does not hold offset ${offset}`)
    return log.read(offset, Number.MAX_SAFE_INTEGER)
  })
  return {
    records: batches.flatMap(({ records }, partition) =>
      records.map((record) => topicRecord(record, topic, partition)),
    ),
    next: batches.map(({ next }) => next),
    ends: cluster.topic(topic).partitions.map(({ lastStable }) => lastStable),
  }
}

async function* readTopic(
  cluster: MemoryCluster,
  topic: string,
  { from, follow, signal }: Parameters<TopicReader['read']>[1],
): AsyncGenerator<TopicRecord> {
  const { partitions } = cluster.topic(topic)
  const positions = partitions.map(({ first, lastStable }) => (from === 'beginning' ? first : lastStable))
  for (;;) {
    for (const [partition, log] of partitions.entries()) {
      const { records, next } = log.read(positions[partition] ?? 0, Number.MAX_SAFE_INTEGER)
      positions[partition] = next
      for (const record of records) {
        if (signal.aborted) return
        yield topicRecord(record, topic, partition)
      }
    }
    if (!follow || signal.aborted) return
    await cluster.change(followWaitMs)
  }
}

const topicRecord = ({ offset, record }: VisibleRecord, topic: string, partition: number): TopicRecord => ({
  topic,
  partition,
  offset,
  timestampMs: record.timestampMs,
  key: record.key,
  value: record.value,
  headers: new Map(record.headers),
})
