import { describe, expect, it } from 'vitest'
import type { CaptureMessage, RowMessage } from '../../../src/core/capture/capture-message.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { decodeAll, type TextRecord } from './raw-log-of.ts'
import { shown } from '../images.ts'

const orders = tableName('shop', 'orders')

const table: Table = {
  name: orders,
  columns: [],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

const source = { ts_us: 1_700_000_000_000_001, snapshot: null, schema: 'shop', table: 'orders' }
const transaction = { id: '571:53195832', total_order: 1, data_collection_order: 1 }
const insert = { before: null, after: { id: 1 }, source, transaction, op: 'c', ts_ms: 1 }

const record = (value: unknown, more: Partial<TextRecord> = {}): TextRecord => ({
  key: '{"id":1}',
  value: typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value),
  ...more,
})

function decode(one: TextRecord, of: Table | null = table): CaptureMessage {
  const [message] = decodeAll([one], new Map(of === null ? [] : [[orders, of]]))
  if (message === undefined) throw new Error('no message')
  return message
}

const change = (one: TextRecord, of: Table = table): unknown => {
  const message = decode(one, of)
  return shown(message.kind === 'row' ? message.change : message)
}

function halt(one: TextRecord): FalseworkError {
  try {
    decode(one)
  } catch (error) {
    if (error instanceof FalseworkError) return error
    throw error
  }
  throw new Error('expected a HALT')
}

