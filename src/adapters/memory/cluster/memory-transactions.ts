/** The transactions of a cluster in memory: one open for each id, fencing by epoch, and the broker's time-out. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { MemoryPartition, MemoryTransaction, StoredRecord } from './memory-partition.ts'

/** Somebody who has opened a transactional id. */
export interface MemoryProducer {
  readonly transactionalId: string
  readonly producerId: bigint
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
  readonly sinceMs: number
}

/** What is known of an id that was opened. */
interface KnownId {
  readonly producerId: bigint
  readonly epoch: number
  /** As Kafka calls it where nothing is open. */
  readonly state: 'Empty' | 'CompleteCommit' | 'CompleteAbort'
}

export interface DescribedId extends Omit<KnownId, 'state'> {
  readonly state: KnownId['state'] | 'Ongoing'
  readonly partitions: ReadonlySet<MemoryPartition>
  readonly sinceMs: number | null
}

export class MemoryTransactions {
  private readonly clock: Clock
  private readonly onEnd: () => void
  private readonly known = new Map<string, KnownId>()
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
    return { transactionalId, ...this.nextEpoch(transactionalId, 'Empty'), timeoutMs }
  }

  /** Null: nobody has opened the id. */
  describe(transactionalId: string): DescribedId | null {
    const known = this.known.get(transactionalId)
    if (known === undefined) return null
    const open = this.open.get(transactionalId)
    if (open === undefined) return { ...known, partitions: new Set(), sinceMs: null }
    return { ...known, state: 'Ongoing', partitions: open.partitions, sinceMs: open.sinceMs }
  }

  /** Raises `FENCED` when the id was opened again since, or its transaction took too long: nobody is told which. */
  checkEpoch({ transactionalId, epoch }: MemoryProducer): void {
    if (this.known.get(transactionalId)?.epoch !== epoch) {
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
      sinceMs: this.clock.wallMs(),
    }
    this.open.set(transactionalId, open)
    if (timeoutMs !== null) void this.timeOut(transactionalId, open, timeoutMs)
    return open
  }

  private async timeOut(transactionalId: string, open: OpenTransaction, timeoutMs: number): Promise<void> {
    await this.clock.sleep(timeoutMs, open.ended.signal)
    if (this.open.get(transactionalId) !== open) return
    this.nextEpoch(transactionalId, 'CompleteAbort')
    this.finish(transactionalId, 'aborted')
  }

  private nextEpoch(transactionalId: string, state: KnownId['state']): Omit<KnownId, 'state'> {
    const { producerId = BigInt(this.known.size), epoch: last = -1 } = this.known.get(transactionalId) ?? {}
    const next = { producerId, epoch: last + 1 }
    this.known.set(transactionalId, { ...next, state })
    return next
  }

  private finish(transactionalId: string, outcome: 'committed' | 'aborted'): void {
    const open = this.open.get(transactionalId)
    if (open === undefined) return
    this.open.delete(transactionalId)
    const known = this.known.get(transactionalId)
    const state = outcome === 'committed' ? 'CompleteCommit' : 'CompleteAbort'
    if (known !== undefined) this.known.set(transactionalId, { ...known, state })
    open.ended.abort()
    open.transaction.state = outcome
    for (const partition of open.partitions) partition.mark(open.transaction)
    this.onEnd()
  }
}
