/** The revisions in force for a source, those of retired mappings left out, compiled from the registry log alone. */
import { WriterSchemas } from '../capture/avro/writer-schemas.ts'
import type { ReadTables } from '../capture/row/table-plan.ts'
import type { PromisedForm } from '../capture/row/column-forms.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import { columnForm } from '../capture/decode/column-decoder.ts'
import type { Table, TableName } from '../catalog/catalog.ts'
import type { KnownColumns } from '../catalog/unknown-columns.ts'
import { provenKeys } from '../catalog/proven-keys.ts'
import { deadLetterPartitions } from '../delivery/own-topics.ts'
import type { TopicNames } from '../delivery/topic-names.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { Contract } from '../event/contract.ts'
import { deadLetterRecords, decidedRecords } from '../event/dead-letter/dead-letter-record.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { type BatchBytesMaxOf, type SizeLimit, sizeLimit } from '../event/event-size.ts'
import { contractFileName, parseContract } from '../event/parse-contract.ts'
import {
  publicationRecordFactory,
  type RecordOf,
  tombstoneRecordFactory,
  type TransactionStamp,
} from '../event/record-factory.ts'
import type { Publication, Tombstone } from '../event/business-event.ts'
import { rowsOf } from '../held/carried-input.ts'
import { type KeptInput, writeKept } from '../held/kept-input.ts'
import type { MappingSurroundings } from '../mapping/check/check-context.ts'
import { checkMapping } from '../mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../mapping/compiled-mapping.ts'
import { type Outcome, planTranslation, type TranslationPlan } from '../mapping/run/translate.ts'
import { encodeOwnership, type OwnedScope } from '../migration/ownership-record.ts'
import { type Scope, scopeText } from '../migration/stage.ts'
import type { StoredCatalog } from '../rows/stored/stored-catalog.ts'
import type { RevisionRecord, TablesRecord } from '../registry/control-record.ts'
import { expectKeys, standInKeys } from '../registry/key-fingerprint.ts'
import { type LettersWord, rawFormOf, type RegistryState } from '../registry/registry-state.ts'
import { isOwn, ownedOutcomes, type OwnedWay, type RoutesOf } from './ownership/owned-outcomes.ts'
import { revisionsAtWork } from './ownership/retired.ts'
import { isDivided, type Owners, type Route, Routes, type Staging, stagingsOf } from './ownership/routes.ts'

export interface ActivationContext {
  readonly source: string
  readonly incarnation: number
  readonly names: TopicNames
  /** Pseudonym keys by name; `standIns`: whoever looks what would come of an input has none. */
  readonly keys: ReadonlyMap<string, string> | 'standIns'
  /** Where the raw log is Avro: whoever reads it adds what its records name. */
  readonly writerSchemas?: WriterSchemas
  /** What a topic on Kafka takes in one batch. */
  readonly batchBytesMaxOf: BatchBytesMaxOf
}

export interface ActiveRevisions {
  readonly plan: TranslationPlan
  /** Of rows that a snapshot has left. */
  readonly snapshotPlan: TranslationPlan
  readonly read: ReadTables
  /** The tables whose rows are kept; null where no registration has said so. */
  readonly stored: StoredCatalog | null
  /** What the catalog knows beside these; null where no registration has said so. */
  readonly knownTables: TablesRecord | null
  /** By the catalogs of the mappings, of the tables that they name. */
  readonly knownColumns: KnownColumns
  /** Where in the registry log an operator has said that what was noticed is seen to; null: nowhere. */
  readonly resumedAt: number | null
  /** Hash of the revision of a mapping that is in force; null: there is none. */
  readonly hashOf: (mapping: string) => string | null
  /** Where inputs wait. */
  readonly heldTopic: string
  /** Says that a dead letter is decided, of so many records. */
  readonly decided: (letter: { readonly id: string; readonly records: number }) => readonly OutputRecord[]
  /** By the names of its mappings. */
  readonly stagings: ReadonlyMap<string, Staging>
  /** The same, with violations in the place of what falsework must not publish. */
  readonly owned: (outcomes: readonly Outcome[], way: OwnedWay) => readonly Outcome[]
  /** One, but for a failed input that is large: it is kept in its dead letter, with the events that came before it. */
  readonly recordsOf: RecordsOf
  /** The same, as events go where it is decided so of their scopes. */
  readonly recordsUnder: (owners: Owners) => Pick<ActiveRevisions, 'owned' | 'recordsOf'>
  /** Says who may publish for a scope from now on. */
  readonly ownershipRecord: (owned: OwnedScope) => OutputRecord
  /** What operators have said of its dead letters, whether that is in force or not. */
  readonly letterWords: readonly LettersWord[]
}

