/** What is registered: mappings, events and sources, from the registry log. */
import { standInKeys } from '../../core/registry/key-fingerprint.ts'
import { foldRead, type RegistryState, type Revision } from '../../core/registry/registry-state.ts'
import { tellUnread } from '../../core/registry/unread-record.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import { stageOfScope } from '../../core/migration/scope-stages.ts'
import { compileRevision } from '../../core/translation/revisions/compiled-revision.ts'
import { type Staging, stagingOf } from '../../core/translation/ownership/routes.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'

export interface MappingLine {
  readonly mapping: string
  readonly revision: number
  readonly stage: string
  readonly source: string
  readonly events: readonly string[]
  readonly hash: string
  readonly registeredAtMs: number
  readonly actor: string
}

export interface EventLine {
  readonly event: string
  readonly version: number
  readonly topic: string
  readonly mapping: string
  readonly schemaId: number
  readonly subject: string
}

export interface SourceLine {
  readonly source: string
  readonly incarnation: number | null
  readonly mappings: readonly string[]
  readonly rawLog: string
}

/** The state of the registry log as of now. Raises what the log raises. */
export async function readRegistry(openControlLog: () => Promise<ControlLog>): Promise<RegistryState> {
  const log = await openControlLog()
  try {
    return foldRead(await log.read(0))
  } finally {
    await log.close()
  }
}

/** What a reader must know who is only shown the state. */
export const registryWarnings = ({ unread }: RegistryState): readonly string[] =>
  unread === null ? [] : [`shown as of before a record that cannot be read: ${unread.code}: ${tellUnread(unread)}`]

/** For questions about what a revision publishes, and into what. Raises `REVISION_UNREADABLE`. */
export function compiledAsRegistered({ record }: Revision, names: TopicNames): CompiledMapping {
  // What pseudonyms come out as is nothing that is asked here.
  return compileRevision(record, { keys: standInKeys(record.content), names, keepsRows: () => true })
}

export function mappingLines(registry: RegistryState): MappingLine[] {
  return [...registry.mappings.values()].map(({ current: { number, record } }) => ({
    mapping: record.content.mapping,
    revision: number,
    stage: stageText(stagingOf(registry, record.content.mapping)),
    source: record.content.source,
    events: record.content.schemas.map(({ event, version }) => `${event}.v${version}`),
    hash: record.hash,
    registeredAtMs: record.atMs,
    actor: record.actor,
  }))
}

/** As the words say it; of a mapping whose scopes differ, all of its stages. */
function stageText({ registered, scopes }: Staging): string {
  const all = [stageOfScope(scopes, null, registered), ...scopes.values()]
  return [...new Set(all.map(({ stage }) => stage))].join(', ')
}

export function eventLines({ mappings }: RegistryState, names: TopicNames): EventLine[] {
  return [...mappings.values()].flatMap(({ current: { record } }) =>
    record.content.schemas.map(({ event, version, topic, id, subject }) => ({
      event,
      version,
      topic: names.events(topic),
      mapping: record.content.mapping,
      schemaId: id,
      subject,
    })),
  )
}

export function sourceLines({ mappings, sources }: RegistryState, names: TopicNames): SourceLine[] {
  const known = new Map<string, string[]>([...sources.keys()].map((source) => [source, []]))
  for (const [mapping, { current }] of mappings) {
    const { source } = current.record.content
    known.set(source, [...(known.get(source) ?? []), mapping])
  }
  return [...known].map(([source, own]) => ({
    source,
    incarnation: sources.get(source)?.incarnation ?? null,
    mappings: own,
    rawLog: names.rawLog(source),
  }))
}

/** An event by `OrderPlaced`, which is its newest version, or `OrderPlaced.v1`. Raises `UNKNOWN_NAME` that lists what there is. */
export function findEvent(lines: readonly EventLine[], name: string): EventLine {
  const [found] = lines
    .filter((line) => line.event === name || `${line.event}.v${line.version}` === name)
    .toSorted((one, other) => other.version - one.version)
  if (found !== undefined) return found
  const known = lines.map((line) => `${line.event}.v${line.version}`)
  throw new FalseworkError('UNKNOWN_NAME', `no event '${name}' is registered; have ${known.join(', ')}`)
}
