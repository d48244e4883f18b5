/** The words of operators about the dead letters of a source, carried out in the order of the registry log. */
import type { Checkpoint, LettersReached } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { LetterAction } from '../registry/control-record.ts'
import type { LettersWord } from '../registry/registry-state.ts'

/** What is to be done next: some letters of one word. */
export interface LettersDue {
  readonly action: LetterAction
  readonly letters: readonly string[]
}

/** So many are read and translated at a time: each may be as large as a source transaction. */
const lettersAtATime = 100

/** The first word from one registry offset up to, and without, another; null: there is none. */
export function firstWord(
  words: readonly LettersWord[],
  { from, to }: { readonly from: number; readonly to: number },
): LettersReached | null {
  const word = words.find(({ offset }) => offset >= from && offset < to)
  return word === undefined ? null : { word: word.offset, done: 0 }
}

/** By dead letter, what was said of it last and is not carried out yet. `checkpoint`: how far the source is. */
export function openWords(
  words: readonly LettersWord[],
  { letters, held, registryOffset }: Pick<Checkpoint, 'letters' | 'held' | 'registryOffset'>,
): ReadonlyMap<string, LetterAction> {
  const { word, done } = letters ?? { word: registryOffset, done: 0 }
  const open = new Map<string, LetterAction>()
  for (const blocker of held?.blockers ?? []) if (blocker.word !== undefined) open.set(blocker.letter, blocker.word)
  for (const { offset, record } of words.filter((one) => one.offset >= word)) {
    for (const id of record.letters.slice(offset === word ? done : 0)) open.set(id, record.action)
  }
  return open
}

export class LetterWords {
  private words: readonly LettersWord[] = []
  private inForce: number
  private at: LettersReached | null

  constructor({ letters = null, registryOffset }: { letters?: LettersReached | null; registryOffset: number }) {
    this.at = letters
    this.inForce = registryOffset
  }

  /** Words before `to` are in force from now on. */
  know(words: readonly LettersWord[], to: number): void {
    this.words = words
    this.at ??= firstWord(words, { from: this.inForce, to })
    this.inForce = to
  }

  /** Null: all that are in force are carried out. */
  get due(): LettersDue | null {
    const { at } = this
    if (at === null) return null
    const { action, letters } = this.recordAt(at)
    return { action, letters: letters.slice(at.done, at.done + lettersAtATime) }
  }

  /** What was due is done. */
  done(): void {
    const { at } = this
    if (at === null) throw new FalseworkError('INTERNAL', 'no word about dead letters is due')
    const done = at.done + lettersAtATime
    const isWordDone = done >= this.recordAt(at).letters.length
    this.at = isWordDone ? firstWord(this.words, { from: at.word + 1, to: this.inForce }) : { ...at, done }
  }

  /** What a checkpoint says of it. */
  tell(): Pick<Checkpoint, 'letters'> {
    return this.at === null ? {} : { letters: this.at }
  }

  private recordAt({ word }: LettersReached): LettersDue {
    const found = this.words.find(({ offset }) => offset === word)
    if (found === undefined) throw new FalseworkError('INTERNAL', `the registry log has no word at ${word}`)
    return found.record
  }
}
