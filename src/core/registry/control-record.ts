/** Control records: what the registry log says, each decided on a state of the log that it names. */
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Scope, Stage } from '../migration/stage.ts'
import type { StageWord } from '../migration/stage-word.ts'
import type { StoredCatalog } from '../rows/stored/stored-catalog.ts'

/** One format for all kinds; a reader that does not know it stops rather than guesses. */
export const controlFormat = 1

export type ControlRecord =
  | RevisionRecord
  | StartedRecord
  | TablesRecord
  | VoidRecord
  | ResumedRecord
  | IncarnationRecord
  | AuditedRecord
  | LettersRecord
  | StageRecord
  | MigrationRecord
  | AnewRecord
  | RehearsedRecord
  | FencedRecord
  | GapRecord

interface Common {
  readonly format: typeof controlFormat
  /** A record that is appended twice counts once. */
  readonly uuid: string
  /** The end of the registry log as it was read when this was decided. */
  readonly basedOn: number
  /** When, ms since the epoch: for people, never for a decision. */
  readonly atMs: number
  /** Who: a person's or a process's name. */
  readonly actor: string
}

/** A mapping as registered, with everything that decides about its events' bytes. */
export interface RevisionRecord extends Common {
  readonly kind: 'revision'
  readonly content: RevisionContent
  /** Of the content: `revisionHash`. */
  readonly hash: string
  /** What the mapping is registered into. */
  readonly stage: RegisteredStage
}

/** A mapping is registered into one of these, and led on from there. */
export const registeredStages = ['shadow', 'live'] as const satisfies readonly Stage[]
export type RegisteredStage = (typeof registeredStages)[number]

export interface RevisionContent {
  readonly mapping: string
  readonly source: string
  readonly files: RevisionFiles
  /** The tables that the mapping names. */
  readonly catalog: Catalog
  readonly capture: CaptureSettings
  readonly topics: readonly RevisionTopic[]
  readonly schemas: readonly RevisionSchema[]
  /** Names of the pseudonym keys that it uses, with the fingerprint of each. */
  readonly keys: Readonly<Record<string, string>>
}

/** Texts as they stood in the project; paths are relative to it. */
export interface RevisionFiles {
  readonly mapping: TextFile
  readonly codes: readonly TextFile[]
  readonly contracts: readonly TextFile[]
}

export interface TextFile {
  readonly path: string
  readonly text: string
}

/** The partitions decide where a key goes, and so belong to the revision. */
export interface RevisionTopic {
  /** As the mapping names it, without the prefix of the installation. */
  readonly topic: string
  readonly partitions: number
}

export interface RevisionSchema {
  readonly event: string
  readonly version: number
  /** As the mapping names it. */
  readonly topic: string
  readonly subject: string
  readonly id: number
  /** What goes into `ce_dataschema`. */
  readonly url: string
}

/** A source has begun in an incarnation: from now on a missing checkpoint is a lost one. */
export interface StartedRecord extends Common {
  readonly kind: 'started'
  readonly source: string
  readonly incarnation: number
}

/** What the catalog of a source knows as of a registration: rows of any other table are not passed over in silence. */
export interface TablesRecord extends Common {
  readonly kind: 'tables'
  readonly source: string
  /** Names of all tables, those that no mapping reads included, in code unit order. */
  readonly tables: readonly string[]
  readonly onUnknownTable: OnUnknownTable
  /** The tables whose rows are kept; absent in records of builds that kept none. */
  readonly stored?: StoredCatalog
}

/** An operator's word that a record before it, which cannot be read or tells of a gap, says nothing: every reader passes it. */
export interface VoidRecord extends Common {
  readonly kind: 'void'
  /** Of the record; where that can be read and tells of no gap, this one means nothing. */
  readonly offset: number
  readonly reason: string
}

/** An operator's word that what a source has halted for, or was noticed of it, is seen to: it is looked at again. */
export interface ResumedRecord extends Common {
  readonly kind: 'resumed'
  readonly source: string
  readonly reason: string
}

/** An operator's word that the history of a source begins anew: what was before is another history. */
export interface IncarnationRecord extends Common {
  readonly kind: 'incarnation'
  readonly source: string
  readonly incarnation: number
  /** The raw offset at which it begins, between source transactions. */
  readonly from: number
  readonly reason: string
}

