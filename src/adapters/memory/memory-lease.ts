/** Leases on the cluster in memory: first come, first served; taken away on demand. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Grant, Lease, OpenLease } from '../../ports/kafka/lease.ts'

interface Waiting {
  readonly member: MemoryLease
  readonly resolve: (grant: Grant) => void
  readonly reject: (error: Error) => void
}

interface SourceQueue {
  generation: number
  holder: { readonly member: MemoryLease; readonly end: AbortController } | null
  readonly waiting: Waiting[]
}

/** Who may work on which source. */
export class MemoryLeases {
  private readonly sources = new Map<string, SourceQueue>()

  private readonly refusals = new Map<string, FalseworkError>()

  readonly openLease: OpenLease = (source) => new MemoryLease(this, source)

  /** Ends the present grant, as a lost session does, and grants the source to whoever waits. */
  expire(source: string): void {
    const queue = this.queue(source)
    queue.holder?.end.abort()
    queue.holder = null
    this.grantNext(source)
  }

  /** Grants the source to whoever waits although the holder does not know yet: a stalled process. */
  takeSilently(source: string): void {
    this.queue(source).holder = null
    this.grantNext(source)
  }

  /** Nobody can be had as a member of its group meanwhile: whoever asks is told this. */
  refuse(source: string, refusal: FalseworkError | null): void {
    if (refusal === null) this.refusals.delete(source)
    else this.refusals.set(source, refusal)
  }

  async enqueue(source: string, member: MemoryLease, onWaiting: () => void): Promise<Grant> {
    const refusal = this.refusals.get(source)
    if (refusal !== undefined) throw refusal
    const granted = new Promise<Grant>((resolve, reject) => {
      this.queue(source).waiting.push({ member, resolve, reject })
    })
    this.grantNext(source)
    if (this.queue(source).waiting.some((waiting) => waiting.member === member)) onWaiting()
    return await granted
  }

  /** Gives up what the member holds or waits for. */
  leave(source: string, member: MemoryLease): void {
    const queue = this.queue(source)
    for (const [index, { member: waiting, reject }] of [...queue.waiting.entries()].toReversed()) {
      if (waiting !== member) continue
      queue.waiting.splice(index, 1)
      reject(new FalseworkError('LEASE_CLOSED', 'the lease is closed'))
    }
    if (queue.holder?.member !== member) return
    queue.holder.end.abort()
    queue.holder = null
    this.grantNext(source)
  }

  private grantNext(source: string): void {
    const queue = this.queue(source)
    const [next] = queue.waiting
    if (queue.holder !== null || next === undefined) return
    queue.waiting.shift()
    const end = new AbortController()
    queue.generation += 1
    queue.holder = { member: next.member, end }
    next.resolve({
      generation: queue.generation,
      ended: end.signal,
      alone: async () => await Promise.resolve(queue.holder?.end === end && queue.waiting.length === 0),
      release: async () => {
        end.abort()
        if (queue.holder?.end === end) {
          queue.holder = null
          this.grantNext(source)
        }
        await Promise.resolve()
      },
    })
  }

  private queue(source: string): SourceQueue {
    let queue = this.sources.get(source)
    if (queue === undefined) {
      queue = { generation: 0, holder: null, waiting: [] }
      this.sources.set(source, queue)
    }
    return queue
  }
}

class MemoryLease implements Lease {
  private readonly leases: MemoryLeases
  private readonly source: string
  private closed = false

  constructor(leases: MemoryLeases, source: string) {
    this.leases = leases
    this.source = source
  }

  async acquire(onWaiting: () => void = () => undefined): Promise<Grant> {
    if (this.closed) throw new FalseworkError('LEASE_CLOSED', 'the lease is closed')
    return await this.leases.enqueue(this.source, this, onWaiting)
  }

  async close(): Promise<void> {
    this.closed = true
    this.leases.leave(this.source, this)
    await Promise.resolve()
  }
}
