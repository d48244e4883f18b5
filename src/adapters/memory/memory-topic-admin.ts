/** Topics of the cluster in memory. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TopicAdmin, TopicDescription } from '../../ports/kafka/topic-admin.ts'
import { batchBytesMaxOf } from './cluster/memory-batches.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'

export function memoryTopicAdmin(cluster: MemoryCluster): TopicAdmin {
  return {
    describe: async (topics) => {
      cluster.contact()
      const found = topics.flatMap((name): [string, TopicDescription][] => {
        const topic = cluster.find(name)
        return topic === null ? [] : [[name, { partitions: topic.partitions.length, config: topic.config }]]
      })
      return await Promise.resolve(new Map(found))
    },
    batchBytesMax: async (topics) => {
      cluster.contact()
      const found = topics.flatMap((name): [string, number][] => {
        const topic = cluster.find(name)
        return topic === null || !cluster.isAllowed(name) ? [] : [[name, batchBytesMaxOf(topic)]]
      })
      return await Promise.resolve(new Map(found))
    },
    ensure: async (specs) => {
      cluster.contact()
      for (const { topic } of specs) {
        if (!cluster.isAllowed(topic)) throw new FalseworkError('KAFKA_UNREACHABLE', `not authorised for ${topic}`)
      }
      const created = specs.filter(({ topic, partitions, config }) => cluster.createTopic(topic, partitions, config))
      return await Promise.resolve({ created: created.map(({ topic }) => topic) })
    },
    close: async () => await Promise.resolve(),
  }
}
