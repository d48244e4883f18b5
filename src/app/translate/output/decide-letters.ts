/** Carries out what operators have said of dead letters: read from their topic, some at a time. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { LettersDue } from '../../../core/held/letter-words.ts'
import type { LetterAtHand } from '../../../core/translation/held/letter-decisions.ts'
import { readDeadLetters } from '../../observe/dead-letters.ts'
import { releaseHeld } from './held-inputs.ts'
import type { SessionParts } from '../session/session-parts.ts'
import type { SessionWork } from '../session/session-work.ts'

/** Each time with the checkpoint that says how far it is: what is decided is decided once. Raises `HELD_TOO_MUCH`. */
export async function decideLetters(work: SessionWork, ended: AbortSignal): Promise<void> {
  const { parts, translation, slices } = work
  for (let due = translation.lettersDue; due !== null && !ended.aborted; due = translation.lettersDue) {
    await slices.settle()
    const letters = await lettersAtHand(due, parts)
    try {
      translation.decideLetters(due, letters)
    } catch (error) {
      // There is room again where something may be released: what was decided is not there any more the next time.
      if (!isTooMuch(error) || !translation.mayRelease) throw error
      await releaseHeld(work, ended)
    }
    await slices.send()
  }
}

const isTooMuch = (error: unknown): boolean => error instanceof FalseworkError && error.code === 'HELD_TOO_MUCH'

/** Those of the letters that are due which are there, of this source. Slices that may write some must be visible. */
async function lettersAtHand(
  { letters }: LettersDue,
  { source, names, topicReader }: SessionParts,
): Promise<ReadonlyMap<string, LetterAtHand>> {
  const wanted = new Set(letters)
  const found = await readDeadLetters(topicReader, names.deadLetters, (id) => wanted.has(id))
  return new Map(found.letters.filter((letter) => letter.source === source).map((letter) => [letter.id, letter]))
}
