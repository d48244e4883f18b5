/** Producers of other services on the cluster in memory. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ProducerIds } from '../../../ports/kafka/producer-ids.ts'
import type { MemoryCluster } from '../cluster/memory-cluster.ts'

export function memoryProducerIds(cluster: MemoryCluster): ProducerIds {
  const expectAllowed = (transactionalIds: readonly string[]): void => {
    cluster.contact()
    const forbidden = transactionalIds.find((transactionalId) => !cluster.isAllowed(transactionalId))
    if (forbidden !== undefined) throw new FalseworkError('NOT_AUTHORISED', `not authorised for ${forbidden}`)
  }
  return {
    describe: async (transactionalIds) => {
      expectAllowed(transactionalIds)
      return await Promise.resolve(transactionalIds.map((id) => cluster.describeProducer(id)))
    },
    fence: async (transactionalIds) => {
      expectAllowed(transactionalIds)
      const fenced = transactionalIds.map((transactionalId) => {
        const { epoch, producerId } = cluster.openProducer(transactionalId)
        return { transactionalId, producerId, epoch }
      })
      return await Promise.resolve(fenced)
    },
  }
}
