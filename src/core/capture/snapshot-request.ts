/** Ad-hoc snapshots are asked for by an insert into the connector's signal table, which is captured like any other. */
import { parseTableName, type TableName } from '../catalog/table-name.ts'
import { matchesList } from './connector/settings/setting-value.ts'
import type { RowImage } from './image/row-image.ts'
import { isObject, type JsonObject } from './record/record-json.ts'

export interface SnapshotRequest {
  readonly kind: 'blocking' | 'incremental'
  /** The id of the signal. */
  readonly id: string
  /** Conditions leave rows out. */
  readonly isPartial: boolean
  /** Names of tables, or regular expressions for them, as the signal has them. */
  readonly tables: readonly string[]
}

/**
 * What an inserted row asks for; null when it is no such signal. The connector takes the signal table's three columns
 * by their places and not by their names: id, type, data. Of a row of three columns of any other table no more than its
 * second one is looked at.
 */
export function snapshotRequest(row: RowImage): SnapshotRequest | null {
  const { columns } = row
  if (columns.length !== 3 || row.get(columns[1] ?? '') !== 'execute-snapshot') return null
  const [id, , data] = columns.map((column) => row.get(column))
  if (typeof id !== 'string' || typeof data !== 'string') return null
  const asked = parseData(data)
  const { type = 'incremental', 'data-collections': tables } = asked
  const kind = typeof type === 'string' ? kinds.get(type.toLowerCase()) : undefined
  if (kind === undefined) return null
  // The connector passes over the whole signal when one of the names is none.
  const isList = Array.isArray(tables) && tables.length > 0 && tables.every((table) => typeof table === 'string')
  return isList ? { kind, id, tables, isPartial: conditions.some((name) => isThere(asked[name])) } : null
}

const kinds: ReadonlyMap<string, SnapshotRequest['kind']> = new Map([
  ['blocking', 'blocking'],
  ['incremental', 'incremental'],
])

const isThere = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== ''

/** The second one is of releases before 2.5. */
const conditions = ['additional-conditions', 'additional-condition']

function parseData(data: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(data)
    return isObject(parsed) ? parsed : {}
  } catch {
    // A signal that the connector cannot read either asks for nothing.
    return {}
  }
}

/** As the connector reads `data-collections`: names with or without quotes, or regular expressions for whole names. */
export function asksFor({ tables }: Pick<SnapshotRequest, 'tables'>, table: TableName): boolean {
  const withoutQuotes = table.replaceAll('"', '')
  return tables.some((named) => parseTableName(named.trim()) === table || matchesList(named, withoutQuotes) === true)
}
