/** Tells the kinds of records without rows apart, by the shape of value and key. */
import { type RecordPlace, recordError } from './raw-records.ts'
import { isObject, type JsonObject, readKey } from './record-json.ts'

interface Shape {
  readonly kind: 'boundary' | 'heartbeat' | 'notification' | 'schemaChange'
  readonly members: readonly string[]
  /** What its key is made of. */
  readonly keyMembers: readonly string[]
  /**
   * A release of Debezium may add members, which are let pass where the members that are asked for cannot be mistaken
   * for columns. Those of a heartbeat are one number, which any table can have: it has nothing else.
   */
  readonly others: 'allowed' | 'refused'
}

const shapes: readonly Shape[] = [
  { kind: 'heartbeat', members: ['ts_ms'], keyMembers: ['serverName'], others: 'refused' },
  {
    kind: 'boundary',
    members: ['status', 'id', 'event_count', 'data_collections', 'ts_ms'],
    keyMembers: ['id'],
    others: 'allowed',
  },
  {
    kind: 'notification',
    members: ['id', 'aggregate_type', 'type', 'additional_data', 'timestamp'],
    keyMembers: ['id'],
    others: 'allowed',
  },
  {
    // Of MySQL and MariaDB, on the topic that is named like the connector.
    kind: 'schemaChange',
    members: ['source', 'ts_ms', 'databaseName', 'schemaName', 'ddl', 'tableChanges'],
    keyMembers: ['databaseName'],
    others: 'allowed',
  },
]

/**
 * `keyOf` reads the record's key. Raises `UNKNOWN_RECORD` for a value of no known shape, `FORMAT_MISMATCH` for one that
 * comes with its schema, and what `keyOf` raises.
 */
export function shapeOf(value: JsonObject, keyOf: (bytes: Buffer) => JsonObject, at: RecordPlace): Shape['kind'] {
  const shape = shapes.find(({ members, others }) => hasMembers(value, members, others))
  if (shape === undefined && hasMembers(value, ['schema', 'payload'], 'refused')) {
    throw recordError('FORMAT_MISMATCH', at, 'a value with its schema, which it is declared to come without')
  }
  const keyBytes = at.records.key(at.index)
  if (shape === undefined || keyBytes === null) throw unknown(at)
  if (!hasMembers(keyOf(keyBytes), shape.keyMembers, 'refused')) throw unknown(at)
  return shape.kind
}

/** The key of a record without row. Raises `KEY_HAS_SCHEMA`, and what record-json.ts raises. */
export function jsonKey(bytes: Buffer, at: RecordPlace): JsonObject {
  const { row } = readKey(bytes, at)
  refuseSchema(row, at)
  return row
}

/** `{schema, payload}` is what JsonConverter writes unless it is told otherwise. Raises `KEY_HAS_SCHEMA`. */
function refuseSchema(key: JsonObject, at: RecordPlace): void {
  if (!isObject(key['schema']) || !Object.hasOwn(key, 'payload')) return
  throw recordError('KEY_HAS_SCHEMA', at, 'a key with its schema instead of the columns of the key')
}

function hasMembers(object: JsonObject, members: readonly string[], others: Shape['others']): boolean {
  if (others === 'refused' && Object.keys(object).length !== members.length) return false
  return members.every((member) => Object.hasOwn(object, member))
}

const unknown = (at: RecordPlace): Error =>
  recordError('UNKNOWN_RECORD', at, 'neither a change, a transaction boundary nor a heartbeat')
