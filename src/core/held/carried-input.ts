/** What a rule has read when it fired: enough to fire it again later, when the rows are others. */
import type { RowImage } from '../capture/image/row-image.ts'
import { imageOfWritten, writtenRow } from '../capture/row/written-row.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { NetChange } from '../transaction/net-change.ts'

export interface CarriedInput {
  /**
   * Of one row, of one group of rows, of all rows of a rule whose groups are not known, or of a row for which the mapping
   * had no rule.
   */
  readonly kind: 'change' | 'group' | 'ungrouped' | 'unmapped'
  readonly table: TableName
  /** Its columns came in the forms that the catalog promised, where its rows do not say otherwise. */
  readonly formsNamed?: true
  /** The changed row, or those of the group, in the order of the transaction. */
  readonly changes: readonly [CarriedChange, ...CarriedChange[]]
  /** Rows of each `with`, by its alias, whatever its bounds and its order make of them. */
  readonly with: Readonly<Record<string, readonly RowImage[]>>
  readonly answers: readonly CarriedAnswer[]
}

export interface CarriedChange extends Pick<NetChange, 'op' | 'before' | 'after' | 'ordinal' | 'order' | 'derived'> {
  readonly offset: number
  /** Its first change is none of the log's. */
  readonly firstDerived?: true
}

/** What look-ups by an index found under a key: none, too, is an answer. */
export interface CarriedAnswer {
  readonly index: string
  readonly key: string
  readonly rows: readonly RowImage[]
}

export function carriedChange({ op, before, after, ordinal, order, first, derived }: NetChange): CarriedChange {
  const change = { op, before, after, ordinal, order, offset: first.offset }
  if (derived === undefined && first.derived === undefined) return change
  return { ...change, ...(derived && { derived }), ...(first.derived && { firstDerived: first.derived }) }
}

/** How many rows it carries. */
export const rowsOf = ({ changes, with: joined, answers }: CarriedInput): number =>
  [...Object.values(joined), ...answers.map(({ rows }) => rows)].reduce(
    (sum, rows) => sum + rows.length,
    changes.length,
  )

type Json = Readonly<Record<string, unknown>>

/** A row is an object; one of which some columns are not known, or have forms of their own, a list of that and these. */
type WrittenRow = Json | PartialRow
type PartialRow = readonly [Json, readonly string[], Readonly<Record<string, string>>?]

export interface WrittenInput extends Pick<CarriedInput, 'kind' | 'table'> {
  readonly changes: readonly (Omit<CarriedChange, 'before' | 'after'> & {
    readonly before: WrittenRow | null
    readonly after: WrittenRow | null
  })[]
  readonly with: Readonly<Record<string, readonly WrittenRow[]>>
  readonly answers: readonly (Omit<CarriedAnswer, 'rows'> & { readonly rows: readonly WrittenRow[] })[]
}

export function writeCarried({ kind, table, changes, with: joined, answers }: CarriedInput): WrittenInput {
  return {
    kind,
    table,
    changes: changes.map((change) => ({ ...change, before: writeRow(change.before), after: writeRow(change.after) })),
    with: Object.fromEntries(Object.entries(joined).map(([alias, rows]) => [alias, rows.map(writeImage)])),
    answers: answers.map((answer) => ({ ...answer, rows: answer.rows.map(writeImage) })),
  }
}

/** Null where it carries no change. */
export function readCarried({ kind, table, changes, with: joined, answers }: WrittenInput): CarriedInput | null {
  const [first, ...others] = changes.map((change) => ({
    ...change,
    before: readRow(change.before),
    after: readRow(change.after),
  }))
  if (first === undefined) return null
  return {
    kind,
    table,
    changes: [first, ...others],
    with: Object.fromEntries(Object.entries(joined).map(([alias, rows]) => [alias, rows.map(readImage)])),
    answers: answers.map((answer) => ({ ...answer, rows: answer.rows.map(readImage) })),
  }
}

const writeRow = (image: RowImage | null): WrittenRow | null => (image === null ? null : writeImage(image))
const readRow = (row: WrittenRow | null): RowImage | null => (row === null ? null : readImage(row))

function writeImage(image: RowImage): WrittenRow {
  const { values, unknown, forms } = writtenRow(image)
  if (forms !== null) return [values, unknown, forms]
  return unknown.length === 0 ? values : [values, unknown]
}

function readImage(row: WrittenRow): RowImage {
  if (!isPartial(row)) return imageOfWritten({ values: row, unknown: [], forms: null })
  const [values, unknown, forms = null] = row
  return imageOfWritten({ values, unknown, forms })
}

const isPartial = (row: WrittenRow): row is PartialRow => Array.isArray(row)