/** Of what is `owned`; raises `INTERNAL` for anything that falsework must not publish. */
type RecordsOf = (
  outcome: Outcome,
  stamp: TransactionStamp,
  eventsBefore: KeptInput['eventsBefore'],
) => readonly OutputRecord[]

interface ActiveMapping {
  readonly record: RevisionRecord
  readonly mapping: CompiledMapping
  readonly makers: (route: Route) => Makers
  readonly limits: readonly (readonly [Publication, SizeLimit])[]
}

/** Of the records that go one way. */
interface Makers {
  readonly events: ReadonlyMap<Publication, (scope: Scope) => RecordOf>
  readonly tombstones: ReadonlyMap<string, (tombstone: Tombstone, stamp: TransactionStamp) => OutputRecord>
}

/**
 * Raises `REVISION_UNREADABLE` when a revision does not compile in this build, `PSEUDONYM_KEY_MISMATCH` when a key is missing
 * or another one than it was registered with.
 */
export function activateRevisions(registry: RegistryState, context: ActivationContext): ActiveRevisions {
  const knownTables = registry.tables.get(context.source) ?? null
  const stored = knownTables?.stored ?? null
  const keepsRows = ({ name }: Table): boolean => stored?.catalog.tables.has(name) ?? false
  const mappings = revisionsAtWork(registry, context.source).map(({ record }) =>
    activate(record, { ...context, keepsRows }),
  )
  const byMapping = new Map(mappings.map((active) => [active.mapping, active]))
  const tables = new Map([
    ...mappings.flatMap(({ record }) => [...record.content.catalog.tables]),
    // The latest word on what tells rows apart, and on what the connector says of them.
    ...(stored?.catalog.tables ?? []),
  ])
  const hashes = new Map(mappings.map(({ record }) => [record.content.mapping, record.hash]))
  const compiled = mappings.map(({ mapping }) => mapping)
  const limits = new Map(mappings.flatMap((active) => active.limits))
  const stagings = stagingsOf(registry, context.source)
  const divided = new Set([...stagings].filter(([, staging]) => isDivided(staging)).map(([name]) => name))
  const planned = { limits, divided, saysScopes: true }
  const recordsUnder: ActiveRevisions['recordsUnder'] = (owners) => {
    const routes = new Routes(owners, stagings)
    const routesOf: RoutesOf = ({ mapping, fired }) => routes.of(mapping.name, fired.scopes)
    return {
      owned: (outcomes, way) => ownedOutcomes(outcomes, routesOf, way),
      recordsOf: (outcome, stamp, eventsBefore) => {
        const route = routesOf(outcome).at(-1) ?? { to: 'nobody', owner: 'none', epoch: 0 }
        return recordsOf(outcome, { stamp, eventsBefore, byMapping, context, route })
      },
    }
  }
  return {
    plan: planTranslation(compiled, { ...planned, isMeant: ({ snapshot }) => snapshot !== 'only' }),
    snapshotPlan: planTranslation(compiled, { ...planned, isMeant: ({ snapshot }) => snapshot !== 'skip' }),
    stagings,
    read: {
      tables,
      promisedForms: promisedForms(mappings),
      ...rawFormOf(registry, context.source),
      writerSchemas: context.writerSchemas ?? new WriterSchemas(),
    },
    resumedAt: registry.resumed.get(context.source) ?? null,
    stored,
    knownTables,
    knownColumns: knownColumns(mappings),
    hashOf: (mapping) => hashes.get(mapping) ?? null,
    heldTopic: context.names.held(context.source),
    decided: (letter) => decidedRecords(letter, deadLetterPlace(context)),
    ...recordsUnder([]),
    recordsUnder,
    ownershipRecord: (owned) => ownershipOutput(owned, context.names),
    letterWords: registry.letters.get(context.source) ?? [],
  }
}

