/** One transactional id on Kafka: fence, barrier, state, then one transaction after the other. */
import { randomUUID } from 'node:crypto'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type {
  StateRecord,
  StateTopic,
  TransactionalOutput,
  TransactionalOutputOptions,
} from '../../ports/kafka/transactional-output.ts'
import { type OwnCluster, type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { publishError } from './cluster/protocol-error.ts'
import type { TopicPartitions } from './codec/transaction.ts'
import { OutputFlow } from './output/output-flow.ts'
import { readState } from './output/state-reader.ts'
import { TransactionCoordinator } from './output/transaction-coordinator.ts'

/** Where a crash leaves which trace behind: named for the tests that kill the process there. */
export const publishSteps = [
  'before-add-partitions',
  'after-add-partitions',
  'after-produce',
  'after-end-transaction-sent',
  'after-end-transaction',
] as const
export type PublishStep = (typeof publishSteps)[number]

export interface KafkaOutputOptions extends ClusterOptions, TransactionalOutputOptions {
  readonly onStep?: (step: PublishStep) => void
}

/** An older output's open transaction is aborted and its markers written within this many requests' time, or the broker is ill. */
const patienceInRequests = 3

/** Opens as `OpenTransactionalOutput` says. */
export async function openTransactionalOutput(options: KafkaOutputOptions): Promise<TransactionalOutput> {
  const cluster = createCluster(options)
  const { transactionalId, transactionTimeoutMs, stateTopic } = options
  const patienceMs = options.requestTimeoutMs * patienceInRequests
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([stateTopic.topic])
    const coordinator = await TransactionCoordinator.fence(cluster, {
      transactionalId,
      transactionTimeoutMs,
      patienceMs,
    })
    const output = new KafkaTransactionalOutput({ options, cluster, coordinator })
    const nonce = randomUUID()
    await output.commit([[stateTopic.barrierKey, Buffer.from(nonce)]])
    output.state = await readState({ ...options, patienceMs }, stateTopic, nonce)
    return output
  } catch (cause) {
    await cluster.close()
    throw publishError(cause)
  }
}

interface OutputParts {
  readonly options: KafkaOutputOptions
  readonly cluster: OwnCluster
  readonly coordinator: TransactionCoordinator
}

/** Modes: open · spent. Any failure spends it; nothing brings it back. */
class KafkaTransactionalOutput implements TransactionalOutput {
  state: Buffer | null = null
  private spent = false
  private closed = false
  private readonly parts: OutputParts
  private readonly flow: OutputFlow
  private readonly step: (step: PublishStep) => void

  constructor(parts: OutputParts) {
    const { options, cluster, coordinator } = parts
    this.parts = parts
    this.step = options.onStep ?? (() => undefined)
    this.flow = new OutputFlow({
      cluster,
      producer: coordinator.producer,
      transactionalId: coordinator.producer.transactionalId,
      timeoutMs: options.requestTimeoutMs,
      join: async (partitions) => await this.join(partitions),
    })
  }

  append(record: OutputRecord): Promise<void> | null {
    this.expectSound()
    // Spent on any way out but the good one: a record that is written in part must not be followed by others.
    this.spent = true
    const full = this.flow.append(record)
    this.spent = false
    return full === null ? null : this.untilRoom(full)
  }

  async commit(state: readonly StateRecord[]): Promise<void> {
    this.expectSound()
    // Spent until the broker has answered well: a failure on any path, or a second call meanwhile, finds it so.
    this.spent = true
    try {
      for (const record of state) void this.flow.append(stateRecord(this.parts.options.stateTopic, record))
      await this.flow.flush()
      this.step('after-produce')
      await this.endTransaction()
    } catch (cause) {
      throw publishError(cause)
    }
    this.spent = this.closed
  }

  async close(): Promise<void> {
    this.closed = true
    this.spent = true
    this.flow.close()
    await this.parts.cluster.close()
  }

  private untilRoom(full: Promise<void>): Promise<void> {
    const waiting = full.catch((cause: unknown) => {
      this.spent = true
      throw cause
    })
    // Whoever does not wait is told by the next call.
    waiting.catch(() => undefined)
    return waiting
  }

  private expectSound(): void {
    if (this.spent)
      throw new FalseworkError('PUBLISHER_SPENT', 'a publisher was used after a failure, or twice at once')
    const { failure } = this.flow
    if (failure === null) return
    this.spent = true
    throw failure
  }

  private async join(partitions: readonly TopicPartitions[]): Promise<void> {
    this.step('before-add-partitions')
    await this.parts.coordinator.addPartitions(partitions)
    this.step('after-add-partitions')
  }

  private async endTransaction(): Promise<void> {
    const ended = this.parts.coordinator.commit()
    if (this.parts.options.onStep !== undefined) {
      // Whoever dies here has sent the request and does not know the answer: the bytes leave before the next turn.
      ended.catch(() => undefined)
      await nextTurn()
      this.step('after-end-transaction-sent')
    }
    await ended
    this.step('after-end-transaction')
  }
}

const stateRecord = ({ topic }: StateTopic, [key, value]: StateRecord): OutputRecord => ({
  topic,
  partition: 0,
  key: Buffer.from(key),
  value,
  fixedHeaders: [],
  headers: [],
})

const nextTurn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve))
}
