/** The registry log folded to what is in force. Every reader folds the same records to the same state. */
import { dialects } from '../capture/positions/dialects.ts'
import type { RawForm } from '../capture/raw-format.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { type MappingStages, type StageOutcome, takeWord } from '../migration/scope-stages.ts'
import {
  type AnewRecord,
  type AuditedRecord,
  type ControlRecord,
  type FencedRecord,
  type IncarnationRecord,
  type LettersRecord,
  type MigrationRecord,
  type RehearsedRecord,
  type RevisionRecord,
  deedOf,
  type StageRecord,
  subjectsOf,
  type TablesRecord,
} from './control-record.ts'
import { type SourceGaps, withGap, withVoid } from './source-gaps.ts'
import { type Entry, expectAllRead, isVoid, readEntry, type UnreadRecord } from './unread-record.ts'

export interface RegistryState {
  /** The offset after the last record that was folded. */
  readonly end: number
  /** The record at `end`, when this build cannot read it: what stands before it is in force, and nothing behind it. */
  readonly unread: UnreadRecord | null
  readonly mappings: ReadonlyMap<string, RegisteredMapping>
  readonly sources: ReadonlyMap<string, StartedSource>
  /** By source, what its catalog knows as of the last registration; of builds before this record there is none. */
  readonly tables: ReadonlyMap<string, TablesRecord>
  /** By source, the incarnation that an operator wants, begun or not. */
  readonly incarnations: ReadonlyMap<string, IncarnationRecord>
  /** By source, the offset of the last word to look at it again. */
  readonly resumed: ReadonlyMap<string, number>
  /** By source, what its last audit has found. */
  readonly audits: ReadonlyMap<string, AuditedRecord>
  /** What captures have passed over, void or not. */
  readonly gaps: SourceGaps
  /** By source, the words about its dead letters, oldest first. */
  readonly letters: ReadonlyMap<string, readonly LettersWord[]>
  /** By mapping, the stages of its scopes; of one that no word is about there are none. */
  readonly stages: ReadonlyMap<string, RegisteredStages>
  /** By mapping, how it is compared and what must hold before it is handed over, as registered last. */
  readonly migrations: ReadonlyMap<string, MigrationRecord>
  /** By mapping, the last word that its comparison begins anew. */
  readonly anew: ReadonlyMap<string, AnewWord>
  /** By mapping, the last rehearsal of the way back. */
  readonly rehearsals: ReadonlyMap<string, RehearsedRecord>
  /** By mapping, where the new service was fenced to take a scope back. */
  readonly fencings: ReadonlyMap<string, readonly FencedRecord[]>
  /** What became of each uuid, the first time it was seen. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** The last accepted record about each subject. */
  readonly accepted: ReadonlyMap<string, AcceptedRecord>
}

export interface RegisteredMapping {
  /** In force. */
  readonly current: Revision
  /** All of them, oldest first, the current one included. */
  readonly revisions: readonly Revision[]
}

/** r1, r2, … of its mapping. */
export interface Revision {
  readonly number: number
  readonly offset: number
  readonly record: RevisionRecord
}

export interface LettersWord {
  readonly offset: number
  readonly record: LettersRecord
}

export interface AnewWord {
  readonly offset: number
  readonly record: AnewRecord
}

export interface RegisteredStages {
  readonly scopes: MappingStages
  /** Those that were taken, oldest first. */
  readonly words: readonly { readonly offset: number; readonly record: StageRecord }[]
}

export interface StartedSource {
  readonly incarnation: number
  readonly offset: number
}

interface AcceptedRecord {
  readonly offset: number
  readonly actor: string
  /** What it does, for people. */
  readonly deed: string
}

export type Decision =
  | { readonly kind: 'accepted'; readonly offset: number }
  /** A record about the same subject was accepted after the state that this one was decided on. */
  | {
      readonly kind: 'stale'
      readonly subject: string
      readonly deed: string
      readonly winner: AcceptedRecord
    }
  /** It does not lead on from what is in force. */
  | { readonly kind: 'refused'; readonly message: string }

export const emptyRegistry: RegistryState = {
  end: 0,
  unread: null,
  mappings: new Map(),
  sources: new Map(),
  tables: new Map(),
  incarnations: new Map(),
  resumed: new Map(),
  audits: new Map(),
  gaps: new Map(),
  letters: new Map(),
  stages: new Map(),
  migrations: new Map(),
  anew: new Map(),
  rehearsals: new Map(),
  fencings: new Map(),
  decisions: new Map(),
  accepted: new Map(),
}

/**
 * Folds the records from `from.end` on, in log order, up to the first one that cannot be read and is not void. Reading
 * on begins at `end` again, at that very record: so its void is seen whenever it comes.
 */
export function fold(entries: readonly Entry[], from: RegistryState = emptyRegistry): RegistryState {
  if (entries.length === 0) return from
  let state: RegistryState = { ...from, unread: null }
  for (const [index, entry] of entries.entries()) {
    const record = readEntry(entry)
    if (record.kind !== 'unread') state = apply(state, record, entry.offset)
    else if (isVoid(record, entries.slice(index + 1))) state = { ...state, end: entry.offset + 1 }
    else return { ...state, end: entry.offset, unread: record }
  }
  return state
}

/** Folds what a read from `from.end` to the end of the log has given. */
export function foldRead(
  { records, end }: { readonly records: readonly Entry[]; readonly end: number },
  from: RegistryState = emptyRegistry,
): RegistryState {
  const state = fold(records, from)
  return state.unread === null ? { ...state, end } : state
}

