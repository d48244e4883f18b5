/** Dead letters that an operator has said a word about: translated once more by the revisions in force now, or given up. */
import { deadLetterId } from '../../event/dead-letter/dead-letter-record.ts'
import { type TransactionStamp, transactionStamp } from '../../event/record-factory.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import type { LettersDue } from '../../held/letter-words.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { LetterOutcome } from '../slice/slice-counts.ts'
import { type HeldTranslation, outcomesOfKept } from './held-translation.ts'
import { isViolation } from '../ownership/owned-outcomes.ts'
import { inputsOf, type OutcomesOfInput } from './outcomes-of-inputs.ts'

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

  /** One that nothing waits behind. */
  retry(id: string, letter: LetterAtHand): RetriedLetter {
    const { input, incarnation } = letter
    const made = input === null ? null : outcomesOfKept(input, this.parts)
    if (input === null || made === null) return { outcome: 'left', made: [] }
    const stamp = transactionStamp({ source: this.parts.source, incarnation, transaction: input.transaction })
    const retried = { id, input, incarnation, stamp }
    const became = inputsOf(made).map((one) => this.publish(one, retried))
    if (became.includes('failed')) return { outcome: 'failed', made }
    if (became.includes('foreign')) return { outcome: 'foreign', made }
    this.decided(id, letter)
    return { outcome: became.includes('held') ? 'held' : 'published', made }
  }

  /** It comes as any other input does: where one of its keys waits, it waits there. */
  private publish(outcomes: OutcomesOfInput, { id, input, incarnation, stamp }: Retried): LetterOutcome {
    const { held, active, registryOffset, counts, add } = this.parts
    const { eventsBefore, transaction } = input
    const diverted = held.divert(outcomes, { stamp, active, incarnation, registryOffset, eventsBefore })
    if (diverted !== null) counts().heldInputs += 1
    add(diverted?.records ?? outcomes.flatMap((outcome) => active.recordsOf(outcome, stamp, eventsBefore)))
    if (diverted?.kind === 'waits') return 'held'
    // Nobody has written behind the fence: it is none of the failures that are counted.
    if (outcomes.some(isViolation)) return 'foreign'
    counts().translated(outcomes, transaction)
    return outcomes.some((outcome) => isLetter(outcome, { id, stamp })) ? 'failed' : 'published'
  }

  private decided(id: string, { records }: LetterAtHand): void {
    const { active, add } = this.parts
    add(active.decided({ id, records }))
  }
}

/** Whether the outcome stands in the topic under the same id: then its letter is not decided. */
function isLetter(outcome: Outcome, { id, stamp }: Pick<Retried, 'id' | 'stamp'>): boolean {
  if (outcome.kind !== 'failed' || outcome.policy === 'skip') return false
  return deadLetterId(outcome.input.identity, stamp) === id
}
