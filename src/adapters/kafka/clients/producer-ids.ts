/** Producers of other services, by their transactional ids: asked for, and fenced as a source fences its own. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ProducerIds } from '../../../ports/kafka/producer-ids.ts'
import { type Cluster, type ClusterOptions, createCluster } from '../cluster/kafkajs.ts'
import { connectionError, protocolCodeOf, protocolError } from '../cluster/protocol-error.ts'
import { describeTransaction, TransactionCoordinator } from '../output/transaction-coordinator.ts'

/** What an older producer has open is aborted and its markers written within this many requests' time. */
const patienceInRequests = 3
/** Of a producer that is opened only to fence others, and never writes: Kafka's default. */
const transactionTimeoutMs = 60_000

/** Connects for each call: they are few. */
export function createProducerIds(options: ClusterOptions): ProducerIds {
  const patienceMs = options.requestTimeoutMs * patienceInRequests
  return {
    describe: async (transactionalIds) =>
      await askEach(options, transactionalIds, async (cluster, transactionalId) => {
        const described = await describeTransaction(cluster, { transactionalId, patienceMs })
        if (described === null) return null
        const { producerId, producerEpoch: epoch, state, topics, startMs } = described
        return { transactionalId, producerId, epoch, state, topics, sinceMs: startMs < 0 ? null : startMs }
      }),
    fence: async (transactionalIds) =>
      await askEach(options, transactionalIds, async (cluster, transactionalId) => {
        const fencing = { transactionalId, transactionTimeoutMs, patienceMs }
        const { producerId, producerEpoch: epoch } = (await TransactionCoordinator.fence(cluster, fencing)).producer
        return { transactionalId, producerId, epoch }
      }),
  }
}

async function askEach<T>(
  options: ClusterOptions,
  transactionalIds: readonly string[],
  ask: (cluster: Cluster, transactionalId: string) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = []
  if (transactionalIds.length === 0) return answers
  const cluster = createCluster(options)
  try {
    await cluster.connect()
    // Of no topic: it is what tells the client which brokers there are.
    await cluster.addMultipleTargetTopics([])
    for (const transactionalId of transactionalIds) {
      try {
        answers.push(await ask(cluster, transactionalId))
      } catch (cause) {
        throw idError(cause, transactionalId)
      }
    }
    return answers
  } catch (cause) {
    throw connectionError(cause, options.brokers)
  } finally {
    await cluster.close()
  }
}

export function idError(cause: unknown, transactionalId: string): unknown {
  if (protocolCodeOf(cause) !== protocolError.transactionalIdAuthorizationFailed) return cause
  const message = `Kafka does not let us use the transactional id ${transactionalId}: DESCRIBE, and WRITE to fence it`
  return new FalseworkError('NOT_AUTHORISED', message, { cause })
}
