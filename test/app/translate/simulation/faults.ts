/** Which fault comes next: drawn from a seed, until as many as a run is to have were met. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { PublishFault } from '../../../../src/adapters/memory/cluster/memory-cluster.ts'

export type Fault =
  | PublishFault
  /** The process dies before, in the middle of, or after what it was about to do. */
  | 'die-before'
  | 'die-inside'
  | 'die-after'
  /** It dies when a part of a transaction was sent, before it ends it. */
  | 'die-half-sent'
  /** The process stands still for longer than its lease lasts, and goes on as if nothing had been. */
  | 'stall'
  /** SIGTERM: it finishes what is in hand and leaves, and another one comes. */
  | 'told-to-stop'
  /** The lease cannot be had this time. */
  | 'lease-fails'

const publishFaults = [
  'commit-unknown-applied',
  'commit-unknown-lost',
  'refused',
  'die-before',
  'die-inside',
  'die-after',
  'stall',
] as const satisfies readonly Fault[]

export const faultKinds: readonly Fault[] = [...publishFaults, 'die-half-sent', 'told-to-stop', 'lease-fails']

export class Faults {
  private readonly random: Random
  private left: number
  readonly met = new Set<Fault>()

  constructor(random: Random, atMost: number) {
    this.random = random
    this.left = atMost
  }

  atPublish(): Fault | null {
    return this.draw(0.3, () => this.random.pick(publishFaults))
  }

  /** A part of a transaction was sent before its end. */
  atBatch(): Fault | null {
    return this.draw(0.1, () => this.random.pick(['die-half-sent', 'stall']))
  }

  /** In the middle of what is sent. */
  atRecord(): Fault | null {
    return this.draw(0.01, () => 'told-to-stop')
  }

  atCall(): Fault | null {
    return this.draw(0.005, () => this.random.pick(['die-before', 'die-after', 'stall', 'told-to-stop']))
  }

  atAcquire(): Fault | null {
    return this.draw(0.2, () => 'lease-fails')
  }

  private draw(share: number, pick: () => Fault): Fault | null {
    if (this.left === 0 || !this.random.chance(share)) return null
    this.left -= 1
    const fault = pick()
    this.met.add(fault)
    return fault
  }
}
