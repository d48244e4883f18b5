/** What operators have said of dead letters, as long as it is not carried out. */
import { openWords } from '../../core/held/letter-words.ts'
import type { LetterAction } from '../../core/registry/control-record.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import type { DeadLetter } from './dead-letters.ts'
import { readRegistry } from './registered.ts'
import { latestCheckpoint } from './source-status.ts'

interface WordParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly openControlLog: () => Promise<ControlLog>
}

/** By id of the letter. */
export async function openLetterWords(
  letters: readonly DeadLetter[],
  { names, topicReader, openControlLog }: WordParts,
): Promise<ReadonlyMap<string, LetterAction>> {
  if (letters.length === 0) return new Map()
  const registry = await readRegistry(openControlLog)
  const sources = [...new Set(letters.map(({ source }) => source))]
  const open = await Promise.all(
    sources.map(async (source) => {
      const words = registry.letters.get(source) ?? []
      const checkpoint = words.length === 0 ? null : await latestCheckpoint(topicReader, names.checkpoint(source))
      return checkpoint === null ? [] : [...openWords(words, checkpoint)]
    }),
  )
  return new Map(open.flat())
}
