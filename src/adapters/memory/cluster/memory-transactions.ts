/** The transactions of a cluster in memory: one open for each id, fencing by epoch, and the broker's time-out. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { MemoryPartition, MemoryTransaction, StoredRecord } from './memory-partition.ts'

/** Somebody who has opened a transactional id. */
export interface MemoryProducer {
  readonly transactionalId: string
  readonly epoch: number
  /** A transaction that is open for longer is aborted, and its producer fenced; null: it may take for ever. */
  readonly timeoutMs: number | null
}

/** `transaction.max.timeout.ms`. */
const timeoutMsMax = 900_000

interface OpenTransaction {
  readonly transaction: MemoryTransaction
  readonly partitions: Set<MemoryPartition>
  readonly ended: AbortController
}

export class MemoryTransactions {
  private readonly clock: Clock
  private readonly onEnd: () => void
  private readonly epochs = new Map<string, number>()
  private readonly open = new Map<string, OpenTransaction>()

  constructor(parts: { readonly clock: Clock; readonly onEnd: () => void }) {
    this.clock = parts.clock
    this.onEnd = parts.onEnd
  }

  /** Raises `PUBLISH_REFUSED` for a time-out that brokers do not allow by default. */
  openProducer(transactionalId: string, timeoutMs: number | null): MemoryProducer {
    if (timeoutMs !== null && timeoutMs > timeoutMsMax) {
      throw new FalseworkError('PUBLISH_REFUSED', `a transaction time-out of ${timeoutMs} ms`)
    }
    this.finish(transactionalId, 'aborted')
    return { transactionalId, epoch: this.nextEpoch(transactionalId), timeoutMs }
  }

  /** Raises `FENCED` when the id was opened again since, or its transaction took too long: nobody is told which. */
  checkEpoch({ transactionalId, epoch }: MemoryProducer): void {
    if (this.epochs.get(transactionalId) !== epoch) {
      throw new FalseworkError('FENCED', `${transactionalId} has a newer epoch`)
    }
  }

  append(producer: MemoryProducer, partition: MemoryPartition, record: StoredRecord): void {
    this.checkEpoch(producer)
    const open = this.open.get(producer.transactionalId) ?? this.begin(producer)
    open.partitions.add(partition)
    partition.append(record, open.transaction)
  }

  end(producer: MemoryProducer, outcome: 'committed' | 'aborted'): void {
    this.checkEpoch(producer)
    this.finish(producer.transactionalId, outcome)
  }

  private begin({ transactionalId, timeoutMs }: MemoryProducer): OpenTransaction {
    const open: OpenTransaction = {
      transaction: { state: 'open' },
      partitions: new Set(),
      ended: new AbortController(),
    }
    this.open.set(transactionalId, open)
    if (timeoutMs !== null) void this.timeOut(transactionalId, open, timeoutMs)
    return open
  }

  private async timeOut(transactionalId: string, open: OpenTransaction, timeoutMs: number): Promise<void> {
    await this.clock.sleep(timeoutMs, open.ended.signal)
    if (this.open.get(transactionalId) !== open) return
    this.nextEpoch(transactionalId)
    this.finish(transactionalId, 'aborted')
  }

  private nextEpoch(transactionalId: string): number {
    const epoch = (this.epochs.get(transactionalId) ?? -1) + 1
    this.epochs.set(transactionalId, epoch)
    return epoch
  }

  private finish(transactionalId: string, outcome: 'committed' | 'aborted'): void {
    const open = this.open.get(transactionalId)
    if (open === undefined) return
    this.open.delete(transactionalId)
    open.ended.abort()
    open.transaction.state = outcome
    for (const partition of open.partitions) partition.mark(open.transaction)
    this.onEnd()
  }
}
