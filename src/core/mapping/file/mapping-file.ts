/** A mapping file as it was read: every part with its place, nothing yet looked up. */
import type { ErrorClass } from '../../values/value-error.ts'
import type { Place } from '../../diagnostics/problem.ts'
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'
import type { Located } from './names.ts'

export const rowOperations = ['insert', 'update', 'delete', 'rekey', 'truncate'] as const
export type RowOperation = (typeof rowOperations)[number]

/** What a rule makes of rows that were there before: nothing, events as if they had been inserted, or these alone. */
export const snapshotUses = ['skip', 'as-insert', 'only'] as const
export type SnapshotUse = (typeof snapshotUses)[number]

export const policies = ['deadLetter', 'holdKey', 'holdMapping', 'haltSource', 'skip', 'nullField'] as const
export type PolicyName = (typeof policies)[number]

/** Inputs that are lost on purpose are so for a reason. */
export type PolicyPart = { readonly place: Place } & (
  | { readonly name: Exclude<PolicyName, 'skip'> }
  | { readonly name: 'skip'; readonly reason: string }
)

export interface MappingFile {
  readonly name: Located<string>
  /** Null where it is wrong, which has been reported. */
  readonly owner: Located<string> | null
  readonly source: Located<string>
  /** Alias to schema.table. */
  readonly tables: ReadonlyMap<string, Located<string>>
  readonly defaults: DefaultsPart
  /** Null for a table whose form is wrong. */
  readonly codes: ReadonlyMap<string, CodesPart | null>
  /** Null where the form of one is wrong, which has been reported. */
  readonly lookups: ReadonlyMap<string, LookupPart | null>
  readonly shared: SharedPart
  readonly rules: readonly RulePart[]
  /** How the value of a row's scope is reached; null where it says nothing of it, or something wrong, which has been reported. */
  readonly scope: ScopePart | null
  readonly onError: ReadonlyMap<ErrorClass | 'default', PolicyPart>
}

/** What is migrated at one time: the rows with one value of a column, and those that belong to them. */
export interface ScopePart {
  readonly place: Place
  /** `orders.store_no`: a table by its name under `tables`, and its column. */
  readonly column: Located<string>
  /** By table: its column with the key of another table, which reaches the scope. */
  readonly via: ReadonlyMap<string, WayPart>
}

export interface WayPart {
  readonly namePlace: Place
  readonly column: Located<string>
  readonly parent: Located<string>
}

export interface DefaultsPart {
  readonly namespace: Located<string> | null
  readonly topic: Located<string> | null
  readonly key: ExpressionSource | null
  readonly partitions: Located<number> | null
}

export interface CodesPart {
  readonly place: Place
  readonly namePlace: Place
  readonly content:
    | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> }
    | { readonly kind: 'file'; readonly path: Located<string> }
  readonly unknown:
    | { readonly kind: 'error' }
    | { readonly kind: 'null' }
    | { readonly kind: 'value'; readonly value: string }
}

export interface LookupPart {
  readonly place: Place
  readonly namePlace: Place
  readonly table: Located<string>
  readonly key: readonly Located<string>[]
  /** Null: all columns of the table. */
  readonly columns: readonly Located<string>[] | null
  /** Column to a constant. */
  readonly where: ReadonlyMap<string, ConstantPart>
  readonly result:
    | { readonly kind: 'row'; readonly missing: 'error' | 'null' }
    | {
        readonly kind: 'rows'
        readonly rows: RowBounds
        readonly orderBy: Located<string> | null
        readonly pivot: PivotPart | null
      }
}

/** Rows of names and values as one record. */
export interface PivotPart {
  /** The columns of the names and of the values. */
  readonly name: Located<string>
  readonly value: Located<string>
  /** Member of the record to the name whose value it has. */
  readonly take: ReadonlyMap<string, ConstantPart>
  readonly duplicate: 'last' | 'first' | 'error'
}

/** What several rules have in common. */
export interface SharedPart {
  readonly let: ReadonlyMap<string, SharedLet>
  /** Groups of fields by their names. Null where the form of one is wrong, which has been reported. */
  readonly fields: ReadonlyMap<string, SharedFields | null>
}

/** Where a shared part stands: from its name to where it ends, the end exclusive. */
export interface SharedPlace {
  readonly namePlace: Place
  readonly until: Place
}