/** The rows of a source were compared with its database: what was found, and never a key or a value. */
export interface AuditedRecord extends Common {
  readonly kind: 'audited'
  readonly source: string
  /** The raw offset up to which the rows were compared. */
  readonly position: number
  readonly tables: readonly AuditedTable[]
  /** Tables, and columns behind the name of their table. */
  readonly notCompared: readonly string[]
}

export interface AuditedTable {
  readonly table: string
  readonly rows: number
  readonly differences: number
}

/** An operator's word about dead letters of a source. One that is decided already is passed over. */
export interface LettersRecord extends Common {
  readonly kind: 'letters'
  readonly source: string
  readonly action: LetterAction
  /** Ids of the dead letters. */
  readonly letters: readonly string[]
  readonly reason: string
}

/** An operator's word about the stage of a scope. One that does not lead on from where the scope stands is refused. */
export interface StageRecord extends Common, StageWord {
  readonly kind: 'stage'
}

/** How the events of a mapping are compared with those of a native service, and what must hold before it hands over. */
export interface MigrationRecord extends Common {
  readonly kind: 'migration'
  readonly mapping: string
  readonly file: TextFile
}

/** An operator's word that what a comparison has found is of another time: it begins anew. */
export interface AnewRecord extends Common {
  readonly kind: 'anew'
  readonly mapping: string
  readonly reason: string
}

/** The way back was rehearsed: the new service was fenced, and has come back by itself. */
export interface RehearsedRecord extends Common {
  readonly kind: 'rehearsed'
  readonly mapping: string
  /** Transactional ids. */
  readonly fenced: readonly string[]
  readonly reason: string
}

/** The new service was fenced behind the word that has asked a scope back. */
export interface FencedRecord extends Common {
  readonly kind: 'fenced'
  readonly mapping: string
  readonly scope: Scope
  /** Of the ownership under which the scope is nobody's. */
  readonly epoch: number
  /** Transactional ids. */
  readonly fenced: readonly string[]
}

/** The replication slot of a source is past what its connector has sent: changes in between were never captured. */
export interface GapRecord extends Common {
  readonly kind: 'gap'
  readonly source: string
  /** In which it was seen: another one is another history. */
  readonly incarnation: number
  /** Of the database's log, from one position to the other. */
  readonly bytes: number
  /** What the connector has sent, as the database spells a position. */
  readonly from: string
  /** What the slot has been confirmed to. */
  readonly to: string
}

/** Its input is translated once more by the revision in force, or given up. */
export const letterActions = ['retry', 'discard'] as const
export type LetterAction = (typeof letterActions)[number]

/** What becomes of a source whose raw log brings rows of a table that the catalog does not know. */
export const onUnknownTable = ['report', 'halt'] as const
export type OnUnknownTable = (typeof onUnknownTable)[number]

/**
 * What a record decides about. Of two records with a subject in common, the later one must have seen the earlier:
 * a mapping has one revision at a time, an event type and major belongs to one mapping, or ids would collide.
 */
export function subjectsOf(record: ControlRecord): readonly string[] {
  if (record.kind === 'started') return [`source ${record.source}`]
  if (record.kind === 'incarnation') return [`source ${record.source}`]
  if (record.kind === 'tables') return [subjectOfTables(record.source)]
  if (record.kind === 'migration') return [`migration of ${record.mapping}`]
  if (record.kind === 'stage') return [subjectOfStage(record.mapping, record.scope)]
  // The others take nothing back that anybody else may have decided on.
  if (record.kind !== 'revision') return []
  const { mapping, schemas } = record.content
  return subjectsOfRevision(mapping, schemas)
}

/** What a record does that has subjects, in words for who was slower, or faster. */
export function deedOf(record: ControlRecord): string {
  if (record.kind === 'stage') return `${record.transition} to ${record.to}`
  if (record.kind === 'incarnation') return 'a new incarnation'
  return record.kind === 'started' ? 'a start' : 'a registration'
}

export const subjectOfTables = (source: string): string => `tables of ${source}`

const subjectOfStage = (mapping: string, scope: Scope): string =>
  scope === null ? `stage of ${mapping}` : `stage of ${mapping} for ${scope}`

export const subjectsOfRevision = (
  mapping: string,
  schemas: readonly Pick<RevisionSchema, 'event' | 'version'>[],
): readonly string[] => [
  `mapping ${mapping}`,
  ...new Set(schemas.map(({ event, version }) => `event ${event}.v${version}`)),
]
