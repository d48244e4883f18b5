/** BEGIN and END: Debezium's transaction metadata records, `{status, id, event_count, data_collections, ts_ms}`. */
import type { BeginMessage, EndMessage } from './capture-message.ts'
import { type RecordPlace, recordError } from './record/raw-records.ts'
import { isObject, type JsonObject } from './record/record-json.ts'
import type { SourceDialect } from './source-dialect.ts'

/** Raises `BAD_ENVELOPE`. */
export function decodeBoundary(
  { status, id, event_count: eventCount, data_collections: collections }: JsonObject,
  dialect: SourceDialect,
  at: RecordPlace,
): BeginMessage | EndMessage {
  return boundaryOf({ status, id, eventCount, collectionsCount: () => sumOfCounts(collections) }, dialect, at)
}

/** The members of a boundary as they came. */
export interface ReadBoundary {
  readonly status: unknown
  readonly id: unknown
  readonly eventCount: unknown
  /** Asked at an END; null: what came is no list of counts. */
  readonly collectionsCount: () => number | null
}

/** Raises `BAD_ENVELOPE`. */
export function boundaryOf(
  { status, id, eventCount, collectionsCount: sum }: ReadBoundary,
  dialect: SourceDialect,
  at: RecordPlace,
): BeginMessage | EndMessage {
  const offset = at.records.offset(at.index)
  const transaction = typeof id === 'string' ? dialect.transactionOf(id) : null
  if (typeof id !== 'string' || transaction === null) {
    throw recordError('BAD_ENVELOPE', at, 'a transaction boundary without the id of a transaction')
  }
  const position = dialect.positionOf(id)
  if (status === 'BEGIN') return { kind: 'begin', offset, transaction, position }
  if (status !== 'END') throw recordError('BAD_ENVELOPE', at, 'a transaction boundary that is neither BEGIN nor END')
  const collectionsCount = sum()
  if (position === null) throw recordError('BAD_ENVELOPE', at, 'an END without the position of its commit')
  if (!isCount(eventCount) || collectionsCount === null) {
    throw recordError('BAD_ENVELOPE', at, 'an END without its counts')
  }
  return { kind: 'end', offset, transaction, position, eventCount, collectionsCount }
}

/** Null when it is no list of counts. The names are not looked at: they can be wrong. */
export function sumOfCounts(collections: unknown): number | null {
  if (collections === null || collections === undefined) return 0
  if (!Array.isArray(collections)) return null
  let sum = 0
  for (const collection of collections as readonly unknown[]) {
    const count = isObject(collection) ? collection['event_count'] : null
    if (!isCount(count)) return null
    sum += count
  }
  return sum
}

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
