/** Which inputs of a source wait: what a translation asks, and what it changes as inputs are held and released. */
import type { LetterAction } from '../registry/control-record.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { expectWithinBounds, type HeldBounds, usualHeldBounds } from './held-bounds.ts'
import { type Blocker, type HeldState, type Hold, nothingHeld } from './held-state.ts'
import { distinctUnits, type HeldUnit, unitText } from './held-unit.ts'
import { WrittenEntries } from './written-entries.ts'

interface HeldPlace {
  readonly number: number
  readonly units: readonly HeldUnit[]
}

/** What is to be said of it at once, or not at all. */
interface HeldChange {
  readonly holds: readonly Hold[]
  readonly blocker: Blocker | null
  /** Of the input that comes with it, if one does. */
  readonly inputs: 0 | 1
  readonly bytes: number
}

/**
 * An input that waits is in the queue of each of its units, under one number; it leaves all of them together. So a
 * number waits as long as no unit of it has gone past it.
 *
 * Whatever would be too much raises `HELD_TOO_MUCH`, and changes nothing.
 */
export class Holds {
  private readonly bounds: HeldBounds
  private next: number
  private inputs: number
  private bytes: number
  private readonly byUnit: WrittenEntries<string, Hold>
  private readonly blockers: WrittenEntries<number, Blocker>
  private isReleasing: boolean
  /** Until something changes. */
  private told: HeldState | null

  constructor(state: HeldState = nothingHeld, bounds: HeldBounds = usualHeldBounds) {
    this.bounds = bounds
    this.next = state.next
    this.inputs = state.inputs
    this.bytes = state.bytes
    this.byUnit = new WrittenEntries(state.holds.map((hold) => [unitText(hold.unit), hold]))
    this.blockers = new WrittenEntries(state.blockers.map((blocker) => [blocker.number, blocker]))
    this.isReleasing = state.releasing ?? false
    this.told = state
  }

  /** Whether any input waits. */
  get any(): boolean {
    return this.byUnit.size > 0
  }

  /** The first number that may wait. */
  get first(): number {
    return this.byUnit.values().reduce((first, { next }) => Math.min(first, next), this.next)
  }

  /** Of the next input that is held. */
  get nextNumber(): number {
    return this.next
  }

  /** The same as long as nothing has changed. */
  get state(): HeldState {
    this.told ??= this.tell()
    return this.told
  }

  private tell(): HeldState {
    const { next, inputs, bytes, isReleasing } = this
    const holds = this.byUnit.values()
    const blockers = this.blockers.values()
    return { next, inputs, bytes, holds, blockers, ...(isReleasing && { releasing: true }) }
  }

  /** Whether inputs are released: then it goes on after a restart. */
  get releasing(): boolean {
    return this.isReleasing
  }

  set releasing(is: boolean) {
    this.isReleasing = is
    this.told = null
  }

  blockerAt(number: number): Blocker | null {
    return this.blockers.get(number) ?? null
  }

  /** What an operator says of the blocker with that dead letter; false: there is none. */
  say(letter: string, word: LetterAction): boolean {
    const blocker = this.blockers.values().find((one) => one.letter === letter)
    if (blocker === undefined) return false
    this.blockers.set(blocker.number, { ...blocker, word })
    this.told = null
    return true
  }

  /** Whether a blocker fails under no revision any more that is in force. */
  someBlocker(isFree: (blocker: Blocker) => boolean): boolean {
    return this.blockers.values().some(isFree)
  }

  /**
   * The units that an input of these keys waits in; null: none of them is held, and it need not wait. Where one is, the
   * others are from now on: what comes behind it in any of them must not pass it.
   */
  waitingIn(keys: readonly HeldUnit[]): readonly HeldUnit[] | null {
    if (!this.any) return null
    const held = keys.flatMap((unit) => this.heldFor(unit))
    if (held.length === 0) return null
    // A key whose whole topic waits, waits there.
    const own = keys.filter(({ topic, key }) => key === null || !this.byUnit.has(unitText({ topic, key: null })))
    return distinctUnits([...held, ...own])
  }

