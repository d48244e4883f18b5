/** The revisions in force for a source, those of retired mappings left out, compiled from the registry log alone. */
import { WriterSchemas } from '../../capture/avro/writer-schemas.ts'
import type { ReadTables } from '../../capture/row/table-plan.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { KnownColumns } from '../../catalog/unknown-columns.ts'
import type { TopicNames } from '../../delivery/topic-names.ts'
import { decidedRecords } from '../../event/dead-letter/dead-letter-record.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import type { TransactionStamp } from '../../event/record-factory.ts'
import type { KeptForms } from '../../held/kept-forms.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import { planChanges, planSnapshotRows } from '../../mapping/run/plans-of-mapping.ts'
import type { Outcome, TranslationPlan } from '../../mapping/run/translate.ts'
import { encodeOwnership, type OwnedScope } from '../../migration/ownership-record.ts'
import type { TablesRecord } from '../../registry/control-record.ts'
import { type LettersWord, rawFormOf, type RegistryState } from '../../registry/registry-state.ts'
import type { StoredCatalog } from '../../rows/stored/stored-catalog.ts'
import { ownedOutcomes, type OwnedWay, type RoutesOf } from '../ownership/owned-outcomes.ts'
import { revisionsAtWork } from '../ownership/retired.ts'
import { isDivided, type Owners, Routes, type Staging, stagingsOf } from '../ownership/routes.ts'
import { type ActivationContext, activateMapping, promisingOf } from './active-mapping.ts'
import { knownColumns } from './columns-of-mappings.ts'
import { promisedByAll } from './promised-forms.ts'
import { deadLetterPlace, recordsOfOutcome } from './outcome-records.ts'

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
  /** Of the columns that a mapping reads, the forms that the catalog of its revision promises. */
  readonly formsOf: (mapping: string) => KeptForms
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
  /** The same, as events go where it is decided so of their scopes; `readUnder`: of inputs that waited, as `Routes` says. */
  readonly recordsUnder: (owners: Owners, readUnder?: number) => Pick<ActiveRevisions, 'owned' | 'recordsOf'>
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

/**
 * Raises `REVISION_UNREADABLE` when a revision does not compile in this build, `PSEUDONYM_KEY_MISMATCH` when a key is missing
 * or another one than it was registered with.
 */
export function activateRevisions(registry: RegistryState, context: ActivationContext): ActiveRevisions {
  const knownTables = registry.tables.get(context.source) ?? null
  const stored = knownTables?.stored ?? null
  const keepsRows = ({ name }: Table): boolean => stored?.catalog.tables.has(name) ?? false
  const mappings = revisionsAtWork(registry, context.source).map(({ record }) =>
    activateMapping(record, { ...context, keepsRows }),
  )
  const byMapping = new Map(mappings.map((active) => [active.mapping, active]))
  const tables = new Map([
    ...mappings.flatMap(({ record }) => [...record.content.catalog.tables]),
    // The latest word on what tells rows apart, and on what the connector says of them.
    ...(stored?.catalog.tables ?? []),
  ])
  const hashes = new Map(mappings.map(({ record }) => [record.content.mapping, record.hash]))
  const forms = new Map(mappings.map((one) => [one.record.content.mapping, one.forms]))
  const compiled = mappings.map(({ mapping }) => mapping)
  const limits = new Map(mappings.flatMap((active) => active.limits))
  const stagings = stagingsOf(registry, context.source)
  const divided = new Set([...stagings].filter(([, staging]) => isDivided(staging)).map(([name]) => name))
  const planned = { limits, divided, saysScopes: true }
  const recordsUnder: ActiveRevisions['recordsUnder'] = (owners, readUnder) => {
    const routes = new Routes(owners, stagings, readUnder)
    const routesOf: RoutesOf = ({ mapping, fired }) => routes.of(mapping.name, fired.scopes)
    return {
      owned: (outcomes, way) => ownedOutcomes(outcomes, routesOf, way),
      recordsOf: (outcome, stamp, eventsBefore) => {
        const route = routesOf(outcome).at(-1) ?? { to: 'nobody', owner: 'none', epoch: 0 }
        return recordsOfOutcome(outcome, { stamp, eventsBefore, byMapping, context, route })
      },
    }
  }
  return {
    plan: planChanges(compiled, planned),
    snapshotPlan: planSnapshotRows(compiled, planned),
    stagings,
    read: {
      tables,
      promisedForms: promisedByAll(mappings.map(promisingOf)),
      ...rawFormOf(registry, context.source),
      writerSchemas: context.writerSchemas ?? new WriterSchemas(),
    },
    resumedAt: registry.resumed.get(context.source) ?? null,
    stored,
    knownTables,
    knownColumns: knownColumns(mappings),
    hashOf: (mapping) => hashes.get(mapping) ?? null,
    formsOf: (mapping) => forms.get(mapping) ?? {},
    heldTopic: context.names.held(context.source),
    decided: (letter) => decidedRecords(letter, deadLetterPlace(context.names)),
    ...recordsUnder([]),
    recordsUnder,
    ownershipRecord: (owned) => ownershipOutput(owned, context.names),
    letterWords: registry.letters.get(context.source) ?? [],
  }
}

function ownershipOutput(owned: OwnedScope, names: TopicNames): OutputRecord {
  const place = { topic: names.ownership, partition: 0, fixedHeaders: [], headers: [] }
  return { ...place, ...encodeOwnership(owned) }
}
