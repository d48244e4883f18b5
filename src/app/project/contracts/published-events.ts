/** The events that a project publishes, with what a consumer must know of each. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { Publication } from '../../../core/event/business-event.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'

export interface PublishedEvent {
  /** `OrderPlaced.v1` */
  readonly name: string
  /** On Kafka. */
  readonly topic: string
  readonly partitions: number
  readonly contract: Publication['contract']
  readonly deprecated: NonNullable<Publication['deprecated']> | null
  readonly mappings: readonly string[]
  /** Whether the topic holds delete markers, too. */
  readonly tombstones: 'none' | 'some'
}

/** Each once, by topic and name. */
export function publishedEvents(
  mappings: readonly CompiledMapping[],
  { names, defaultPartitions }: { readonly names: TopicNames; readonly defaultPartitions: number },
): readonly PublishedEvent[] {
  const events = new Map<string, PublishedEvent>()
  const states = new Set(mappings.flatMap(({ tombstoneTopics }) => tombstoneTopics))
  for (const { name: mapping, publications, partitions } of mappings) {
    for (const { event, version, topic, contract, deprecated = null } of publications) {
      const name = `${event}.v${version}`
      const known = events.get(name)?.mappings ?? []
      events.set(name, {
        name,
        topic: names.events(topic),
        partitions: partitions?.value ?? defaultPartitions,
        contract,
        deprecated,
        mappings: [...new Set([...known, mapping])],
        tombstones: states.has(topic) ? 'some' : 'none',
      })
    }
  }
  const place = ({ topic, name }: PublishedEvent): string => `${topic}\u0000${name}`
  return [...events.values()].toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}
