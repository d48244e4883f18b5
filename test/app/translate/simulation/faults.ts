/** Which fault comes next: drawn from a seed, until as many as a run is to have were met. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { PublishFault } from '../../../../src/adapters/memory/memory-cluster.ts'

export type Fault =
  | PublishFault
  /** The process dies before, in the middle of, or after what it was about to do. */
  | 'die-before'
  | 'die-inside'
  | 'die-after'
  /** The process stands still for longer than its lease lasts, and goes on as if nothing had been. */
  | 'stall'

const publishFaults = [
  'commit-unknown-applied',
  'commit-unknown-lost',
  'refused',
  'die-before',
  'die-inside',
  'die-after',
  'stall',
] as const

export class Faults {
  private readonly random: Random
  private left: number
  private last: Fault | null = null
  readonly met: Fault[] = []

  constructor(random: Random, atMost: number) {
    this.random = random
    this.left = atMost
  }

  atPublish(): Fault | null {
    return this.draw(0.3, () => this.random.pick(publishFaults))
  }

  atCall(): Fault | null {
    return this.draw(0.005, () => this.random.pick(['die-before', 'die-after', 'stall']))
  }

  private draw(share: number, pick: () => Fault): Fault | null {
    const fault = this.left > 0 && this.random.chance(share) ? pick() : null
    // A third refusal at one position is a verdict and no fault.
    const again = fault === 'refused' && this.last === 'refused'
    if (fault === null || again) return null
    this.left -= 1
    this.last = fault
    this.met.push(fault)
    return fault
  }
}
