/** A migration file as it was read: how the stream of the new service is compared, and what must hold before it takes over. */
import type { Place } from '../../diagnostics/problem.ts'
import type { ParityOutcome } from '../../parity/verdict.ts'
import type { Located } from '../../mapping/file/names.ts'

/** What two values may differ in and are equal all the same, each for fields of some types. */
export const normalisations = [
  'nullAsAbsent',
  'decimalScale',
  'milliseconds',
  'seconds',
  'zone',
  'case',
  'set',
] as const
export type Normalisation = (typeof normalisations)[number]

export interface MigrationFile {
  readonly name: Located<string>
  readonly mapping: Located<string>
  readonly topics: TopicsPart
  /** By `OrderPlaced`, or `OrderPlaced.v2`. Those of the topic that are not listed are compared whole, by their order. */
  readonly events: ReadonlyMap<string, ComparedEvent>
  /** So long both streams must have passed an event before it counts as missing. */
  readonly windowSeconds: number
  readonly gates: GatesPart
  readonly native: { readonly transactionalIds: readonly Located<string>[] }
}

/** As mappings name topics, without the prefix of the installation. */
export interface TopicsPart {
  /** Where falsework publishes. */
  readonly bridge: Located<string>
  /** Where the new service publishes as long as it does not own the other one. */
  readonly native: Located<string>
}

export interface ComparedEvent {
  readonly namePlace: Place
  /** Fields that together with type and key make a pair; none: the two sequences of a key are aligned. */
  readonly match: readonly Located<string>[]
  /** Null: all fields. */
  readonly compare: readonly Located<string>[] | null
  readonly ignore: readonly IgnoredField[]
  /** Field to the largest difference that counts as none: a decimal number, of seconds where the field is a time. */
  readonly tolerance: ReadonlyMap<string, FieldRule<string>>
  readonly normalise: ReadonlyMap<string, FieldRule<readonly Located<Normalisation>[]>>
}

export interface FieldRule<T> {
  readonly namePlace: Place
  readonly value: T
}

export interface IgnoredField {
  readonly field: Located<string>
  readonly reason: string
  /** The last day, in ISO 8601, on which it is ignored. */
  readonly until: Located<string>
}

export interface GatesPart {
  readonly days: number
  readonly events: number
  /** Event to the number of which is enough where it is rare. */
  readonly rare: ReadonlyMap<string, FieldRule<number>>
  readonly lagSecondsMax: number
  /** Null: twice the window. */
  readonly pendingSecondsMax: Located<number> | null
  readonly rehearsedWithinDays: number
  readonly accept: readonly AcceptedOutcome[]
}

/** A class of differences that somebody answers for. */
export interface AcceptedOutcome {
  readonly outcome: ParityOutcome
  readonly by: string
  readonly reason: string
  readonly until: Located<string>
}
