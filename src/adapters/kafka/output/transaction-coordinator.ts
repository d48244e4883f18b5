/** What is asked of the broker that keeps the transactions of one id: what it has open, fence, partitions, commit. */
import type { Broker, Cluster } from '../cluster/kafkajs.ts'
import { protocolCodeOf, protocolError } from '../cluster/protocol-error.ts'
import { sendRequest } from '../cluster/send-request.ts'
import {
  type DescribedTransaction,
  describeTransactionsRequest,
  readDescribeTransactionsResponse,
} from '../codec/describe-transactions.ts'
import {
  addPartitionsRequest,
  commitRequest,
  readAddPartitionsResponse,
  readCommitResponse,
  type TopicPartitions,
  type TransactionalProducer,
} from '../codec/transaction.ts'

const transactionCoordinator = 1
/** Answered after 2 to 10 ms, as a rule, once the markers of the last transaction are written. */
const concurrentTransactionsRetryMs = 2
const coordinatorRetryMs = 20

interface CoordinatorOptions {
  readonly transactionalId: string
  /** For what comes back by itself: the markers of a transaction, a coordinator that is being elected. */
  readonly patienceMs: number
}

interface FenceOptions extends CoordinatorOptions {
  readonly transactionTimeoutMs: number
}

export class TransactionCoordinator {
  readonly producer: TransactionalProducer
  private readonly broker: Broker
  private readonly patienceMs: number

  private constructor(broker: Broker, producer: TransactionalProducer, patienceMs: number) {
    this.broker = broker
    this.producer = producer
    this.patienceMs = patienceMs
  }

  /** InitProducerId fences every older producer of the id, and waits out what it had open. */
  static async fence(cluster: Cluster, options: FenceOptions): Promise<TransactionCoordinator> {
    const { transactionalId, transactionTimeoutMs, patienceMs } = options
    return await askCoordinator(cluster, options, async (broker) => {
      const given = await broker.initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs })
      const { producerId, producerEpoch } = given
      const producer = { transactionalId, producerId: BigInt(producerId), producerEpoch }
      return new TransactionCoordinator(broker, producer, patienceMs)
    })
  }

  /** Nothing is at stake yet: repeated while the markers of the last transaction are being written. */
  async addPartitions(topics: readonly TopicPartitions[]): Promise<void> {
    const request = addPartitionsRequest(this.producer, topics)
    const again = { patienceMs: this.patienceMs, pauseMs: concurrentTransactionsRetryMs, passing: markersMissing }
    await patiently(again, async () => readAddPartitionsResponse(await sendRequest(this.broker, request)))
  }

  /** Never repeated. The request is on its way when this returns. */
  async commit(): Promise<void> {
    readCommitResponse(await sendRequest(this.broker, commitRequest(this.producer)))
  }
}

/** Null: the coordinator does not know the id. Nothing is changed by the question. */
export const describeTransaction = async (
  cluster: Cluster,
  options: CoordinatorOptions,
): Promise<DescribedTransaction | null> =>
  await askCoordinator(cluster, options, async (broker) => {
    const request = describeTransactionsRequest(options.transactionalId)
    return readDescribeTransactionsResponse(await sendRequest(broker, request))
  })

async function askCoordinator<T>(
  cluster: Cluster,
  { transactionalId, patienceMs }: CoordinatorOptions,
  ask: (broker: Broker) => Promise<T>,
): Promise<T> {
  return await patiently({ patienceMs, pauseMs: coordinatorRetryMs, passing }, async () => {
    const coordinatorType = transactionCoordinator
    return await ask(await cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType }))
  })
}

const markersMissing: readonly number[] = [protocolError.concurrentTransactions]

const passing: readonly number[] = [
  protocolError.concurrentTransactions,
  protocolError.coordinatorLoadInProgress,
  protocolError.coordinatorNotAvailable,
  protocolError.notCoordinator,
]

async function patiently<T>(
  again: { readonly patienceMs: number; readonly pauseMs: number; readonly passing: readonly number[] },
  ask: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + again.patienceMs
  for (;;) {
    try {
      return await ask()
    } catch (cause) {
      const code = protocolCodeOf(cause)
      if (code === null || !again.passing.includes(code) || performance.now() > deadline) throw cause
      await new Promise((resolve) => setTimeout(resolve, again.pauseMs))
    }
  }
}
