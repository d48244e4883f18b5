/** The types that an expression can have: those of values, and those that only the language knows. */
import type { Column, Table } from '../../catalog/catalog.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { Nullable, ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'

export type ExpressionType =
  | ValueType
  | RowType
  | RowsType
  | MembersType
  /** The literal `null`. */
  | { readonly kind: 'null' }

/** A row of a table: selecting from it reads a column. */
export interface RowType {
  readonly kind: 'row'
  /** How the row is called where it is read: `before`, `payment`. */
  readonly name: string
  readonly table: Table
  readonly columns: ReadonlyMap<string, ColumnReader>
  /** What declares these columns, such as `look-up customer`, and under which key; without it they are all there are. */
  readonly declaredBy?: { readonly what: string; readonly key: string }
}

/** A list of rows, or of net changes of rows. */
export interface RowsType {
  readonly kind: 'rows'
  readonly row: RowType | MembersType
}

/** A fixed set of named values, such as `meta`. */
export interface MembersType {
  readonly kind: 'members'
  readonly name: string
  readonly members: ReadonlyMap<string, Member>
  /** Names that it has in other rules, and why not here. */
  readonly absent?: ReadonlyMap<string, string>
}

export interface Member {
  readonly type: ExpressionType
  readonly nullable: boolean
  /** Why it may be null, in words that go on after its name: `is null on insert`. */
  readonly whyNull?: string
  readonly read: (target: unknown) => Value
}

export interface ColumnReader extends Nullable<ValueType> {
  readonly column: Column
  /** Raises ValueError `unavailable`, `schemaDrift`, `unknownCode` or `decode`. */
  readonly read: (row: RowImage) => Value
}

/** As it is spelled in messages: `decimal(10,2)`, `list<int>`, `row of public.orders`. */
export function describeType(type: ExpressionType, nullable = false): string {
  return nullable && type.kind !== 'null' ? `${spelled(type)}?` : spelled(type)
}

function spelled(type: ExpressionType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'string':
      return type.equality === undefined ? 'string' : equalities[type.equality]
    case 'list':
      return `list<${describeType(type.element.type, type.element.nullable)}>`
    case 'row':
      return `row of ${type.table.name}`
    case 'rows':
      return type.row.kind === 'row' ? `rows of ${type.row.table.name}` : `list of ${type.row.name}`
    case 'members':
      return type.name
    default:
      return type.kind
  }
}

const equalities = {
  caseless: 'string in any case',
  unknown: 'string of a collation that is not deterministic',
} as const

/** Whether values of the type can stand in a contract field or a function's argument. */
export const isValueType = (type: ExpressionType): type is ValueType =>
  type.kind !== 'row' && type.kind !== 'rows' && type.kind !== 'members' && type.kind !== 'null'

/** Of a list or of rows; null for what has no elements. */
export function elementType(type: ExpressionType): ExpressionType | null {
  if (type.kind === 'rows') return type.row
  return type.kind === 'list' ? type.element.type : null
}
