/** Dead letters that an operator has said a word about: translated once more by the revisions in force now, or given up. */
import type { OutputRecord } from '../../event/event-record.ts'
import { type TransactionStamp, transactionStamp } from '../../event/record-factory.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import type { LettersDue } from '../../held/letter-words.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { LetterOutcome } from '../slice/slice-counts.ts'
import { type HeldTranslation, outcomesOfKept } from './held-translation.ts'
import { isViolation } from '../ownership/owned-outcomes.ts'
import { inputsOf, isLetter, type OutcomesOfInput } from './outcomes-of-inputs.ts'

/** As it stands in the topic. */
export interface LetterAtHand {
  readonly incarnation: number
  /** Null: it was not kept, and nothing can be translated again. */
  readonly input: KeptInput | null
  /** So many stand in the topic of it. */
  readonly records: number
}

/** What has become of a letter; `made`: what the revisions in force make of its input. */
export interface RetriedLetter {
  readonly outcome: LetterOutcome
  readonly made: readonly Outcome[]
}

interface Retried {
  readonly id: string
  readonly input: KeptInput
  readonly incarnation: number
  readonly stamp: TransactionStamp
}

/**
 * Carries out what is due; its records come into the slice at hand. Letters that are not there any more are decided. Raises
 * `HELD_TOO_MUCH`.
 */
export class LetterDecisions {
  private readonly parts: HeldTranslation & { readonly registryOffset: number }

  constructor(parts: LetterDecisions['parts']) {
    this.parts = parts
  }

  decide({ action, letters }: LettersDue, atHand: ReadonlyMap<string, LetterAtHand>): readonly LetterOutcome[] {
    return letters.map((id) => {
      if (this.parts.held.holds.say(id, action)) return 'turn'
      const letter = atHand.get(id)
      if (letter === undefined) return 'gone'
      if (action === 'retry') return this.retry(id, letter).outcome
      this.decided(id, letter)
      return 'discarded'
    })
  }

  /** One that nothing waits behind. Where `HELD_TOO_MUCH` is raised, nothing has become of it. */
  retry(id: string, letter: LetterAtHand): RetriedLetter {
    const { input, incarnation } = letter
    const made = input === null ? null : outcomesOfKept(input, this.parts)
    if (input === null || made === null) return { outcome: 'left', made: [] }
    const stamp = transactionStamp({ source: this.parts.source, incarnation, transaction: input.transaction })
    const became = this.publish(made, { id, input, incarnation, stamp })
    if (became.includes('failed')) return { outcome: 'failed', made }
    if (became.includes('foreign')) return { outcome: 'foreign', made }
    this.decided(id, letter)
    return { outcome: became.includes('held') ? 'held' : 'published', made }
  }

  private publish(made: readonly Outcome[], retried: Retried): readonly LetterOutcome[] {
    const { held, add } = this.parts
    const before = held.holds.state
    try {
      const published = inputsOf(made).map((one) => this.publishInput(one, retried))
      for (const { records } of published) add(records)
      return published.map(({ became }) => became)
    } catch (error) {
      held.restore(before)
      throw error
    }
  }

  /** It comes as any other input does: where one of its keys waits, it waits there. */
  private publishInput(
    outcomes: OutcomesOfInput,
    { id, input, incarnation, stamp }: Retried,
  ): { readonly became: LetterOutcome; readonly records: readonly OutputRecord[] } {
    const { held, active, registryOffset, counts } = this.parts
    const { eventsBefore, transaction } = input
    const diverted = held.divert(outcomes, { stamp, active, incarnation, registryOffset, eventsBefore })
    if (diverted !== null) counts().heldInputs += 1
    const records = diverted?.records ?? outcomes.flatMap((one) => active.recordsOf(one, stamp, eventsBefore))
    if (diverted?.kind === 'waits') return { became: 'held', records }
    // Nobody has written behind the fence: it is none of the failures that are counted.
    if (outcomes.some(isViolation)) return { became: 'foreign', records }
    counts().translated(outcomes, transaction)
    const became = outcomes.some((outcome) => isLetter(outcome, id, stamp)) ? 'failed' : 'published'
    return { became, records }
  }

  private decided(id: string, { records }: LetterAtHand): void {
    const { active, add } = this.parts
    add(active.decided({ id, records }))
  }
}
