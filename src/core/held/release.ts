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
 * Inputs are asked for in the order of their numbers, all of them. One that is `due` is translated: where it may pass, it
 * either `went` or `stays`. One that is `gone` was released before; one that `waits` lets nothing pass in any of its units,
 * nor in those in which its events would go now.
 */
export class Release {
  private readonly holds: Holds
  private readonly isFree: (blocker: Blocker) => boolean
  /** Of all that stays. */
  private readonly stuck = new StuckUnits()
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
    return isBlocked || input.units.some((unit) => this.stuck.has(unit)) ? 'waits' : 'due'
  }

  /** Whether nothing that stays goes where these events would go. */
  mayPass(goesTo: readonly HeldUnit[]): boolean {
    return !goesTo.some((unit) => this.stuck.meets(unit))
  }

  went(input: HeldPlaceOfInput): void {
    this.holds.release(input)
  }

  /** It has failed again, or what it needs is not there: it stays, and what is behind it. Raises `HELD_TOO_MUCH`. */
  stays(input: HeldPlaceOfInput, blocker: Blocker, sinceUs: string): void {
    this.holds.block(blocker, sinceUs)
    this.stop(input)
  }

  /** Another one is before it: it stays, and what is behind it where its events would go. Raises `HELD_TOO_MUCH`. */
  waits(input: HeldPlaceOfInput, goesTo: readonly HeldUnit[], sinceUs: string): void {
    this.stop(input)
    const others = goesTo.filter((unit) => !this.stuck.covers(unit))
    this.holds.open(others, sinceUs)
    this.stuck.add(others)
  }

  /** It cannot be tried yet: it stays, and what is behind it. */
  keeps(input: HeldPlaceOfInput): void {
    this.isWaitedFor = true
    this.stop(input)
  }

  private stop({ number, units }: HeldPlaceOfInput): void {
    this.stuck.add(units)
    this.stuck.add(this.holds.blockerAt(number)?.units ?? [])
  }

  /** All of them have been asked for. It is to be done again where one could not be tried. */
  end(): void {
    this.holds.keep(this.stuck.texts)
    this.holds.releasing = this.isWaitedFor
  }
}

/** Units in which something stays. */
class StuckUnits {
  readonly texts = new Set<string>()
  private readonly topics = new Set<string>()

  add(units: readonly HeldUnit[]): void {
    for (const unit of units) {
      this.texts.add(unitText(unit))
      this.topics.add(unit.topic)
    }
  }

  has(unit: HeldUnit): boolean {
    return this.texts.has(unitText(unit))
  }

  /** It, or its whole topic. */
  covers(unit: HeldUnit): boolean {
    return this.has(unit) || this.has({ ...unit, key: null })
  }

  /** It, its whole topic, or a key of its topic where it is all of that. */
  meets(unit: HeldUnit): boolean {
    return unit.key === null ? this.topics.has(unit.topic) : this.covers(unit)
  }
}
