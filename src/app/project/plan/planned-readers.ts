/** Who reads the events that a registration changes or takes away; asking changes nothing. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { Revision } from '../../../core/registry/registry-state.ts'
import type { ConsumerGroups, ReadingGroup } from '../../../ports/kafka/consumer-groups.ts'
import type { IntendedSchema } from './intended-revision.ts'

/** An event that the revision in force publishes and the next one does not, or not into this topic. */
export interface WithdrawnEvent {
  /** `OrderPlaced.v1` */
  readonly event: string
  /** As the mapping names it. */
  readonly topic: string
}

export interface PlannedReader extends ReadingGroup {
  /** On Kafka. */
  readonly topic: string
}

export function withdrawnEvents(
  current: Revision | null,
  schemas: readonly Pick<IntendedSchema, 'event' | 'version' | 'topic'>[],
): readonly WithdrawnEvent[] {
  const named = ({ event, version, topic }: Pick<IntendedSchema, 'event' | 'version' | 'topic'>): WithdrawnEvent => ({
    event: `${event}.v${version}`,
    topic,
  })
  const kept = schemas.map(named)
  const isKept = ({ event, topic }: WithdrawnEvent): boolean =>
    kept.some((one) => one.event === event && one.topic === topic)
  return (current?.record.content.schemas ?? []).map(named).filter((one) => !isKept(one))
}

/** Of those topics and what stands of them in shadow. Without any nobody is asked. Raises what the port raises. */
export async function plannedReaders(
  topics: readonly string[],
  { names, consumerGroups }: { readonly names: TopicNames; readonly consumerGroups: ConsumerGroups },
): Promise<readonly PlannedReader[]> {
  if (topics.length === 0) return []
  const found = await consumerGroups.readersOf(
    [...new Set(topics)].flatMap((one) => [names.events(one), names.shadow(one)]),
  )
  return [...found].flatMap(([topic, groups]) => groups.map((group) => ({ topic, ...group })))
}
