/** One way through the inputs that wait, in their order: which of them may go on now. */
import type { Holds } from './holds.ts'
import type { Blocker } from './held-state.ts'
import { type HeldUnit, unitText } from './held-unit.ts'

export interface HeldPlaceOfInput {
  readonly number: number
  readonly units: readonly HeldUnit[]
  /** Of its records. */
  readonly bytes: number
}

/**
 * Inputs are asked for in the order of their numbers, all of them. One that is `due` is translated, and then either
 * `went` or `stays`; one that is `gone` was released before; one that `waits` lets nothing pass in any of its units.
 */
export class Release {
  private readonly holds: Holds
  private readonly isFree: (blocker: Blocker) => boolean
  private readonly stuck = new Set<string>()
  private isWaitedFor = false

  /** `isFree`: whether an input that others wait behind is to be tried again. */
  constructor(holds: Holds, isFree: (blocker: Blocker) => boolean) {
    this.holds = holds
    this.isFree = isFree
    holds.releasing = true
  }

  judge(input: HeldPlaceOfInput): 'gone' | 'waits' | 'due' {
    if (!this.holds.waits(input)) return 'gone'
    const blocker = this.holds.blockerAt(input.number)
    const isBlocked = blocker !== null && !this.isFree(blocker)
    if (!isBlocked && !input.units.some((unit) => this.stuck.has(unitText(unit)))) return 'due'
    this.stop(input, blocker?.units ?? [])
    return 'waits'
  }

  went(input: HeldPlaceOfInput): void {
    this.holds.release(input)
  }

  /** It has failed again, or what it needs is not there: it stays, and what is behind it. */
  stays(input: HeldPlaceOfInput, blocker: Blocker, sinceUs: string): void {
    this.holds.block(blocker, sinceUs)
    this.stop(input, blocker.units)
  }

  /** It cannot be tried yet: it stays, and what is behind it. */
  keeps(input: HeldPlaceOfInput): void {
    this.isWaitedFor = true
    this.stop(input, [])
  }

  private stop(input: HeldPlaceOfInput, blocked: readonly HeldUnit[]): void {
    for (const unit of [...input.units, ...blocked]) this.stuck.add(unitText(unit))
  }

  /** All of them have been asked for. It is to be done again where one could not be tried. */
  end(): void {
    this.holds.keep(this.stuck)
    this.holds.releasing = this.isWaitedFor
  }
}
