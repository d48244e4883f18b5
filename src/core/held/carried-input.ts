/** What a rule has read when it fired: enough to fire it again later, when the rows are others. */
import type { RowImage } from '../capture/image/row-image.ts'
import { imageOf, PartialImage } from '../capture/image/value-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { NetChange } from '../transaction/net-change.ts'
import { UNAVAILABLE } from '../values/value.ts'

export interface CarriedInput {
  /**
   * Of one row, of one group of rows, of all rows of a rule whose groups are not known, or of a row for which the mapping
   * had no rule.
   */
  readonly kind: 'change' | 'group' | 'ungrouped' | 'unmapped'
  readonly table: TableName
  /** The changed row, or those of the group, in the order of the transaction. */
  readonly changes: readonly [CarriedChange, ...CarriedChange[]]
  /** Rows of each `with`, by its alias, whatever its bounds and its order make of them. */
  readonly with: Readonly<Record<string, readonly RowImage[]>>
  readonly answers: readonly CarriedAnswer[]
}

export interface CarriedChange extends Pick<NetChange, 'op' | 'before' | 'after' | 'ordinal' | 'order'> {
  readonly offset: number
}

/** What look-ups by an index found under a key: none, too, is an answer. */
export interface CarriedAnswer {
  readonly index: string
  readonly key: string
  readonly rows: readonly RowImage[]
}

export const carriedChange = ({ op, before, after, ordinal, order, first }: NetChange): CarriedChange => {
  return { op, before, after, ordinal, order, offset: first.offset }
}

/** How many rows it carries. */
export const rowsOf = ({ changes, with: joined, answers }: CarriedInput): number =>
  [...Object.values(joined), ...answers.map(({ rows }) => rows)].reduce(
    (sum, rows) => sum + rows.length,
    changes.length,
  )

type Json = Readonly<Record<string, unknown>>

/** A row is an object; one of which some columns are not known, a list of that and their names. */
type WrittenRow = Json | readonly [Json, readonly string[]]

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
  const row = Object.create(null) as Record<string, unknown>
  const unknown: string[] = []
  for (const column of image.columns) {
    const value = image.get(column)
    if (value === UNAVAILABLE) unknown.push(column)
    row[column] = value === UNAVAILABLE ? null : value
  }
  return unknown.length === 0 ? row : [row, unknown]
}

function readImage(row: WrittenRow): RowImage {
  if (!isPartial(row)) return imageOf(row)
  const [values, unknown] = row
  return new PartialImage(imageOf(values), (column) => !unknown.includes(column))
}

const isPartial = (row: WrittenRow): row is readonly [Json, readonly string[]] => Array.isArray(row)