export type SharedLet = LetPart & SharedPlace

export interface SharedFields extends SharedPlace {
  readonly fields: ReadonlyMap<string, FieldPart>
}

export interface RulePart {
  readonly place: Place
  readonly name: Located<string>
  readonly on: AnchorPart
  /** Null where the form of one is wrong, which has been reported. */
  readonly with: ReadonlyMap<string, WithPart | null>
  readonly when: ExpressionSource | null
  /** Null: it says nothing of them. */
  readonly snapshot: Located<SnapshotUse> | null
  readonly let: ReadonlyMap<string, LetPart>
  readonly publish: readonly PublishPart[]
}

export interface LetPart {
  readonly namePlace: Place
  /** Null where its form is wrong, which has been reported. */
  readonly expression: ExpressionSource | null
}

/** Which changes of which table. */
export interface ChangePart {
  readonly place: Place
  readonly table: Located<string>
  readonly operations: readonly RowOperation[]
  readonly changed: 'any' | readonly Located<string>[] | null
}

/** Of the changes of a transaction, what the rule fires once for. */
export interface AnchorPart extends ChangePart {
  /** Whether it fires for what foreign keys change and the database does not log; null: it says nothing of that. */
  readonly derived: Located<boolean> | null
  readonly per: PerPart
}

export type PerPart =
  /** The net change of a row. */
  | { readonly kind: 'row' }
  /** Every single change. */
  | { readonly kind: 'change' }
  /** The net changes whose rows have the same values in the columns. */
  | { readonly kind: 'group'; readonly place: Place; readonly columns: readonly Located<string>[] }

export interface WithPart extends ChangePart {
  readonly namePlace: Place
  /** Column of that table to expression over the anchor. */
  readonly match: ReadonlyMap<string, { readonly column: Place; readonly expression: ExpressionSource }>
  /** Column of that table to a constant. */
  readonly where: ReadonlyMap<string, ConstantPart>
  readonly rows: RowBounds
  readonly orderBy: Located<string> | null
}

/** `column` is the place of the name that the constant stands under. */
export interface ConstantPart {
  readonly column: Place
  readonly constant: Located<string>
}

export interface RowBounds {
  readonly min: number
  readonly max: number
}

export type PublishPart = EventPart | TombstonePart

export interface EventPart {
  readonly kind: 'event'
  readonly event: Located<string>
  readonly version: number
  readonly topic: Located<string> | null
  readonly each: EachPart | null
  readonly key: ExpressionSource | null
  readonly subject: ExpressionSource | null
  readonly time: ExpressionSource | null
  readonly when: ExpressionSource | null
  readonly deprecated: Deprecation | null
  /** Groups of shared fields that it has beside its own; null where that is wrong, which has been reported. */
  readonly use: readonly Located<string>[] | null
  readonly fields: ReadonlyMap<string, FieldPart>
}

/** One event for each element of a list, which the other expressions of the entry name. */
export interface EachPart {
  /** Null where its form is wrong, which has been reported. */
  readonly list: ExpressionSource | null
  readonly as: Located<string>
}

/** Days in ISO 8601: since when another version should be used, and after which this one ends. */
export interface Deprecation {
  readonly since: string
  readonly sunset: string
  /** The version that readers should use. */
  readonly use: Located<number> | null
}

export interface TombstonePart {
  readonly kind: 'tombstone'
  readonly topic: Located<string>
  readonly key: ExpressionSource | null
  readonly when: ExpressionSource | null
}

/** `place` is that of the value, `namePlace` that of the field's name. */
export type FieldPart = { readonly place: Place; readonly namePlace: Place } & (
  | { readonly kind: 'expression'; readonly expression: ExpressionSource; readonly allowPii: string | null }
  | { readonly kind: 'constant'; readonly text: Located<string> }
  | {
      readonly kind: 'record'
      /** Where it is not true, the record is null. */
      readonly when: ExpressionSource | null
      readonly fields: ReadonlyMap<string, FieldPart>
    }
  | {
      readonly kind: 'each'
      readonly each: ExpressionSource
      readonly as: Located<string>
      readonly fields: ReadonlyMap<string, FieldPart>
    }
  /** Its form is wrong, which has been reported: nothing more is to be said of it. */
  | { readonly kind: 'mistake' }
)
