/** A mapping file as it was read: every part with its place, nothing yet looked up. */
import type { ErrorClass } from '../../values/value-error.ts'
import type { Place } from '../../diagnostics/problem.ts'
import type { ExpressionSource } from '../../expression/reporter.ts'
import type { Located } from './yaml-reader.ts'

export const rowOperations = ['insert', 'update', 'delete', 'rekey', 'truncate'] as const
export type RowOperation = (typeof rowOperations)[number]

export const policies = ['deadLetter', 'holdKey', 'holdMapping', 'haltSource', 'skip', 'nullField'] as const
export type PolicyName = (typeof policies)[number]

export interface MappingFile {
  readonly name: Located<string>
  readonly owner: string
  readonly source: Located<string>
  /** Alias to schema.table. */
  readonly tables: ReadonlyMap<string, Located<string>>
  readonly defaults: DefaultsPart
  readonly codes: ReadonlyMap<string, CodesPart>
  readonly rules: readonly RulePart[]
  readonly onError: ReadonlyMap<ErrorClass | 'default', Located<PolicyName>>
}

export interface DefaultsPart {
  readonly namespace: Located<string> | null
  readonly topic: Located<string> | null
  readonly key: ExpressionSource | null
  readonly partitions: number | null
}

export interface CodesPart {
  readonly place: Place
  readonly content:
    | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> }
    | { readonly kind: 'file'; readonly path: Located<string> }
  readonly unknown:
    | { readonly kind: 'error' }
    | { readonly kind: 'null' }
    | { readonly kind: 'value'; readonly value: string }
}

export interface RulePart {
  readonly place: Place
  readonly name: string
  readonly on: ChangePart
  readonly with: ReadonlyMap<string, WithPart>
  readonly when: ExpressionSource | null
  readonly let: ReadonlyMap<string, ExpressionSource>
  readonly publish: readonly PublishPart[]
}

/** Which changes of which table. */
export interface ChangePart {
  readonly place: Place
  readonly table: Located<string>
  readonly operations: readonly RowOperation[]
  readonly changed: 'any' | readonly Located<string>[] | null
}

export interface WithPart extends ChangePart {
  /** Column of that table to expression over the anchor. */
  readonly match: ReadonlyMap<string, { readonly column: Place; readonly expression: ExpressionSource }>
  readonly where: ReadonlyMap<string, Located<string>>
  readonly rows: RowBounds
  readonly orderBy: Located<string> | null
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
  readonly key: ExpressionSource | null
  readonly subject: ExpressionSource | null
  readonly time: ExpressionSource | null
  readonly when: ExpressionSource | null
  readonly fields: ReadonlyMap<string, FieldPart>
}

export interface TombstonePart {
  readonly kind: 'tombstone'
  readonly topic: Located<string>
  readonly key: ExpressionSource | null
  readonly when: ExpressionSource | null
}

export type FieldPart = { readonly place: Place } & (
  | { readonly kind: 'expression'; readonly expression: ExpressionSource; readonly allowPii: string | null }
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, FieldPart> }
  | {
      readonly kind: 'each'
      readonly each: ExpressionSource
      readonly as: string
      readonly fields: ReadonlyMap<string, FieldPart>
    }
)
