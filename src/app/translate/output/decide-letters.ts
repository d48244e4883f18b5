/** Carries out what operators have said of dead letters: read from their topic, some at a time. */
import type { LettersDue } from '../../../core/held/letter-words.ts'
import type { LetterAtHand } from '../../../core/translation/held/letter-decisions.ts'
import type { TopicReader } from '../../../ports/topic-reader.ts'
import { readDeadLetters } from '../../observe/dead-letters.ts'

/** Those of the letters that are due which are there, of this source. Slices that may write some must be visible. */
export async function lettersAtHand(
  { letters }: LettersDue,
  { source, topic, topicReader }: { source: string; topic: string; topicReader: TopicReader },
): Promise<ReadonlyMap<string, LetterAtHand>> {
  const wanted = new Set(letters)
  const found = await readDeadLetters(topicReader, topic, (id) => wanted.has(id))
  return new Map(found.letters.filter((letter) => letter.source === source).map((letter) => [letter.id, letter]))
}
