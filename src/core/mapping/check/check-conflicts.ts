/** What mappings say of each other: a name is one file's, an event one mapping's, a topic the same for all. */
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { Publication } from '../../event/business-event.ts'
import type { CompiledEvent, CompiledMapping, CompiledTombstone } from '../compiled-mapping.ts'

export interface NamedFile {
  readonly file: string
  /** Null where not even the name could be read. */
  readonly name: string | null
  /** Null where the file has a mistake. */
  readonly mapping: CompiledMapping | null
}

/**
 * Conflicts between files; those within one are found when it is checked. `defaultPartitions` are those of mappings
 * that name none; null where they are not known.
 */
export function checkConflicts(files: readonly NamedFile[], defaultPartitions: number | null): Problem[] {
  const mappings = files.flatMap(({ mapping }) => mapping ?? [])
  return [
    ...sharedNames(files),
    ...sharedEvents(mappings),
    ...differentPartitions(mappings, defaultPartitions),
    ...sharedTopics(mappings),
    ...sharedStates(mappings),
    // Events of a mapping that has a mistake may be those that are deleted.
    ...(mappings.length === files.length ? [...strayTombstones(mappings), ...missingSuccessors(mappings)] : []),
  ]
}

function sharedNames(files: readonly NamedFile[]): Problem[] {
  const fileOf = new Map<string, string>()
  return files.flatMap(({ file, name }) => {
    const other = name === null ? undefined : fileOf.get(name)
    if (name !== null && other === undefined) fileOf.set(name, file)
    if (name === null || other === undefined) return []
    const place = { file, line: 1, column: 1, length: 1 }
    return [problemAt('FW2313', place, { message: `mapping '${name}' is also in ${other}` })]
  })
}

function sharedEvents(mappings: readonly CompiledMapping[]): Problem[] {
  const ownerOf = new Map<string, string>()
  return mappings.flatMap((mapping) =>
    eventsOf(mapping).flatMap(({ place, publication }) => {
      const type = nameOf(publication)
      const owner = ownerOf.get(type) ?? mapping.name
      ownerOf.set(type, owner)
      if (owner === mapping.name) return []
      return [problemAt('FW2307', place, { message: `${type} is also published by mapping ${owner}` })]
    }),
  )
}

/** Said once of a mapping, which has one number for all of its topics. */
function differentPartitions(mappings: readonly CompiledMapping[], byDefault: number | null): Problem[] {
  const known = new Map<string, { readonly mapping: string; readonly partitions: number }>()
  return mappings.flatMap((mapping) => {
    const partitions = mapping.partitions?.value ?? byDefault
    if (partitions === null) return []
    const topics = topicsOf(mapping)
    const conflict = topics.find(({ topic }) => (known.get(topic)?.partitions ?? partitions) !== partitions)
    for (const { topic } of topics) known.set(topic, known.get(topic) ?? { mapping: mapping.name, partitions })
    const other = conflict === undefined ? undefined : known.get(conflict.topic)
    if (conflict === undefined || other === undefined) return []
    const message = `topic ${conflict.topic} has ${partitions} partitions here, and ${other.partitions} in mapping ${other.mapping}`
    const hint = `defaults: {partitions: ${other.partitions}}`
    return [problemAt('FW2323', mapping.partitions?.place ?? conflict.place, { message, hint })]
  })
}

/** Said once of each newer version: readers of an older one would meet it in their topic. */
function sharedTopics(mappings: readonly CompiledMapping[]): Problem[] {
  const events = [...Map.groupBy(mappings.flatMap(eventsOf), ({ publication }) => nameOf(publication)).values()]
  return events.flatMap(([first]) => {
    if (first === undefined) return []
    const { publication, place } = first
    const older = events.find(([other]) => other !== undefined && isOlderInTopic(other.publication, publication))
    if (older?.[0] === undefined) return []
    const message = `${nameOf(publication)} goes to topic ${publication.topic}, as ${nameOf(older[0].publication)} does`
    const hint = 'a topic of its own, which all events of the topic move to'
    return [{ ...problemAt('FW2336', place, { message, hint }), severity: 'warning' }]
  })
}

/** Said once of each event beside the first: in a compacted topic the last record of a key is the only one that is kept. */
function sharedStates(mappings: readonly CompiledMapping[]): Problem[] {
  const compacted = new Set(mappings.flatMap(({ tombstoneTopics }) => tombstoneTopics))
  const stateOf = new Map<string, string>()
  const told = new Set<string>()
  return mappings.flatMap(eventsOf).flatMap(({ place, publication: { event, topic } }): Problem[] => {
    const state = stateOf.get(topic) ?? event
    stateOf.set(topic, state)
    if (!compacted.has(topic) || state === event || told.has(`${event} ${topic}`)) return []
    told.add(`${event} ${topic}`)
    const message = `${event} goes to topic ${topic}, which is compacted and holds ${state}: of a key only the last record stays, of either of them`
    const hint = `a topic of its own, or what it tells as a field of ${state}`
    return [{ ...problemAt('FW2342', place, { message, hint }), severity: 'warning' }]
  })
}

const nameOf = ({ event, version }: Publication): string => `${event}.v${version}`

const isOlderInTopic = (older: Publication, newer: Publication): boolean =>
  older.event === newer.event && older.topic === newer.topic && older.version < newer.version

function strayTombstones(mappings: readonly CompiledMapping[]): Problem[] {
  const topics = new Set(mappings.flatMap(({ publications }) => publications.map(({ topic }) => topic)))
  return mappings
    .flatMap((mapping) => publishedBy(mapping))
    .flatMap((item) => {
      if (item.kind === 'event' || topics.has(item.topic)) return []
      const message = `no event goes to topic ${item.topic}: a tombstone there deletes nothing`
      return [problemAt('FW2322', item.place, { message, hint: suggestion(item.topic, topics) })]
    })
}

/** The version that `deprecated.use` names is one that readers can have. */
function missingSuccessors(mappings: readonly CompiledMapping[]): Problem[] {
  const events = mappings.flatMap(eventsOf)
  return events.flatMap(({ publication: { event, version }, successor }) => {
    if (successor === null) return []
    const others = events.map(({ publication }) => publication).filter((one) => one.event === event)
    const versions = [...new Set(others.map((one) => one.version))].filter((other) => other !== version)
    if (versions.includes(successor.value)) return []
    const message = `${event}.v${version} is to be replaced by v${successor.value}, which no mapping publishes beside it`
    const hint = versions.length === 0 ? '' : `have ${versions.map((other) => `v${other}`).join(', ')}`
    return [problemAt('FW2324', successor.place, { message, hint })]
  })
}

const publishedBy = ({ rules }: CompiledMapping): readonly (CompiledEvent | CompiledTombstone)[] =>
  rules.flatMap(({ publish }) => publish)

const eventsOf = (mapping: CompiledMapping): readonly CompiledEvent[] =>
  publishedBy(mapping).flatMap((item) => (item.kind === 'event' ? [item] : []))

const topicsOf = (mapping: CompiledMapping): readonly { readonly topic: string; readonly place: Place }[] =>
  publishedBy(mapping).map((item) => ({
    topic: item.kind === 'event' ? item.publication.topic : item.topic,
    place: item.place,
  }))

function problemAt(
  code: keyof typeof mappingCodes,
  place: Place,
  { message, hint = '' }: { readonly message: string; readonly hint?: string },
): Problem {
  const { name } = mappingCodes[code]
  return { severity: 'error', code, name, message, place, ...(hint !== '' && { hint }) }
}