describe('a raw record', () => {
  it('is a row with its place in its source transaction', () => {
    const { key, value, bytes, ...row } = decode(record(insert, { offset: 42 })) as RowMessage
    expect([key?.bytes.toString(), value, bytes]).toEqual(['{"id":1}', null, JSON.stringify(insert).length])
    expect(shown(row)).toStrictEqual({
      kind: 'row',
      offset: 42,
      transaction: '571',
      recordId: '571:53195832',
      position: '00000000032bb438',
      totalOrder: 1,
      committedAtUs: 1_700_000_000_000_001n,
      table: orders,
      op: 'c',
      change: {
        table: orders,
        op: 'c',
        before: null,
        after: { id: 1 },
        key: { id: 1 },
        rekey: null,
        committedAtUs: 1_700_000_000_000_001n,
        offset: 42,
      },
    })
  })

  it('of a table that is not read keeps only what proves its transaction', () => {
    const rounded = record({
      ...insert,
      after: { id: 1, deep: JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown },
    })
    expect(decode(rounded, null)).toMatchObject({ kind: 'row', table: orders, change: null })
  })

  it.each([
    ['logicalMessage', { op: 'm', source, transaction, message: {} }, { transaction: '571', totalOrder: 1 }],
    ['heartbeat', { op: 'm', source, transaction: null, message: {} }, {}],
    [
      'snapshotRow',
      { ...insert, op: 'r', transaction: null, source: { ...source, snapshot: 'last' } },
      { place: 'last' },
    ],
    ['snapshotRow', { ...insert, op: 'r', source: { ...source, snapshot: 'incremental' } }, { place: 'incremental' }],
    ['snapshotRow', { ...insert, transaction: null, source: { ...source, snapshot: true } }, { place: 'middle' }],
  ])('is a %s', (kind, value, more) => {
    expect(decode(record(value))).toMatchObject({ kind, offset: 0, ...more })
  })

  const begin = { status: 'BEGIN', id: '571:1', event_count: null, data_collections: null, ts_ms: 1 }
  const counted = { status: 'END', id: '571:255', event_count: 0, data_collections: null, ts_ms: 1 }
  const notification = { id: 'x', aggregate_type: 'Initial Snapshot', type: 'STARTED', additional_data: {} }
  const history = { source: {}, ts_ms: 1, databaseName: 'shop', schemaName: null, ddl: 'x', tableChanges: [] }

  it.each([
    ['begin', begin, { id: '571:1' }, { transaction: '571' }],
    [
      'end',
      { ...counted, event_count: 3, data_collections: [{ event_count: 1 }, { event_count: 2 }] },
      { id: '571:255' },
      { transaction: '571', position: '00000000000000ff', eventCount: 3, collectionsCount: 3 },
    ],
    ['end', counted, { id: '571:255' }, { collectionsCount: 0 }],
    ['heartbeat', { ts_ms: 1 }, { serverName: 'shop' }, {}],
    ['notification', { ...notification, timestamp: 1 }, { id: 'x' }, {}],
    ['schemaChange', history, { databaseName: 'shop' }, {}],
  ])('without rows is known by the shape of value and key: %s', (kind, value, key, more) => {
    const one = record(value, { key: JSON.stringify(key) })
    expect(decode(one)).toMatchObject({ kind, offset: 0, ...more })
    for (const other of ['{"other":1}', '{}', null]) {
      expect(halt({ ...one, key: other }).code).toBe('UNKNOWN_RECORD')
    }
    for (const member of Object.keys(value)) {
      const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== member))
      expect(halt({ ...one, value: JSON.stringify(rest) }).code).toMatch(/^UNKNOWN_(RECORD|OP)$/)
    }
    expect(halt({ ...one, key: JSON.stringify({ schema: {}, payload: key }) }).code).toBe('KEY_HAS_SCHEMA')
  })

  it('that ends a transaction may have a member that a later release adds; a heartbeat may not', () => {
    expect(decode(record({ ...counted, later: 1 }, { key: '{"id":"571:255"}' }))).toMatchObject({ kind: 'end' })
    expect(halt(record({ ts_ms: 1, later: 1 }, { key: '{"serverName":"shop"}' })).code).toBe('UNKNOWN_RECORD')
  })

  it.each([
    ['a time', { id: 1, ts_ms: 5 }],
    ['an op', { id: 1, op: 'c' }],
    ['a state', { id: '571:1', status: 'BEGIN' }],
    ['a type of aggregate', { id: 1, aggregate_type: 'order', type: 'placed', payload: '{}' }],
    ['a list of changes', { id: 1, source: 'web', tableChanges: [] }],
  ])('that is a flattened row with %s is of no kind', (_, value) => {
    expect(halt(record(value)).code).toBe('UNKNOWN_RECORD')
  })

  it('without value is a tombstone', () => {
    expect(decode({ key: '{"id":1}', value: null })).toStrictEqual({ kind: 'tombstone', offset: 0 })
  })

  it('tolerates fields that it does not know', () => {
    expect(decode(record({ ...insert, later: 1, source: { ...source, later: 2 } }))).toMatchObject({ kind: 'row' })
  })

  it('takes the commit time in milliseconds from a connector that has no other', () => {
    const old = { ...insert, source: { ...source, ts_us: undefined, ts_ms: 5 } }
    expect(decode(record(old))).toMatchObject({ committedAtUs: 5000n })
  })

  const boundary = (more: Readonly<Record<string, unknown>>): TextRecord =>
    record({ ...begin, ...more }, { key: '{"id":"571:1"}' })

  const broken: readonly (readonly [code: string, what: string, record: TextRecord])[] = [
    ['BAD_JSON', 'a truncated value', record('{"op":"c"')],
    ['BAD_JSON', 'a value that is no object', record('[1]')],
    ['BAD_JSON', 'an empty value', record('')],
    ['BAD_JSON', 'a key that is no JSON', record(insert, { key: 'x' })],
    ['BAD_UTF8', 'a byte that is not UTF-8', record(Buffer.from('{"op":"c","x":"\xff"}', 'latin1'))],
    [
      'BAD_UTF8',
      'a surrogate in bytes',
      record(Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xed, 0xa0, 0x80])])),
    ],
    [
      'NUMBER_OUT_OF_RANGE',
      'a number above all doubles',
      record(JSON.stringify(insert).replace('"id":1', '"id":1,"x":1e400')),
    ],
    [
      'TOO_LARGE',
      'a value nested too deeply',
      record({ ...insert, after: { id: 1, x: JSON.parse('['.repeat(65) + ']'.repeat(65)) as unknown } }),
    ],
    [
      'TOO_LARGE',
      'a row of too many columns',
      record({ ...insert, after: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`c${i}`, 1])) }),
    ],
    [
      'TOO_LARGE',
      'a key of more than a megabyte',
      record(insert, { key: JSON.stringify({ id: 'x'.repeat(2 ** 20) }) }),
    ],
    ['UNKNOWN_RECORD', 'an object of no kind', record({ some: 'thing' })],
    ['UNKNOWN_OP', 'an unknown op', record({ ...insert, op: 'x' })],
    ['UNKNOWN_OP', 'a change without op', record({ ...insert, op: undefined })],
    ['BAD_ENVELOPE', 'a change without source', record({ ...insert, source: null })],
    ['BAD_ENVELOPE', 'a source without table', record({ ...insert, source: { ...source, table: undefined } })],
    ['BAD_ENVELOPE', 'a source without time', record({ ...insert, source: { ...source, ts_us: undefined } })],
    ['BAD_ENVELOPE', 'an insert without after', record({ ...insert, after: null })],
    ['BAD_ENVELOPE', 'an update without after', record({ ...insert, op: 'u', after: null })],
    ['BAD_ENVELOPE', 'a delete without before', record({ ...insert, op: 'd', after: null })],
    ['BAD_ENVELOPE', 'a delete with after', record({ ...insert, op: 'd', before: { id: 1 } })],
    ['BAD_ENVELOPE', 'a row without number', record({ ...insert, transaction: { id: '571:1' } })],
    [
      'BAD_ENVELOPE',
      'a row whose transaction id is malformed',
      record({ ...insert, transaction: { ...transaction, id: '571' } }),
    ],
    ['BAD_ENVELOPE', 'a snapshot row of an unknown place', record({ ...insert, op: 'r' })],
    ['BAD_ENVELOPE', 'a boundary of an unknown status', boundary({ status: 'MAYBE' })],
    ['BAD_ENVELOPE', 'an END without counts', boundary({ status: 'END' })],
    ['BAD_ENVELOPE', 'an END without position', boundary({ status: 'END', id: '571:x', event_count: 0 })],
    [
      'BAD_ENVELOPE',
      'an END beyond 64 bits',
      boundary({ status: 'END', id: '571:18446744073709551616', event_count: 0 }),
    ],
    ['NO_TRANSACTION_METADATA', 'a row without transaction', record({ ...insert, transaction: null })],
    ['KEY_MISSING', 'a row without key', record({ ...insert, after: { other: 1 } }, { key: null })],
    [
      'KEY_HAS_SCHEMA',
      'a key with its schema',
      record(insert, { key: '{"schema":{"type":"struct"},"payload":{"id":1}}' }),
    ],
    ['KEY_MISMATCH', 'a key that is not in the row', record(insert, { key: '{"id":2}' })],
    ['KEY_MISMATCH', 'a key of another column', record(insert, { key: '{"other":1}' })],
  ]
  it.each(broken)('halts with %s at %s', (code, _, one) => {
    expect(halt(one).code).toBe(code)
  })

  it('shows of a broken record its offset, length and hash, and nothing of its content', () => {
    const { message } = halt(record('{"name":"Zoë Secret"', { offset: 42 }))
    expect(message).toBe('offset 42: no JSON (21 bytes, sha256 71ab1bdf998a2707)')
  })
})

