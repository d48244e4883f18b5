/** Exactly-once publishing for one source on the cluster in memory. */
import { checkpointOf, checkpointRecords, checkpointState } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { OpenPublisher } from '../../ports/kafka/publisher.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'
import { memoryTransactionalOutput } from './memory-transactional-output.ts'

export function memoryPublisher(cluster: MemoryCluster, names: TopicNames, batchBytesMax?: number): OpenPublisher {
  const open = memoryTransactionalOutput(cluster, batchBytesMax)
  return async ({ source, transactionTimeoutMs }) => {
    const output = await open({
      transactionalId: names.transactionalId(source),
      transactionTimeoutMs,
      stateTopic: checkpointState(names, source),
    })
    return {
      checkpoint: checkpointOf(output.state),
      append: (record) => output.append(record),
      commit: async (commit) => await output.commit(checkpointRecords(commit)),
      close: async () => await output.close(),
    }
  }
}
