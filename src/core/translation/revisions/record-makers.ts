/** How the events and tombstones of a mapping become records, by the way that they go. */
import type { TopicNames } from '../../delivery/topic-names.ts'
import type { Publication, Tombstone } from '../../event/business-event.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import {
  publicationRecordFactory,
  type RecordOf,
  tombstoneRecordFactory,
  type TransactionStamp,
} from '../../event/record-factory.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { Scope } from '../../migration/stage.ts'
import type { RevisionRecord } from '../../registry/control-record.ts'
import type { Route } from '../ownership/routes.ts'
import { unreadableRevision } from './compiled-revision.ts'

/** Of the records that go one way. */
export interface RecordMakers {
  readonly events: ReadonlyMap<Publication, (scope: Scope) => RecordOf>
  readonly tombstones: ReadonlyMap<string, (tombstone: Tombstone, stamp: TransactionStamp) => OutputRecord>
}

/**
 * They are made once for each way that somebody asks for. Asking raises `REVISION_UNREADABLE` where the revision does not
 * say how many partitions a topic has, or which schema an event.
 */
export function recordMakers(
  record: RevisionRecord,
  mapping: CompiledMapping,
  context: { readonly source: string; readonly names: TopicNames },
): (route: Route) => RecordMakers {
  return oncePerRoute((route) => makersOf({ record, mapping, ...context }, route))
}

interface Parts {
  readonly record: RevisionRecord
  readonly mapping: CompiledMapping
  readonly source: string
  readonly names: TopicNames
}

function makersOf({ record, mapping, source, names }: Parts, route: Route): RecordMakers {
  const { content, hash: revisionHash } = record
  const topicOf = route.to === 'shadow' ? names.shadow : names.events
  const placeOf = (topic: string) => ({ topic: topicOf(topic), partitions: partitionsOf(topic, record) })
  const events = mapping.publications.map((publication, order): [Publication, (scope: Scope) => RecordOf] => {
    const { event, version, topic } = publication
    const schema = content.schemas.find((item) => item.event === event && item.version === version)
    if (schema === undefined) throw unreadableRevision(record, `it has no schema id for ${event}.v${version}`)
    const common = { source, epoch: route.epoch, revisionHash, ...placeOf(topic), publication, order, schema }
    return [publication, oncePerScope((scope) => publicationRecordFactory({ ...common, scope }))]
  })
  const tombstones = mapping.tombstoneTopics.map(
    (topic) => [topic, tombstoneRecordFactory({ ...placeOf(topic), mapping: mapping.name, revisionHash })] as const,
  )
  return { events: new Map(events), tombstones: new Map(tombstones) }
}

function partitionsOf(topic: string, record: RevisionRecord): number {
  const found = record.content.topics.find((item) => item.topic === topic)
  if (found === undefined) throw unreadableRevision(record, `it does not say how many partitions ${topic} has`)
  return found.partitions
}

/** There are few kinds of routes, and each is taken by many events. */
function oncePerRoute(make: (route: Route) => RecordMakers): (route: Route) => RecordMakers {
  const byName = new Map<string, RecordMakers>()
  const known = new WeakMap<Route, RecordMakers>()
  return (route) => {
    const before = known.get(route)
    if (before !== undefined) return before
    const name = `${route.to} ${route.epoch}`
    const makers = byName.get(name) ?? make(route)
    byName.set(name, makers)
    known.set(route, makers)
    return makers
  }
}

/** Scopes are few as a rule; where they are not, those that are made are not kept for ever. */
const keptScopes = 1_000

function oncePerScope(makeIn: (scope: Scope) => RecordOf): (scope: Scope) => RecordOf {
  const known = new Map<Scope, RecordOf>()
  return (scope) => {
    const before = known.get(scope)
    if (before !== undefined) return before
    if (known.size >= keptScopes) known.clear()
    const made = makeIn(scope)
    known.set(scope, made)
    return made
  }
}
