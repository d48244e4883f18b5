/** What the topics of a source's events take, asked when its revisions come into force. */
import { type BatchBytesMaxOf, batchBytesMaxByDefault } from '../../../core/event/event-size.ts'
import { type RegistryState, revisionsOf } from '../../../core/registry/registry-state.ts'
import { hasShadow, stagingOf } from '../../../core/translation/ownership/routes.ts'
import type { SessionParts } from './session-parts.ts'

/** Of a topic that does not tell, what brokers take by default. Raises what the port raises. */
export async function askEventTopicLimits(
  { source, names, topicAdmin, log }: Pick<SessionParts, 'source' | 'names' | 'topicAdmin' | 'log'>,
  registry: RegistryState,
): Promise<BatchBytesMaxOf> {
  const topics = new Set(
    revisionsOf(registry, source).flatMap(({ record: { content } }) => {
      const inShadow = hasShadow(stagingOf(registry, content.mapping))
      return content.topics.flatMap(({ topic }) => [names.events(topic), ...(inShadow ? [names.shadow(topic)] : [])])
    }),
  )
  const limits = await topicAdmin.batchBytesMax([...topics])
  const silent = [...topics].filter((topic) => !limits.has(topic))
  if (silent.length > 0) {
    log.warn('topics do not tell how large a batch may be', {
      source,
      topics: silent.join(' '),
      batchBytesMaxByDefault,
    })
  }
  return (topic) => limits.get(topic) ?? batchBytesMaxByDefault
}
