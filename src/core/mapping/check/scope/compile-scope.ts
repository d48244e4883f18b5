/** The structural scope compiled: how the scope of a row is read, from itself or from the row that it belongs to. */
import type { RowImage } from '../../../capture/image/row-image.ts'
import type { TableName } from '../../../catalog/catalog.ts'
import { comparable } from '../../../expression/types/comparison.ts'
import type { ColumnReader } from '../../../expression/types/expression-type.ts'
import { matchText } from '../../../expression/types/matching.ts'
import type { RowIndex } from '../../../rows/rows-at-hand.ts'
import { ValueError } from '../../../values/value-error.ts'
import type { FindParent, StructuralScope } from '../../compiled-mapping.ts'

export interface ScopeParts {
  readonly table: TableName
  readonly column: ColumnReader
  readonly via: ReadonlyMap<TableName, WayToParent>
}

export interface WayToParent {
  readonly parent: TableName
  readonly column: ColumnReader
  /** The primary key of the parent. */
  readonly parentKey: ColumnReader
}

export function compileScope({ table, column, via }: ScopeParts): StructuralScope {
  const ways = new Map([...via].map(([name, way]) => [name, compileWay(way)]))
  const textOf = (of: TableName, row: RowImage, find: FindParent): string => {
    if (of === table) return textIn(column, row)
    const way = ways.get(of)
    if (way === undefined) throw new ValueError('unavailable', `nothing says how rows of ${of} reach their scope`)
    const parent = find(way.index, way.keyOf(row))
    if (parent === null)
      throw new ValueError('missingRow', `the row of ${way.index.table} that tells the scope is not there`)
    return textOf(way.index.table, parent, find)
  }
  const parents = new Map(
    [...via].map(
      ([
        name,
        {
          column: {
            column: { name: by },
          },
          parent,
        },
      ]) => [name, { column: by, parent }],
    ),
  )
  return {
    table,
    column: column.column.name,
    via: parents,
    isValue: (text) => isValueOf(column.type, text),
    indexes: [...ways.values()].map(({ index }) => index),
    textOf,
  }
}

function isValueOf(type: ColumnReader['type'], text: string): boolean {
  if (type.kind === 'int' || type.kind === 'long') return /^(0|-?[1-9]\d{0,18})$/.test(text)
  if (type.kind === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
  return text !== ''
}

function compileWay({ parent, column, parentKey }: WayToParent): {
  readonly index: RowIndex
  readonly keyOf: (row: RowImage) => string | null
} {
  const keyIn = (reader: ColumnReader) => {
    const read = comparableValue(reader)
    return (row: RowImage): string | null => matchText([read(row)])
  }
  const { name } = parentKey.column
  // Both columns are of one type, and so each is compared as it is with its like.
  const id = JSON.stringify([parent, [name, `scope ${parentKey.type.kind}`]])
  return { index: { id, table: parent, keyOf: keyIn(parentKey) }, keyOf: keyIn(column) }
}

const comparableValue = ({ type, read }: ColumnReader) => {
  const how = comparable(type, type)
  return how === null ? read : (row: RowImage) => how.left(read(row))
}

function textIn(reader: ColumnReader, row: RowImage): string {
  const value = comparableValue(reader)(row)
  if (value !== null && typeof value !== 'object') return value.toString()
  throw new ValueError('unavailable', `${reader.column.name}, which tells the scope, is null`)
}
