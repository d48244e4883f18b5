/** Columns of a table that `with` and look-ups name: found, compared with constants, put in an order. */
import { whyUnreadable } from '../../capture/decode/postgres-columns.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { Table } from '../../catalog/catalog.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { columnReaders } from '../../expression/types/column-readers.ts'
import { comparable, isLoose } from '../../expression/types/comparison.ts'
import { type ColumnReader, describeType } from '../../expression/types/expression-type.ts'
import { isMatchable } from '../../expression/types/matching.ts'
import type { ConstantPart } from '../file/mapping-file.ts'
import { valueOfText } from '../file/value-of-text.ts'
import type { Located } from '../file/names.ts'
import type { CheckContext } from './check-context.ts'

export interface TableColumns {
  readonly table: Table
  readonly readers: ReadonlyMap<string, ColumnReader>
}

export const tableColumns = ({ surroundings }: CheckContext, table: Table): TableColumns => ({
  table,
  readers: columnReaders(table, surroundings.settings),
})

/** The column, which the mapping reads; null for one that there is not or that cannot be read, which is reported. */
export function findColumn(
  context: CheckContext,
  { table, readers }: TableColumns,
  { value: name, place }: Located<string>,
): ColumnReader | null {
  context.reads.add(`${table.name}.${name}`)
  const found = readers.get(name)
  if (found !== undefined) return found
  const column = table.columns.find((known) => known.name === name)
  if (column !== undefined) {
    const message = `${table.name}.${name} ${whyUnreadable(column)}`
    return context.findings.complain('FW2106', place, { message })
  }
  const names = table.columns.map((known) => known.name)
  return context.findings.complain('FW2103', place, {
    message: `no column '${name}' in ${table.name}`,
    hint: suggestion(name, names),
  })
}

/** The same of one by whose values rows are found or put together; what the database alone compares is reported, too. */
export function findMatchable(
  context: CheckContext,
  columns: TableColumns,
  name: Located<string>,
): ColumnReader | null {
  const reader = findColumn(context, columns, name)
  if (reader === null || isMatchable(reader.type)) return reader
  const message = `${columns.table.name}.${name.value} is ${describeType(reader.type)}: ${notMatched}`
  return context.findings.complain('FW2303', name.place, { message, ...(isLoose(reader.type) && { hint: onlyWhere }) })
}

export const notMatched = 'values of this type are not matched'
export const onlyWhere = 'match by another column, such as a numeric key: only the database can compare this one'

export type RowTest = (row: RowImage) => boolean

/** Whether a row has all of the constants; null where one has a mistake. */
export function checkWhere(
  context: CheckContext,
  columns: TableColumns,
  where: ReadonlyMap<string, ConstantPart>,
): RowTest | null {
  const tests = [...where].map(([name, part]) => {
    const reader = findColumn(context, columns, { value: name, place: part.column })
    return reader === null ? null : checkConstant(context, reader, part.constant)
  })
  return tests.every((test) => test !== null) ? (row) => tests.every((test) => test(row)) : null
}

/** Whether a row has the constant in the column. */
export function checkConstant(
  context: CheckContext,
  { type, read, column: { name } }: ColumnReader,
  constant: Located<string>,
): RowTest | null {
  const wanted = valueOfText(constant.value, type)
  const how = comparable(type, type)
  if (wanted === undefined || how === null) {
    const message = isLoose(type)
      ? `column ${name} is a ${describeType(type)}: only the database can compare it`
      : `'${constant.value}' is no ${describeType(type)}, which column ${name} is`
    return context.findings.complain('FW2007', constant.place, { message })
  }
  const right = how.right(wanted)
  return (row) => {
    const left = how.left(read(row))
    return left !== null && right !== null && how.equal(left, right)
  }
}

/** Null where the column has no order, or there is none. */
export function checkOrder(
  context: CheckContext,
  columns: TableColumns,
  orderBy: Located<string>,
): ((a: RowImage, b: RowImage) => number) | null {
  const reader = findColumn(context, columns, orderBy)
  if (reader === null) return null
  const how = comparable(reader.type, reader.type)
  const compare = how?.compare ?? null
  if (how === null || compare === null) {
    return context.findings.complain('FW2007', orderBy.place, { message: `${describeType(reader.type)} has no order` })
  }
  const { read } = reader
  return (a, b) => {
    const left = how.left(read(a))
    const right = how.right(read(b))
    // Null comes last, as in PostgreSQL.
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
    return compare(left, right)
  }
}
