/** Where a version of an event is published, or was: in the files of a project, and in what is registered. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import type { RegistryState, Revision } from '../../../core/registry/registry-state.ts'
import { compiledAsRegistered } from '../../observe/registered.ts'
import { subjectOf } from '../plan/intended-revision.ts'
import type { CheckedProject } from '../validate-project.ts'

/** What publishes the version now. */
export type Publisher =
  | { readonly mapping: string; readonly in: 'file'; readonly file: string }
  /** In force. */
  | { readonly mapping: string; readonly in: 'registry'; readonly revision: number }

export interface VersionUses {
  readonly publishers: readonly Publisher[]
  /** Into which it is published, or was, on Kafka. */
  readonly topics: readonly string[]
  /** Of those topics the ones into which something else is published, too. */
  readonly sharedTopics: readonly string[]
  readonly subjects: readonly string[]
  /** Its last day in ISO 8601, as its publishers say or the last of them has said; null: none was told. */
  readonly sunset: string | null
}

/** A version of an event in one topic. */
interface Placed {
  /** `OrderPlaced.v1` */
  readonly event: string
  /** On Kafka. */
  readonly topic: string
  readonly subject: string
}

interface PlacedBy extends Placed {
  readonly publisher: Publisher
}

export interface KnownVersions {
  readonly checked: CheckedProject
  readonly registry: RegistryState
  readonly names: TopicNames
}

/** `event` as `OrderPlaced.v1`. Raises `REVISION_UNREADABLE`. */
export function versionUses(event: string, known: KnownVersions): VersionUses {
  const { registry, names } = known
  const mappings = [...registry.mappings.values()]
  const revisions = mappings.flatMap((mapping) => mapping.revisions)
  const now = [...placedInFiles(known), ...mappings.flatMap(({ current }) => placedIn(current, names))]
  const ever: readonly Placed[] = [...now, ...revisions.flatMap((revision) => placedIn(revision, names))]
  const isIt = (placed: Placed): boolean => placed.event === event
  const elsewhere = new Set(now.filter((placed) => !isIt(placed)).map(({ topic }) => topic))
  const topics = [...new Set(ever.filter(isIt).map(({ topic }) => topic))]
  return {
    publishers: now.filter(isIt).map(({ publisher }) => publisher),
    topics,
    sharedTopics: topics.filter((topic) => elsewhere.has(topic)),
    subjects: [...new Set(ever.filter(isIt).map(({ subject }) => subject))],
    sunset: sunsetInFiles(event, known) ?? sunsetAsRegistered(event, revisions, names),
  }
}

/** Once for each mapping, however many of its rules publish it. */
function placedInFiles({ checked, names }: KnownVersions): readonly PlacedBy[] {
  return checked.mappings.flatMap(({ mapping, file }) => {
    const publisher: Publisher = { mapping: mapping?.name ?? '', in: 'file', file: file.path }
    const placed = (mapping?.publications ?? []).map(({ event, version, topic, contract }): [string, PlacedBy] => {
      const name = `${event}.v${version}`
      const subject = subjectOf(names.events(topic), contract.fullName)
      return [name, { event: name, topic: names.events(topic), subject, publisher }]
    })
    return [...new Map(placed).values()]
  })
}

const placedIn = ({ number, record }: Revision, names: TopicNames): readonly PlacedBy[] =>
  record.content.schemas.map(({ event, version, topic, subject }) => ({
    event: `${event}.v${version}`,
    topic: names.events(topic),
    subject,
    publisher: { mapping: record.content.mapping, in: 'registry', revision: number },
  }))

const sunsetInFiles = (event: string, { checked }: KnownVersions): string | null =>
  latestSunset(
    event,
    checked.mappings.flatMap(({ mapping }) => mapping ?? []),
  )

/** By the last revision that has published it, whatever its mapping is. */
function sunsetAsRegistered(event: string, revisions: readonly Revision[], names: TopicNames): string | null {
  const published = revisions.filter((revision) => placedIn(revision, names).some((placed) => placed.event === event))
  const last = published.toSorted((a, b) => b.offset - a.offset)[0]
  return last === undefined ? null : latestSunset(event, [compiledAsRegistered(last, names)])
}

/** Of several days that were told readers may rely on the last. */
function latestSunset(event: string, mappings: readonly Pick<CompiledMapping, 'publications'>[]): string | null {
  const days = mappings
    .flatMap(({ publications }) => publications)
    .filter((one) => `${one.event}.v${one.version}` === event)
    .flatMap(({ deprecated }) => deprecated?.sunset ?? [])
  return days.toSorted().at(-1) ?? null
}
