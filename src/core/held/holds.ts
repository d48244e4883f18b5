/** Which inputs of a source wait: what a translation asks, and what it changes as inputs are held and released. */
import type { LetterAction } from '../registry/control-record.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { type Blocker, type HeldState, type Hold, nothingHeld } from './held-state.ts'
import { distinctUnits, type HeldUnit, unitText } from './held-unit.ts'

interface HeldPlace {
  readonly number: number
  readonly units: readonly HeldUnit[]
}

/**
 * An input that waits is in the queue of each of its units, under one number; it leaves all of them together. So a
 * number waits as long as no unit of it has gone past it.
 */
export class Holds {
  private next: number
  private inputs: number
  private bytes: number
  private readonly byUnit: Map<string, Hold>
  private readonly blockers: Map<number, Blocker>
  private isReleasing: boolean
  /** Until something changes. */
  private told: HeldState | null

  constructor(state: HeldState = nothingHeld) {
    this.next = state.next
    this.inputs = state.inputs
    this.bytes = state.bytes
    this.byUnit = new Map(state.holds.map((hold) => [unitText(hold.unit), hold]))
    this.blockers = new Map(state.blockers.map((blocker) => [blocker.number, blocker]))
    this.isReleasing = state.releasing ?? false
    this.told = state
  }

  /** Whether any input waits. */
  get any(): boolean {
    return this.byUnit.size > 0
  }

  /** The first number that may wait. */
  get first(): number {
    return Math.min(this.next, ...[...this.byUnit.values()].map(({ next }) => next))
  }

  /** The same as long as nothing has changed. */
  get state(): HeldState {
    this.told ??= this.tell()
    return this.told
  }

  private tell(): HeldState {
    const { next, inputs, bytes, isReleasing } = this
    const holds = [...this.byUnit.values()]
    const blockers = [...this.blockers.values()]
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
    const blocker = [...this.blockers.values()].find((one) => one.letter === letter)
    if (blocker === undefined) return false
    this.blockers.set(blocker.number, { ...blocker, word })
    this.told = null
    return true
  }

  /** Whether a blocker fails under no revision any more that is in force. */
  someBlocker(isFree: (blocker: Blocker) => boolean): boolean {
    return [...this.blockers.values()].some(isFree)
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
    if (unit.key === null)
      return [...this.byUnit.values()].map((hold) => hold.unit).filter((held) => held.topic === unit.topic)
    return [unit, { topic: unit.topic, key: null }].filter((held) => this.byUnit.has(unitText(held)))
  }

  /** Puts an input behind all that wait in its units, and gives its number. */
  hold(units: readonly HeldUnit[], input: { readonly bytes: number; readonly sinceUs: string }): number {
    const number = this.next
    this.told = null
    this.next += 1
    this.inputs += 1
    this.bytes += input.bytes
    this.join({ number, units }, input.sinceUs)
    return number
  }

  /** What waits in these units waits for this input. */
  block(blocker: Blocker, sinceUs: string): void {
    this.told = null
    this.blockers.set(blocker.number, blocker)
    this.join(blocker, sinceUs)
  }

  private join({ number, units }: HeldPlace, sinceUs: string): void {
    for (const unit of units) {
      const text = unitText(unit)
      const { next, end, sinceUs: since } = this.byUnit.get(text) ?? { next: number, end: number, sinceUs }
      this.byUnit.set(text, { unit, next, end: Math.max(end, number + 1), sinceUs: since })
    }
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

  private moveTo(unit: HeldUnit, next: number): void {
    const text = unitText(unit)
    const hold = this.byUnit.get(text)
    if (hold === undefined || hold.next >= next) return
    this.told = null
    if (next >= hold.end) this.byUnit.delete(text)
    else this.byUnit.set(text, { ...hold, next })
  }
}
