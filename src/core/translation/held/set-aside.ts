/** What of a source is set aside: inputs that wait, dead letters that something was said of, and what is due of both. */
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import type { HeldBounds } from '../../held/held-bounds.ts'
import { LetterWords, type LettersDue } from '../../held/letter-words.ts'
import type { ActiveRevisions } from '../revisions/active-revisions.ts'
import type { LetterOutcome } from '../slice/slice-counts.ts'
import { HeldInputs } from './held-inputs.ts'
import { HeldRelease } from './held-release.ts'
import type { HeldTranslation } from './held-translation.ts'
import { type LetterAtHand, LetterDecisions } from './letter-decisions.ts'

export class SetAside {
  readonly held: HeldInputs
  /** Of operators, about dead letters. */
  readonly words: LetterWords
  private inForce: ActiveRevisions | null = null
  /** Asked at every record, and changed by revisions and words alone. */
  private isDue = false

  constructor(checkpoint: Checkpoint, bounds: HeldBounds) {
    this.held = new HeldInputs(checkpoint.held, bounds)
    this.words = new LetterWords(checkpoint)
  }

  /** These are in force from now on, with the words before this place of the registry log. */
  know(active: ActiveRevisions, registryOffset: number): void {
    this.words.know(active.letterWords, registryOffset)
    if (this.inForce !== null && areOthers(this.inForce, active)) this.held.revised()
    this.inForce = active
    this.look(active)
  }

  /** Something has changed by which inputs may be let go. */
  look(active: ActiveRevisions): void {
    this.isDue = this.held.isReleaseDue(active)
  }

  /** Whether inputs that wait may be let go. */
  get isReleaseDue(): boolean {
    return this.isDue
  }

  /** Lets go what may go, in order. */
  release(translation: HeldTranslation): HeldRelease {
    this.isDue = false
    return new HeldRelease(translation)
  }

  /** Carries out what is due on those letters that are there. */
  decide(
    due: LettersDue,
    letters: ReadonlyMap<string, LetterAtHand>,
    translation: HeldTranslation & { readonly registryOffset: number },
  ): readonly LetterOutcome[] {
    const outcomes = new LetterDecisions(translation).decide(due, letters)
    this.words.done()
    this.look(translation.active)
    return outcomes
  }
}

/** Whether they would translate anything otherwise. */
const areOthers = (before: ActiveRevisions, after: ActiveRevisions): boolean =>
  [...new Set([...before.stagings.keys(), ...after.stagings.keys()])].some(
    (mapping) => before.hashOf(mapping) !== after.hashOf(mapping),
  )
