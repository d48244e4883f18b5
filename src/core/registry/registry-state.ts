/** The registry log folded to what is in force. Every reader folds the same records to the same state. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { type ControlRecord, type RevisionRecord, subjectsOf, type TablesRecord } from './control-record.ts'
import { decodeControlRecord } from './control-record-json.ts'

export interface RegistryState {
  /** The offset after the last record that was folded. */
  readonly end: number
  readonly mappings: ReadonlyMap<string, RegisteredMapping>
  readonly sources: ReadonlyMap<string, StartedSource>
  /** By source, what its catalog knows as of the last registration; of builds before this record there is none. */
  readonly tables: ReadonlyMap<string, TablesRecord>
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

export interface StartedSource {
  readonly incarnation: number
  readonly offset: number
}

interface AcceptedRecord {
  readonly offset: number
  readonly actor: string
}

export type Decision =
  | { readonly kind: 'accepted'; readonly offset: number }
  /** A record about the same subject was accepted after the state that this one was decided on. */
  | {
      readonly kind: 'stale'
      readonly subject: string
      readonly winner: { readonly offset: number; readonly actor: string }
    }

export const emptyRegistry: RegistryState = {
  end: 0,
  mappings: new Map(),
  sources: new Map(),
  tables: new Map(),
  decisions: new Map(),
  accepted: new Map(),
}

interface Entry {
  readonly offset: number
  readonly value: Buffer
}

/** Folds records, in log order, onto a state. Raises what `decodeControlRecord` raises. */
export function fold(entries: readonly Entry[], from: RegistryState = emptyRegistry): RegistryState {
  return entries.reduce((state, { offset, value }) => apply(state, decodeControlRecord(value, offset), offset), from)
}

/** One record onto a state: accepted, stale (ignored by every reader), or a repeat that changes nothing. */
export function apply(state: RegistryState, record: ControlRecord, offset: number): RegistryState {
  if (offset < state.end) {
    throw new FalseworkError('INTERNAL', `registry record ${offset} after the state has reached ${state.end}`)
  }
  const next = { ...state, end: offset + 1 }
  if (state.decisions.has(record.uuid)) return next
  const decision = decide(state, record, offset)
  const decisions = new Map(state.decisions).set(record.uuid, decision)
  if (decision.kind === 'stale') return { ...next, decisions }
  const accepted = new Map(state.accepted)
  for (const subject of subjectsOf(record)) accepted.set(subject, { offset, actor: record.actor })
  return { ...next, decisions, accepted, ...effectOf(state, record, offset) }
}

function decide(state: RegistryState, record: ControlRecord, offset: number): Decision {
  for (const subject of subjectsOf(record)) {
    const winner = state.accepted.get(subject)
    if (winner !== undefined && winner.offset >= record.basedOn) return { kind: 'stale', subject, winner }
  }
  return { kind: 'accepted', offset }
}

function effectOf(state: RegistryState, record: ControlRecord, offset: number): Partial<RegistryState> {
  switch (record.kind) {
    case 'started': {
      const sources = new Map(state.sources).set(record.source, { incarnation: record.incarnation, offset })
      return { sources }
    }
    case 'tables':
      return { tables: new Map(state.tables).set(record.source, record) }
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

/** Where a record that was appended was accepted. Raises `REGISTRATION_CONFLICT` that names the winner when it was not. */
export function acceptedOffset(state: RegistryState, uuid: string): number {
  const decision = state.decisions.get(uuid)
  if (decision === undefined) throw new FalseworkError('INTERNAL', `the registry log has not been read up to ${uuid}`)
  if (decision.kind === 'accepted') return decision.offset
  const { subject, winner } = decision
  throw new FalseworkError(
    'REGISTRATION_CONFLICT',
    `${subject} was registered by ${winner.actor} in the meantime (record ${winner.offset} of the registry log)`,
  )
}
