/** Which topics stay behind a retired mapping, and which nobody needs any more. */
import { nativePositionTopic } from '../../delivery/own-topics.ts'
import type { TopicNames } from '../../delivery/topic-names.ts'

export interface TopicFate {
  readonly topic: string
  readonly fate: 'keep' | 'delete'
  readonly why: string
}

export interface RetiredTopicsOf {
  readonly source: string
  /** Topics of the retired mappings, as these name them. */
  readonly topics: readonly string[]
  /** The same of all mappings that are not retired, whatever their source. */
  readonly stillUsed: ReadonlySet<string>
  /** Of the new service. */
  readonly transactionalIds: readonly string[]
  /** Whether no mapping of the source is left at work. */
  readonly isLast: boolean
}

/** What all mappings share is of use to others, and stays. */
export function retiredTopics(
  { source, topics, stillUsed, transactionalIds, isLast }: RetiredTopicsOf,
  names: TopicNames,
): readonly TopicFate[] {
  const keep = (topic: string, why: string): TopicFate => ({ topic, fate: 'keep', why })
  const remove = (topic: string, why: string): TopicFate => ({ topic, fate: 'delete', why })
  const own = [...new Set(topics)]
  const unused = own.filter((topic) => !stillUsed.has(topic))
  return [
    ...own.map((topic) => keep(names.events(topic), 'the events, which the new service publishes')),
    ...transactionalIds.map((id) => keep(nativePositionTopic(names, id).topic, 'how far the new service has come')),
    keep(names.ownership, 'the new service reads there before each transaction that it owns'),
    keep(names.registry, 'who led the mapping on, and why'),
    ...unused.map((topic) => remove(names.shadow(topic), 'what was published before the mapping was live')),
    ...unused.map((topic) => remove(names.native(topic), 'what the new service published to be compared')),
    ...(isLast
      ? [
          remove(names.rawLog(source), 'what the connector has captured'),
          remove(names.checkpoint(source), 'how far falsework has come'),
          remove(names.held(source), 'what has waited behind failed inputs'),
        ]
      : []),
  ]
}
