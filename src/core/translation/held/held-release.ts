/** Inputs that have waited, translated in their order by the revisions in force now. */
import { type TransactionStamp, transactionStamp } from '../../event/record-factory.ts'
import type { LoggedInput } from '../../held/held-log.ts'
import { type HeldInput, unreadable } from '../../held/held-record.ts'
import type { Blocker } from '../../held/held-state.ts'
import { distinctUnits } from '../../held/held-unit.ts'
import { type HeldPlaceOfInput, Release } from '../../held/release.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import { blockedBy, blockerOf, type BlockerParts, isFree, sinceOf, unitsOf } from './held-inputs.ts'
import type { ActiveRevisions } from '../revisions/active-revisions.ts'
import { isLetter } from './outcomes-of-inputs.ts'
import { type HeldTranslation, outcomesOfKept } from './held-translation.ts'

interface Told {
  readonly active: ActiveRevisions
  readonly stamp: TransactionStamp
  readonly eventsBefore: HeldInput['eventsBefore']
}

export class HeldRelease {
  /** The numbers that are to be read from the log: from the first up to, and without, the second. */
  readonly from: number
  readonly to: number
  private readonly parts: HeldTranslation
  private readonly release: Release
  /** As events go of inputs that were held while registry records before this offset were in force. */
  private heldUnder: { readonly offset: number; readonly active: ActiveRevisions }
  private next: number

  constructor(parts: HeldTranslation) {
    const { holds } = parts.held
    this.parts = parts
    this.heldUnder = { offset: Infinity, active: parts.active }
    this.from = holds.first
    this.to = holds.state.next
    this.next = this.from
    this.release = new Release(holds, (blocker) => isFree(blocker, parts.active))
  }

  /** All of them in their order; what stands before or behind them is passed over. Raises `HELD_UNREADABLE`. */
  take({ input, bytes }: LoggedInput): void {
    const { number, units } = input
    if (number < this.next || number >= this.to) return
    if (number > this.next) throw unreadable(this.next, `is not in the log: number ${number} is next`)
    this.next += 1
    const place = { number, units, bytes }
    const verdict = this.release.judge(place)
    if (verdict === 'gone') return
    if (verdict === 'due' && this.blockerAt(place)?.word === 'discard') this.giveUp(place)
    else this.translate(input, place, verdict)
  }

  /** Raises `HELD_UNREADABLE` where not all of them were in the log. */
  end(): void {
    if (this.next < this.to) throw unreadable(this.next, 'is not in the log')
    this.release.end()
  }

  /** What waits is translated, too: other revisions may send it where new inputs would pass it. */
  private translate(input: HeldInput, place: HeldPlaceOfInput, verdict: 'waits' | 'due'): void {
    const { source } = this.parts
    const { incarnation, transaction } = input
    const active = this.activeFor(input)
    const outcomes = outcomesOfKept(input, { ...this.parts, active })
    if (outcomes === null) {
      this.release.keeps(place)
      return
    }
    const stamp = transactionStamp({ source, incarnation, transaction })
    const goesTo = unitsOf(outcomes)
    if (verdict === 'waits' || !this.release.mayPass(goesTo)) this.release.waits(place, goesTo, sinceOf(stamp))
    else this.tell(outcomes, place, { active, stamp, eventsBefore: input.eventsBefore })
  }

  /** Its events, or its dead letter. */
  private tell(outcomes: readonly Outcome[], place: HeldPlaceOfInput, { active, stamp, eventsBefore }: Told): void {
    const { counts, add } = this.parts
    const failed = outcomes.find((outcome) => outcome.kind === 'failed' && staysAt(outcome))
    const told = failed === undefined ? outcomes : [failed]
    const records = told.flatMap((outcome) => active.recordsOf(outcome, stamp, eventsBefore))
    const before = this.blockerAt(place)
    if (failed === undefined) this.release.went(place)
    else this.release.stays(place, this.blockerOf(failed, place, { stamp, letter: records }), sinceOf(stamp))
    counts().releasedInputs += 1
    counts().translated(told, stamp.transaction)
    add(records)
    // Where another rule fails on it than before, its letter is another one.
    if (before !== null && !told.some((one) => isLetter(one, before.letter, stamp)))
      add(active.decided(letterOf(before)))
  }

  /** It keeps the stage in which its source transaction stood. Inputs in their order were held under few offsets. */
  private activeFor({ registryOffset: offset }: HeldInput): ActiveRevisions {
    const { active, owners } = this.parts
    if (this.heldUnder.offset !== offset)
      this.heldUnder = { offset, active: { ...active, ...active.recordsUnder(owners, offset) } }
    return this.heldUnder.active
  }

  /** An operator has said that nothing is to come of it: what is behind it goes on. */
  private giveUp(place: HeldPlaceOfInput): void {
    const { active, counts, add } = this.parts
    const blocker = this.blockerAt(place)
    if (blocker !== null) add(active.decided(letterOf(blocker)))
    counts().releasedInputs += 1
    this.release.went(place)
  }

  private blockerAt({ number }: HeldPlaceOfInput): Blocker | null {
    return this.parts.held.holds.blockerAt(number)
  }

  private blockerOf(
    failed: Outcome,
    { number, units }: HeldPlaceOfInput,
    told: Pick<BlockerParts, 'stamp' | 'letter'>,
  ): Blocker {
    return blockerOf(failed, {
      ...told,
      number,
      units: distinctUnits([...units, ...(blockedBy(failed) ?? unitsOf([failed]))]),
      active: this.parts.active,
    })
  }
}

/** The source has gone on: where it would stop, this input does. */
const staysAt = ({ policy }: Extract<Outcome, { kind: 'failed' }>): boolean =>
  policy !== 'deadLetter' && policy !== 'skip'

const letterOf = ({ letter: id, records = 1 }: Blocker): { readonly id: string; readonly records: number } => ({
  id,
  records,
})