/** One record onto a state: accepted, stale or refused (ignored by every reader), or a repeat that changes nothing. */
export function apply(state: RegistryState, record: ControlRecord, offset: number): RegistryState {
  if (offset < state.end) {
    throw new FalseworkError('INTERNAL', `registry record ${offset} after the state has reached ${state.end}`)
  }
  const next = { ...state, end: offset + 1 }
  if (state.decisions.has(record.uuid)) return next
  const decision = decide(state, record, offset)
  const decisions = new Map(state.decisions).set(record.uuid, decision)
  if (decision.kind !== 'accepted') return { ...next, decisions }
  const accepted = new Map(state.accepted)
  for (const subject of subjectsOf(record)) accepted.set(subject, { offset, actor: record.actor, deed: deedOf(record) })
  return { ...next, decisions, accepted, ...effectOf(state, record, offset) }
}

function decide(state: RegistryState, record: ControlRecord, offset: number): Decision {
  for (const subject of subjectsOf(record)) {
    const winner = state.accepted.get(subject)
    if (winner !== undefined && winner.offset >= record.basedOn)
      return { kind: 'stale', subject, deed: deedOf(record), winner }
  }
  const outcome = record.kind === 'stage' ? stageOutcome(state, record) : null
  return outcome?.kind === 'refused' ? outcome : { kind: 'accepted', offset }
}

function stageOutcome(state: RegistryState, record: StageRecord): StageOutcome {
  const [first] = state.mappings.get(record.mapping)?.revisions ?? []
  if (first === undefined) return { kind: 'refused', message: `no mapping '${record.mapping}' is registered` }
  return takeWord(state.stages.get(record.mapping)?.scopes ?? new Map(), record, first.record.stage)
}

function effectOf(state: RegistryState, record: ControlRecord, offset: number): Partial<RegistryState> {
  switch (record.kind) {
    case 'started': {
      const sources = new Map(state.sources).set(record.source, { incarnation: record.incarnation, offset })
      return { sources }
    }
    case 'tables':
      return { tables: new Map(state.tables).set(record.source, record) }
    case 'incarnation':
      return { incarnations: new Map(state.incarnations).set(record.source, record) }
    case 'resumed':
      return { resumed: new Map(state.resumed).set(record.source, offset) }
    case 'audited':
      return { audits: new Map(state.audits).set(record.source, record) }
    case 'gap':
      return { gaps: withGap(state.gaps, offset, record) }
    case 'letters': {
      const words = [...(state.letters.get(record.source) ?? []), { offset, record }]
      return { letters: new Map(state.letters).set(record.source, words) }
    }
    case 'stage': {
      const outcome = stageOutcome(state, record)
      if (outcome.kind === 'refused') return {}
      const { scopes = new Map(), words = [] } = state.stages.get(record.mapping) ?? {}
      const stages: RegisteredStages = {
        scopes: new Map(scopes).set(record.scope, outcome.stage),
        words: [...words, { offset, record }],
      }
      return { stages: new Map(state.stages).set(record.mapping, stages) }
    }
    case 'migration':
      return { migrations: new Map(state.migrations).set(record.mapping, record) }
    case 'anew':
      return { anew: new Map(state.anew).set(record.mapping, { offset, record }) }
    case 'rehearsed':
      return { rehearsals: new Map(state.rehearsals).set(record.mapping, record) }
    case 'fenced': {
      const before = state.fencings.get(record.mapping) ?? []
      return { fencings: new Map(state.fencings).set(record.mapping, [...before, record]) }
    }
    case 'void':
      return { gaps: withVoid(state.gaps, record.offset) }
    case 'revision': {
      const { mapping } = record.content
      const revisions = state.mappings.get(mapping)?.revisions ?? []
      const current = { number: revisions.length + 1, offset, record }
      return { mappings: new Map(state.mappings).set(mapping, { current, revisions: [...revisions, current] }) }
    }
  }
}

/** The revisions in force for a source, by mapping name. */
export function revisionsOf(state: RegistryState, source: string): readonly Revision[] {
  return [...state.mappings.values()]
    .map(({ current }) => current)
    .filter(({ record }) => record.content.source === source)
    .toSorted((a, b) => (a.record.content.mapping < b.record.content.mapping ? -1 : 1))
}

/** The form of the source's raw log: a connector has one, and the latest registration has seen it. */
export function rawFormOf(state: RegistryState, source: string): RawForm {
  const [latest] = revisionsOf(state, source).toSorted((a, b) => b.offset - a.offset)
  const content = latest?.record.content
  return { format: content?.capture.format ?? 'json', dialect: dialects[content?.catalog.kind ?? 'postgres'] }
}

/** Where a record that was appended was accepted. Else raises `REGISTRATION_CONFLICT` that names the winner, or `TRANSITION_REFUSED`. */
export function acceptedOffset(state: RegistryState, uuid: string): number {
  const decision = state.decisions.get(uuid)
  if (decision === undefined) expectAllRead(state)
  if (decision === undefined) throw new FalseworkError('INTERNAL', `the registry log has not been read up to ${uuid}`)
  if (decision.kind === 'accepted') return decision.offset
  if (decision.kind === 'refused') throw new FalseworkError('TRANSITION_REFUSED', decision.message)
  const { subject, deed, winner } = decision
  throw new FalseworkError(
    'REGISTRATION_CONFLICT',
    `${deed} is not taken: ${winner.actor} was faster with ${winner.deed} (${subject}, record ${winner.offset} of the registry log)`,
  )
}
