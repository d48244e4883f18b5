/** What the legacy system has written behind the fence, whatever was decided of it since. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'
import { letterIn } from '../../observe/dead-letters.ts'

/** Of the mapping, written at that time or later; those that Kafka has compacted away since they were decided are not seen. */
export async function violationsSince(
  mapping: string,
  sinceMs: number,
  { names, topicReader }: { readonly names: TopicNames; readonly topicReader: TopicReader },
): Promise<number> {
  const found = new Set<string>()
  const signal = new AbortController().signal
  for await (const record of topicReader.read(names.deadLetters, { from: 'beginning', follow: false, signal })) {
    const letter = record.timestampMs < sinceMs ? null : letterIn(record)
    if (letter?.mapping === mapping && letter.class === 'violation') found.add(letter.id)
  }
  return found.size
}
