/** Any topic of the cluster in memory, read by people. */
import type { TopicReader, TopicRecord } from '../../ports/topic-reader.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import type { VisibleRecord } from './cluster/memory-partition.ts'

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
    close: async () => await Promise.resolve(),
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
