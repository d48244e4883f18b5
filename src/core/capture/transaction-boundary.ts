/** BEGIN and END: Debezium's transaction metadata records, `{status, id, event_count, data_collections, ts_ms}`. */
import type { BeginMessage, EndMessage } from './capture-message.ts'
import { type RecordPlace, recordError } from './record/raw-records.ts'
import { isObject, type JsonObject } from './record/record-json.ts'
import type { SourceDialect } from './source-dialect.ts'

/** Raises `BAD_ENVELOPE`. */
export function decodeBoundary(
  envelope: JsonObject,
  dialect: SourceDialect,
  at: RecordPlace,
): BeginMessage | EndMessage {
  const { status, id, event_count: eventCount } = envelope
  const offset = at.records.offset(at.index)
  const transaction = typeof id === 'string' ? dialect.transactionOf(id) : null
  if (typeof id !== 'string' || transaction === null) {
    throw recordError('BAD_ENVELOPE', at, 'a transaction boundary without the id of a transaction')
  }
  const position = dialect.positionOf(id)
  if (status === 'BEGIN') return { kind: 'begin', offset, transaction, position }
  if (status !== 'END') throw recordError('BAD_ENVELOPE', at, 'a transaction boundary that is neither BEGIN nor END')
  const collectionsCount = sumOfCounts(envelope['data_collections'])
  if (position === null) throw recordError('BAD_ENVELOPE', at, 'an END without the position of its commit')
  if (!isCount(eventCount) || collectionsCount === null) {
    throw recordError('BAD_ENVELOPE', at, 'an END without its counts')
  }
  return { kind: 'end', offset, transaction, position, eventCount, collectionsCount }
}

/** Null when it is no list of counts. The names are not looked at: they can be wrong. */
function sumOfCounts(collections: unknown): number | null {
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

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
