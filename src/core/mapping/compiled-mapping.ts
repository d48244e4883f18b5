/** A mapping that has passed all checks: what the runner needs, and nothing of YAML. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { Table, TableName } from '../catalog/catalog.ts'
import type { Place } from '../diagnostics/problem.ts'
import type { Publication } from '../event/business-event.ts'
import type { Frame } from '../expression/types/scope.ts'
import type { RowIndex } from '../rows/rows-at-hand.ts'
import type { ErrorClass, FailureClass } from '../values/value-error.ts'
import type { Value } from '../values/value.ts'
import type { RowBounds, RowOperation, SnapshotUse } from './file/mapping-file.ts'
import type { Located } from './file/names.ts'

/** Where a mapping publishes, tombstones included; each topic once, in the order of the file. */
export const topicsOf = ({
  publications,
  tombstoneTopics,
}: Pick<CompiledMapping, 'publications' | 'tombstoneTopics'>): readonly string[] => [
  ...new Set([...publications.map(({ topic }) => topic), ...tombstoneTopics]),
]

/** What stops when an input fails. */
export type Policy = 'deadLetter' | 'holdKey' | 'holdMapping' | 'haltSource' | 'skip'

export interface CompiledMapping {
  readonly name: string
  readonly owner: string
  readonly source: string
  readonly rules: readonly CompiledRule[]
  /** All that can be published, in the order of the file: the order of events from one row. */
  readonly publications: readonly Publication[]
  /** Topics of tombstones. */
  readonly tombstoneTopics: readonly string[]
  /** Partitions that the file asks for; null: the project's default. */
  readonly partitions: Located<number> | null
  /** Tables under the names that the file gives them. */
  readonly aliases: ReadonlyMap<string, Table>
  /** All of them: without one the file does not compile. */
  readonly tables: ReadonlySet<TableName>
  /** The columns whose values decide about its outcomes: `public.orders.status`. */
  readonly reads: ReadonlySet<string>
  /** Its look-ups by name, each with the place of the name. A list may well be never empty. */
  readonly lookups: ReadonlyMap<string, { readonly place: Place; readonly wants: 'one' | 'all' }>
  /** How the scope of a row is told, table by table; null: nothing is said of it, and all is migrated at one time. */
  readonly scope: StructuralScope | null
  /** By which its look-ups find rows. */
  readonly indexes: readonly RowIndex[]
  /** Files that its code tables are read from, and names of the keys of its pseudonyms: none of either, no compilation. */
  readonly codeFiles: ReadonlySet<string>
  readonly pseudonymKeys: ReadonlySet<string>
  readonly policy: (errorClass: ErrorClass) => Policy
  /** Why inputs that fail with a class may be lost: of each class whose policy is `skip`. */
  readonly skipReasons: ReadonlyMap<FailureClass, string>
}

/** The value of the column is the scope of its rows; rows of the other tables have that of the row that their column names. */
export interface StructuralScope {
  readonly table: TableName
  readonly column: string
  /** To the primary key of the parent, which is one column. */
  readonly via: ReadonlyMap<TableName, { readonly column: string; readonly parent: TableName }>
  /** Whether a text can be a value of the column. */
  readonly isValue: (text: string) => boolean
  /** By which parents are found. */
  readonly indexes: readonly RowIndex[]
  /** The scope of a row of one of the tables. Raises ValueError where it cannot be told. */
  readonly textOf: (table: TableName, row: RowImage, find: FindParent) => string
}

/** The row that has the text in the index; null: there is none. Raises ValueError `unavailable`. */
export type FindParent = (index: RowIndex, key: string | null) => RowImage | null

/**
 * Slots of the frame that every rule has, filled as its `per` says; aliases, lets and variables come behind them.
 * `nulled`: classes of the failures for which a field of the event at hand is null; empty as long as there is none.
 */
export const frameSlots = { before: 0, after: 1, row: 2, meta: 3, lookedUp: 4, group: 5, rows: 6, nulled: 7 } as const
export const firstFreeSlot = 8

export interface CompiledRule {
  readonly mapping: string
  readonly name: string
  readonly place: Place
  readonly table: Table
  readonly per: CompiledPer
  readonly operations: ReadonlySet<RowOperation>
  /** Whether it is also about changes that foreign keys have made and the log has nothing of. */
  readonly takesDerived: boolean
  /** Whether an update is one that the rule is about; null: any. */
  readonly changed: ((before: RowImage, after: RowImage) => boolean) | null
  readonly snapshot: SnapshotUse
  readonly withs: readonly CompiledWith[]
  readonly when: Evaluation | null
  /** `joined`: the guard reads rows of `with`, whose bounds must hold before it can say anything. */
  readonly guardReads: 'anchor' | 'joined'
  /** Slots of named expressions, which are empty at the start of a firing. */
  readonly letSlots: readonly number[]
  readonly frameSize: number
  readonly publish: readonly CompiledPublish[]
}

/** What a rule fires once for: the net change of a row, a single change, or the net changes of a group of rows. */
export type CompiledPer =
  | { readonly kind: 'row' }
  | { readonly kind: 'change' }
  /** `groupOf`: the text that the rows of a group have in common. Raises ValueError. */
  | { readonly kind: 'group'; readonly columns: readonly string[]; readonly groupOf: (row: RowImage) => string }

/** A closure with the place of its expression, for the failure that names it. */
export interface Evaluation {
  readonly place: Place
  readonly evaluate: (frame: Frame) => Value
}

export interface CompiledWith {
  readonly alias: string
  readonly place: Place
  readonly slot: number
  readonly table: TableName
  readonly operations: ReadonlySet<RowOperation>
  /** As its rule. */
  readonly takesDerived: boolean
  readonly changed: ((before: RowImage, after: RowImage) => boolean) | null
  /** The text under which a row of the table is found, and that of the anchor which looks for it; null finds nothing. */
  readonly theirKey: (row: RowImage) => string | null
  readonly anchorKey: (frame: Frame) => string | null
  readonly where: (row: RowImage) => boolean
  readonly rows: RowBounds
  readonly orderBy: ((a: RowImage, b: RowImage) => number) | null
}

export type CompiledPublish = CompiledEvent | CompiledTombstone

export interface CompiledEvent {
  readonly kind: 'event'
  /** Of the event's name. */
  readonly place: Place
  readonly publication: Publication
  /** The version that should be used in its place. */
  readonly successor: Located<number> | null
  /** The list of which each element becomes an event, and where the element stands then; null: one event. */
  readonly each: (Evaluation & { readonly slot: number }) | null
  readonly when: Evaluation | null
  readonly key: CompiledKey
  readonly subject: Evaluation | null
  readonly time: Evaluation | null
  readonly fields: readonly CompiledField[]
  /** Field to the columns that it reads. */
  readonly lineage: ReadonlyMap<string, ReadonlySet<string>>
}

export interface CompiledKey extends Evaluation {
  /** The columns that it reads. */
  readonly reads: ReadonlySet<string>
}

export interface CompiledTombstone {
  readonly kind: 'tombstone'
  /** Of the topic's name. */
  readonly place: Place
  readonly topic: string
  readonly when: Evaluation | null
  readonly key: CompiledKey
}

export interface CompiledField extends Evaluation {
  readonly name: string
}