describe('a row', () => {
  it('has every integer exactly, however deep', () => {
    const text = JSON.stringify(insert).replace(
      '"id":1',
      '"id":1,"big":-9223372036854775808,"list":[9007199254740993,1],"double":1.7E308',
    )
    expect(change(record(text))).toMatchObject({
      after: { id: 1, big: -9223372036854775808n, list: [9007199254740993n, 1], double: 1.7e308 },
    })
  })

  it('has a key of 64 bits exactly', () => {
    const key = '{"id":9007199254740993}'
    const text = JSON.stringify(insert).replace('{"id":1}', key)
    expect(change(record(text, { key }))).toMatchObject({
      key: { id: 9007199254740993n },
      after: { id: 9007199254740993n },
    })
  })

  it('keeps columns with hostile names as data', () => {
    const row = '{"id":1,"__proto__":{"x":1},"constructor":null,"big":9007199254740993}'
    for (const text of [row, row.replace('9007199254740993', '1')]) {
      const message = decode(record(JSON.stringify(insert).replace('{"id":1}', text)))
      const after = message.kind === 'row' ? message.change?.after : null
      expect(after?.columns).toStrictEqual(['id', '__proto__', 'constructor', 'big'])
      expect(after?.get('__proto__')).toStrictEqual({ x: 1 })
      expect({}).not.toHaveProperty('x')
    }
  })

  it('tells null, empty and absent apart', () => {
    expect(change(record({ ...insert, after: { id: 1, a: null, b: '' } }))).toMatchObject({
      after: { id: 1, a: null, b: '' },
    })
  })

  it('of a truncate has neither images nor key', () => {
    const truncate = record({ ...insert, op: 't', after: null }, { key: null })
    expect(change(truncate)).toMatchObject({ op: 't', before: null, after: null, key: null })
  })

  it('has the key of its own columns when its record has none any more', () => {
    expect(change(record(insert, { key: null }))).toMatchObject({ key: { id: 1 } })
    const update = { ...insert, op: 'u', before: { id: 2 } }
    expect(change(record(update, { key: null }))).toMatchObject({ key: null })
  })

  it('has no key where the catalog does not prove that it tells rows apart', () => {
    const after = { id: 1, code: 'a' }
    const other = record({ ...insert, after }, { key: '{"code":"a"}' })
    expect(change(other)).toMatchObject({ key: null })
    const columns = [{ name: 'code', type: 'text', nullable: false }]
    const unique = { ...table, primaryKey: [], uniqueKeys: [['code']], columns }
    expect(change(other, unique)).toMatchObject({ key: { code: 'a' } })
    expect(change(other, { ...unique, columns: [] })).toMatchObject({ key: null })
    expect(change(record(insert), { ...table, deferrablePrimaryKey: true })).toMatchObject({ key: null })
    expect(change(record(insert), { ...table, replicaIdentity: 'index' })).toMatchObject({ key: null })
  })

  it('has its key in the order of the catalog, whatever the order of its record', () => {
    const key = change(record({ ...insert, after: { a: 1, b: 2 } }, { key: '{"b":2,"a":1}' }), {
      ...table,
      primaryKey: ['a', 'b'],
    })
    expect(Object.keys((key as RowChange).key ?? {})).toStrictEqual(['a', 'b'])
  })

  it('is an update of an unknown row, not two changes, where the old half of a changed key is made up', () => {
    const index = { ...table, replicaIdentity: 'index' } as const
    const headers = { '__debezium.newkey': '{"id":1}', '__debezium.oldkey': '{"id":0}' }
    const gone = record({ ...insert, op: 'd', before: { id: 0 }, after: null }, { key: '{"id":0}', headers })
    expect(decode(gone, index)).toMatchObject({ kind: 'row', change: null })
    expect(change(record(insert, { headers }), index)).toMatchObject({ op: 'u', before: null, key: null, rekey: null })
  })

  it('of a table without key needs none', () => {
    expect(change(record(insert, { key: null }), { ...table, primaryKey: [] })).toMatchObject({ key: null })
  })

  const erased = record({ ...insert, op: 'd', before: { id: 1, name: '', amount: 0, note: null }, after: null })

  it('without full replica identity knows nothing but the key of what was', () => {
    expect(change(erased, { ...table, replicaIdentity: 'default' })).toMatchObject({
      before: { id: 1, name: UNAVAILABLE, amount: UNAVAILABLE, note: UNAVAILABLE },
    })
  })

  it('with full replica identity knows all of what was', () => {
    expect(change(erased)).toMatchObject({ before: { id: 1, name: '', amount: 0, note: null } })
  })

  it('without full replica identity takes no null for one in columns that have no placeholder', () => {
    const columns = ['numeric(10,2)[]', 'text[]', 'bit(9)', 'bit(1)'].map((type) => ({
      name: type,
      type,
      nullable: true,
    }))
    const after = { id: 1, 'numeric(10,2)[]': null, 'text[]': null, 'bit(9)': null, 'bit(1)': null }
    const known = { ...after, 'numeric(10,2)[]': UNAVAILABLE, 'bit(9)': UNAVAILABLE }
    const update = { ...insert, op: 'u', after }
    const of = { ...table, columns, replicaIdentity: 'default' } as const
    expect(change(record(update), of)).toMatchObject({ after: known })
    expect(change(record({ ...update, op: 'c' }), of)).toMatchObject({ after })
    expect(change(record(update), { ...of, replicaIdentity: 'full' })).toMatchObject({ after })
  })

  it('names the other key when its key was changed', () => {
    const headers = { '__debezium.newkey': '{"id":2}', '__debezium.oldkey': '{"id":9007199254740993}' }
    const gone = record({ ...insert, op: 'd', before: { id: 1 }, after: null }, { headers })
    expect(change(gone)).toMatchObject({ rekey: { half: 'old', otherKey: { id: 2 } } })
    expect(change(record(insert, { headers }))).toMatchObject({
      rekey: { half: 'new', otherKey: { id: 9007199254740993n } },
    })
  })
})