function knownColumns(mappings: readonly ActiveMapping[]): KnownColumns {
  const known = new Map<TableName, Set<string>>()
  for (const table of mappings.flatMap(({ record }) => [...record.content.catalog.tables.values()])) {
    const ofTable = known.get(table.name) ?? new Set()
    for (const { name } of table.columns) ofTable.add(name)
    known.set(table.name, ofTable)
  }
  return known
}

type KeepsRows = Pick<MappingSurroundings, 'keepsRows'>

/** Of the columns whose values decide about an outcome, each mapping's by the catalog that it was registered with. */
function promisedForms(mappings: readonly ActiveMapping[]): ReadonlyMap<TableName, readonly PromisedForm[]> {
  const promised = new Map<TableName, PromisedForm[]>()
  for (const { record, mapping } of mappings) {
    for (const table of record.content.catalog.tables.values()) {
      const ofTable = promised.get(table.name) ?? []
      promised.set(table.name, [...ofTable, ...formsOfTable(table, mapping, record.content.capture)])
    }
  }
  return promised
}

function formsOfTable(table: Table, { reads }: CompiledMapping, capture: CaptureSettings): readonly PromisedForm[] {
  // Keys tell which row a change is of, whether an expression reads them or not.
  const keys = new Set([...table.primaryKey, ...provenKeys(table).flat()])
  return table.columns.flatMap((column): PromisedForm[] => {
    const { name, type } = column
    const use = keys.has(name) ? 'key' : 'value'
    const form = use === 'key' || reads.has(`${table.name}.${name}`) ? columnForm(column, capture) : null
    return form === null ? [] : [{ column: name, type, form, use }]
  })
}

function activate(record: RevisionRecord, context: ActivationContext & KeepsRows): ActiveMapping {
  const { content, hash } = record
  if (context.keys !== 'standIns') expectKeys(content, context.keys)
  const keys = context.keys === 'standIns' ? standInKeys(content) : context.keys
  const mapping = compileRevision(record, { ...context, keys })
  const partitionsOf = (topic: string): number => {
    const found = content.topics.find((item) => item.topic === topic)
    if (found === undefined) throw unreadable(record, `it does not say how many partitions ${topic} has`)
    return found.partitions
  }
  const makersOf = (route: Route): Makers => {
    const topicOf = route.to === 'shadow' ? context.names.shadow : context.names.events
    const common = { source: context.source, epoch: route.epoch, revisionHash: hash }
    const events = mapping.publications.map((publication, order): [Publication, (scope: Scope) => RecordOf] => {
      const { event, version, topic } = publication
      const schema = content.schemas.find((item) => item.event === event && item.version === version)
      if (schema === undefined) throw unreadable(record, `it has no schema id for ${event}.v${version}`)
      const place = { topic: topicOf(topic), partitions: partitionsOf(topic) }
      const makeIn = (scope: Scope): RecordOf =>
        publicationRecordFactory({ ...common, ...place, publication, order, schema, scope })
      return [publication, oncePerScope(makeIn)]
    })
    const tombstones = mapping.tombstoneTopics.map((topic) => {
      const place = { topic: topicOf(topic), partitions: partitionsOf(topic) }
      return [topic, tombstoneRecordFactory({ ...place, mapping: mapping.name, revisionHash: hash })] as const
    })
    return { events: new Map(events), tombstones: new Map(tombstones) }
  }
  const limits = [...makersOf({ to: 'public', owner: 'legacy', epoch: greatestEpoch }).events].map(
    ([publication, makeIn]) => {
      const make = makeIn(mapping.scope === null ? null : '')
      const topics = [context.names.events(publication.topic), context.names.shadow(publication.topic)]
      const bytesMax = Math.min(...topics.map((topic) => context.batchBytesMaxOf(topic)))
      return [publication, sizeLimit(publication, make, bytesMax)] as const
    },
  )
  return { record, mapping, makers: once(makersOf), limits }
}

/** Of as many digits as an epoch may have: what fits with it fits with any. */
const greatestEpoch = 999_999