  /** An input whose keys are not known stands behind every key of its topics. */
  private heldFor(unit: HeldUnit): readonly HeldUnit[] {
    if (unit.key === null) {
      const held = this.byUnit.values().map((hold) => hold.unit)
      return held.filter(({ topic }) => topic === unit.topic)
    }
    return [unit, { topic: unit.topic, key: null }].filter((held) => this.byUnit.has(unitText(held)))
  }

  /** Puts an input behind all that wait in its units, and gives its number. `blocker`: others wait behind it. */
  hold(
    units: readonly HeldUnit[],
    { bytes, sinceUs }: { readonly bytes: number; readonly sinceUs: string },
    blocker: Blocker | null = null,
  ): number {
    const number = this.next
    const holds = units.map((unit): Hold => {
      const { next, sinceUs: since } = this.byUnit.get(unitText(unit)) ?? { next: number, sinceUs }
      return { unit, next, end: number + 1, sinceUs: since }
    })
    this.take({ holds, blocker, inputs: 1, bytes })
    this.next += 1
    return number
  }

  /** What waits in these units waits for this input, which is held. */
  block(blocker: Blocker, sinceUs: string): void {
    this.take({ holds: this.opened(blocker.units, sinceUs), blocker, inputs: 0, bytes: 0 })
  }

  /** What comes in these units from now on waits, too. */
  open(units: readonly HeldUnit[], sinceUs: string): void {
    this.take({ holds: this.opened(units, sinceUs), blocker: null, inputs: 0, bytes: 0 })
  }

  /** Those that are not held yet. Inputs that were held of them once are released: none of these waits again. */
  private opened(units: readonly HeldUnit[], sinceUs: string): readonly Hold[] {
    const { next } = this
    const others = units.filter((unit) => !this.byUnit.has(unitText(unit)))
    return others.map((unit): Hold => ({ unit, next, end: next, sinceUs }))
  }

  private take({ holds, blocker, inputs, bytes }: HeldChange): void {
    const growth = holds.reduce((sum, hold) => sum + this.byUnit.growth(unitText(hold.unit), hold), 0)
    const blocking = blocker === null ? 0 : this.blockers.growth(blocker.number, blocker)
    const opened = holds.filter(({ unit }) => !this.byUnit.has(unitText(unit))).length
    const isNew = blocker !== null && !this.blockers.has(blocker.number)
    const amount = {
      inputs: this.inputs + inputs,
      bytes: this.bytes + bytes,
      keys: this.byUnit.size + opened,
      failed: this.blockers.size + (isNew ? 1 : 0),
      checkpointBytes: this.byUnit.bytes + this.blockers.bytes + growth + blocking,
    }
    expectWithinBounds(amount, this.bounds)
    this.told = null
    this.inputs = amount.inputs
    this.bytes = amount.bytes
    for (const hold of holds) this.byUnit.set(unitText(hold.unit), hold)
    if (blocker !== null) this.blockers.set(blocker.number, blocker)
  }

  /** Whether it was not released yet. */
  waits({ number, units }: HeldPlace): boolean {
    const [unit] = units
    const hold = unit === undefined ? undefined : this.byUnit.get(unitText(unit))
    return hold !== undefined && hold.next <= number
  }

  /** The input was released, or is not wanted any more. Those before it in its units must have been. */
  release({ number, units, bytes }: HeldPlace & { readonly bytes: number }): void {
    if (!this.waits({ number, units })) throw new FalseworkError('INTERNAL', `held input ${number} does not wait`)
    this.told = null
    this.inputs -= 1
    this.bytes -= bytes
    const blocked = this.blockers.get(number)?.units ?? []
    this.blockers.delete(number)
    for (const unit of [...units, ...blocked]) this.moveTo(unit, number + 1)
  }

  /** Nothing waits in any other unit any more. */
  keep(units: ReadonlySet<string>): void {
    for (const text of this.byUnit.keys().filter((one) => !units.has(one))) {
      this.told = null
      this.byUnit.delete(text)
    }
  }

  private moveTo(unit: HeldUnit, next: number): void {
    const text = unitText(unit)
    const hold = this.byUnit.get(text)
    if (hold === undefined || hold.next >= next) return
    this.told = null
    if (next >= hold.end) this.byUnit.delete(text)
    else this.byUnit.set(text, { ...hold, next })
  }
}
