/** Transactions of one id on the cluster in memory: the same steps as on Kafka, each of which can fail. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../core/event/event-record.ts'
import type {
  OpenTransactionalOutput,
  StateRecord,
  StateTopic,
  TransactionalOutput,
} from '../../ports/kafka/transactional-output.ts'
import { allow, MemoryBatches } from './cluster/memory-batches.ts'
import type { MemoryPartition } from './cluster/memory-partition.ts'
import type { MemoryProducer } from './cluster/memory-transactions.ts'
import type { MemoryCluster } from './cluster/memory-cluster.ts'

/** A larger batch is sent in parts. */
const usualBatchBytesMax = 262_144

export function memoryTransactionalOutput(
  cluster: MemoryCluster,
  batchBytesMax = usualBatchBytesMax,
): OpenTransactionalOutput {
  return async ({ transactionalId, transactionTimeoutMs, stateTopic }) => {
    reach(cluster)
    allow(cluster, transactionalId)
    const states = cluster.partition(stateTopic.topic, 0)
    if (states === null) throw new FalseworkError('PUBLISH_REFUSED', `there is no topic ${stateTopic.topic}`)
    const producer = cluster.openProducer(transactionalId, transactionTimeoutMs)
    const barrier = { key: Buffer.from(stateTopic.barrierKey), value: Buffer.from(String(producer.epoch)) }
    cluster.appendTransactional(producer, states, barrier)
    cluster.endTransaction(producer, 'committed')
    const batches = new MemoryBatches(cluster, producer, batchBytesMax)
    const state = newestState(states, stateTopic)
    return await Promise.resolve(new MemoryTransactionalOutput({ cluster, producer, batches, state, stateTopic }))
  }
}

interface MemoryOutputParts {
  readonly cluster: MemoryCluster
  readonly producer: MemoryProducer
  readonly batches: MemoryBatches
  readonly state: Buffer | null
  readonly stateTopic: StateTopic
}

/** Modes: open · spent. Any failure spends it. */
class MemoryTransactionalOutput implements TransactionalOutput {
  readonly state: Buffer | null
  private readonly parts: MemoryOutputParts
  private spent = false
  private closed = false
  /** What the answer to a batch says, which comes while the caller goes on. */
  private failure: Error | null = null

  constructor(parts: MemoryOutputParts) {
    this.parts = parts
    this.state = parts.state
  }

  append(record: OutputRecord): Promise<void> | null {
    this.expectSound()
    const full = this.parts.batches.append(record)
    if (full === null) return null
    try {
      reach(this.parts.cluster)
      this.parts.batches.send(full)
    } catch (cause) {
      this.failure = cause instanceof Error ? cause : uncertain('the answer was lost')
    }
    const answered = this.answered()
    // Whoever does not wait is told by the next call.
    answered.catch(() => undefined)
    return answered
  }

  async commit(state: readonly StateRecord[]): Promise<void> {
    this.expectSound()
    // Spent until proven otherwise: nothing on the way can forget to say so.
    this.spent = true
    await Promise.resolve()
    const { cluster, producer, batches } = this.parts
    const fault = cluster.takeFault()
    reach(cluster)
    cluster.checkEpoch(producer)
    if (fault === 'refused') throw new FalseworkError('PUBLISH_REFUSED', 'refused on demand')
    allow(cluster, producer.transactionalId)
    this.appendState(state)
    batches.sendAll()
    const paceMs = cluster.paceMs(producer.transactionalId)
    if (paceMs > 0) await cluster.clock.sleep(paceMs)
    reach(cluster)
    if (fault === 'commit-unknown-lost') throw uncertain('the commit was lost')
    cluster.endTransaction(producer, 'committed')
    if (fault === 'commit-unknown-applied') throw uncertain('the answer to the commit was lost')
    this.spent = this.closed
  }

  async close(): Promise<void> {
    this.closed = true
    this.spent = true
    await Promise.resolve()
  }

  private expectSound(): void {
    if (this.spent)
      throw new FalseworkError('PUBLISHER_SPENT', 'a publisher was used after a failure, or twice at once')
    if (this.failure === null) return
    this.spent = true
    throw this.failure
  }

  /** One batch is in flight at a time. */
  private async answered(): Promise<void> {
    await Promise.resolve()
    if (this.failure === null) return
    this.spent = true
    throw this.failure
  }

  private appendState(state: readonly StateRecord[]): void {
    const { batches, stateTopic } = this.parts
    for (const [key, value] of state) {
      const record = {
        topic: stateTopic.topic,
        partition: 0,
        key: Buffer.from(key),
        value,
        fixedHeaders: [],
        headers: [],
      }
      const full = batches.append(record)
      if (full !== null) batches.send(full)
    }
  }
}

/** Whoever cannot reach the cluster does not know what has become of a transaction. */
function reach(cluster: MemoryCluster): void {
  try {
    cluster.contact()
  } catch (cause) {
    throw new FalseworkError('PUBLISH_UNCERTAIN', 'the cluster in memory is cut off', { cause })
  }
}

function newestState(partition: MemoryPartition, { stateKey }: StateTopic): Buffer | null {
  const { records } = partition.read(0, Number.MAX_SAFE_INTEGER)
  return records.findLast(({ record }) => record.key?.toString() === stateKey)?.record.value ?? null
}

const uncertain = (what: string): FalseworkError => new FalseworkError('PUBLISH_UNCERTAIN', what)