/** There are few kinds of routes, and each is taken by many events. */
function once(makersOf: (route: Route) => Makers): (route: Route) => Makers {
  const byName = new Map<string, Makers>()
  const known = new WeakMap<Route, Makers>()
  return (route) => {
    const before = known.get(route)
    if (before !== undefined) return before
    const name = `${route.to} ${route.epoch}`
    const makers = byName.get(name) ?? makersOf(route)
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

/** The same checks as at registration, over what the record carries. */
export function compileRevision(
  record: RevisionRecord,
  {
    keys,
    names,
    keepsRows,
  }: Pick<ActivationContext, 'names'> & KeepsRows & { readonly keys: ReadonlyMap<string, string> },
): CompiledMapping {
  const { files, catalog, capture, source } = record.content
  const codes = new Map(files.codes.map(({ path, text }) => [path, text]))
  const surroundings = {
    catalog,
    settings: capture,
    contracts: contractsOf(record),
    codeFile: (path: string) => codes.get(path) ?? null,
    pseudonymKeys: new Map([...keys].map(([name, key]) => [name, Buffer.from(key)])),
    isOwnTopic: names.isOwn,
    keepsRows,
  }
  const text = { text: files.mapping.text, file: files.mapping.path }
  const { mapping, problems } = checkMapping(text, new Map([[source, surroundings]]))
  const [problem] = problems.filter(({ severity }) => severity === 'error')
  if (mapping === null) throw unreadable(record, problem?.message ?? 'it is no mapping')
  return mapping
}

function contractsOf(record: RevisionRecord): ReadonlyMap<string, Contract> {
  const contracts = new Map<string, Contract>()
  for (const { path, text } of record.content.files.contracts) {
    const name = contractFileName(path)
    const parsed = name === null ? null : parseContract({ text, file: path, ...name })
    if (name === null || parsed?.kind !== 'contract') throw unreadable(record, `contract ${path} cannot be read`)
    contracts.set(`${name.event}.v${name.version}`, parsed.contract)
  }
  return contracts
}

function recordsOf(
  outcome: Outcome,
  {
    stamp,
    eventsBefore,
    byMapping,
    context,
    route,
  }: {
    readonly stamp: TransactionStamp
    readonly eventsBefore: KeptInput['eventsBefore']
    readonly byMapping: ReadonlyMap<CompiledMapping, ActiveMapping>
    readonly context: ActivationContext
    readonly route: Route
  },
): readonly OutputRecord[] {
  const active = byMapping.get(outcome.mapping)
  if (active === undefined) throw new FalseworkError('INTERNAL', `mapping ${outcome.mapping.name} is not active`)
  switch (outcome.kind) {
    case 'event': {
      const makeIn = makersFor(active, outcome, route).events.get(outcome.event.publication)
      if (makeIn === undefined) throw new FalseworkError('INTERNAL', 'an event of a publication that is not active')
      return [makeIn(outcome.fired.scopeSaid)(outcome.event, stamp)]
    }
    case 'tombstone': {
      const make = makersFor(active, outcome, route).tombstones.get(outcome.tombstone.topic)
      if (make === undefined) throw new FalseworkError('INTERNAL', 'a tombstone of a topic that is not active')
      return [make(outcome.tombstone, stamp)]
    }
    case 'failed': {
      if (outcome.policy === 'skip') return []
      const { source, incarnation } = context
      const place = deadLetterPlace(context)
      const { identity, failure } = outcome.input
      const carried = outcome.fired.carried()
      const kept = { identity, transaction: stamp.transaction, eventsBefore, carried }
      const input = rowsOf(carried) > keptRowsMax ? null : writeKept(kept)
      const revision = { source, incarnation, revisionHash: active.record.hash }
      return deadLetterRecords(identity, failure, { stamp, ...place, ...revision, input })
    }
  }
}

function makersFor({ makers }: ActiveMapping, { mapping, fired }: Outcome, route: Route): Makers {
  if (isOwn(route)) return makers(route)
  const scopes = fired.scopes.map(scopeText).join(', ')
  throw new FalseworkError('INTERNAL', `an event of mapping ${mapping.name}, scope ${scopes}, which is not falsework's`)
}

function ownershipOutput(owned: OwnedScope, names: TopicNames): OutputRecord {
  const place = { topic: names.ownership, partition: 0, fixedHeaders: [], headers: [] }
  return { ...place, ...encodeOwnership(owned) }
}

/** Of a larger input the dead letter says what failed, and it cannot be translated again from it. */
const keptRowsMax = 2_000

const deadLetterPlace = ({ names }: Pick<ActivationContext, 'names'>) => {
  return { topic: names.deadLetters, partitions: deadLetterPartitions }
}

const unreadable = ({ content }: RevisionRecord, why: string): FalseworkError =>
  new FalseworkError('REVISION_UNREADABLE', `mapping ${content.mapping}: ${why}`)
