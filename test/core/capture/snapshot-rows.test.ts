/** Rows of initial, incremental and blocking snapshots, as the connector was recorded to send them. */
import { describe, expect, it } from 'vitest'
import type { CaptureMessage, SnapshotRowMessage } from '../../../src/core/capture/capture-message.ts'
import { MessageDecoder } from '../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import type { RawFormat } from '../../../src/core/capture/raw-format.ts'
import { type Table, type TableName, tableName } from '../../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { keepBytes } from '../../../src/core/transaction/open-transaction.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { shown } from '../images.ts'
import { Converter } from './avro/avro-of.ts'
import { historyTables, rawRecords, recorded, recordedTables, type TextRecord } from './raw-log-of.ts'
import { wrapped } from './record/with-schema.ts'

const tables = new Map([...recordedTables, ...historyTables])
const orders = tableName('shop', 'orders')

/** A decoder of the form, and the record in it. */
function reader(format: RawFormat, of: ReadonlyMap<TableName, Table> = tables) {
  const converter = new Converter()
  const options = { dialect: postgresDialect, tables: of, writerSchemas: converter.schemas }
  const forms = {
    json: (record: TextRecord) => record,
    jsonWithSchema: wrapped,
    avro: (record: TextRecord) => converter.recordOf(record),
  }
  return { decoder: new MessageDecoder({ ...options, format }), formOf: forms[format] }
}

const isSnapshotRow = (message: CaptureMessage): message is SnapshotRowMessage => message.kind === 'snapshotRow'

function snapshotRows(name: string, format: RawFormat, of = tables): readonly SnapshotRowMessage[] {
  const { decoder, formOf } = reader(format, of)
  return recorded(name)
    .map((record) => decoder.decode(rawRecords([formOf(record)]), 0))
    .filter(isSnapshotRow)
}

const summary = ({ place, table, change }: SnapshotRowMessage): string =>
  `${place} ${table} ${JSON.stringify(change?.key)} ${JSON.stringify(change?.after?.get('note') ?? null)}`

const told = ({ table, place, offset, change }: SnapshotRowMessage): unknown => shown({ table, place, offset, change })

/** What both snapshots have read. */
const ordersAndPlain = [
  'firstOfTable shop.orders {"id":1} null',
  'middle shop.orders {"id":2} "paid"',
  'middle shop.orders {"id":3} null',
  'firstOfTable shop.plain {"id":1} "x"',
  'last shop.plain {"id":2} null',
]

describe.each(['json', 'jsonWithSchema', 'avro'] as const)('a row of a snapshot, in %s', (format) => {
  it('is one that the initial snapshot has read', () => {
    const rows = snapshotRows('initial-snapshot', format)
    expect(rows.map(summary)).toEqual(ordersAndPlain)
    expect(shown(rows[1]?.change)).toEqual({
      table: orders,
      op: 'r',
      before: null,
      after: { id: 2, state: 'P', total: '20.00', note: 'paid' },
      key: { id: 2 },
      rekey: null,
      committedAtUs: 1_795_487_424_037_160n,
      offset: 1,
    })
  })

  it('is one that an incremental snapshot has read, with the columns of then', () => {
    const [first, ...more] = snapshotRows('incremental-snapshot', format)
    expect([first, ...more].every((row) => row?.place === 'incremental')).toBe(true)
    expect(more.length).toBe(7)
    expect(shown(first?.change)).toMatchObject({
      op: 'r',
      before: null,
      after: { id: 1, state: 'S', total: '10.00', note: 'm', added: 1 },
      key: { id: 1 },
      committedAtUs: 1_795_487_428_331_641n,
    })
  })

  it('is one that a blocking snapshot has read', () => {
    expect(snapshotRows('blocking-snapshot', format).map(summary)).toEqual(ordersAndPlain)
  })

  it('is one of a snapshot that begins anew after the connector was killed in it', () => {
    const rows = snapshotRows('killed-in-snapshot', format)
    expect(rows.length).toBe(77)
    expect(rows.every(({ change }) => change?.key !== null && change?.after !== null)).toBe(true)
  })

  it('has no change where its table is not read', () => {
    const all = snapshotRows('initial-snapshot', format)
    const none = snapshotRows('initial-snapshot', format, new Map())
    expect(none.map(({ change }) => change)).toEqual(all.map(() => null))
    expect(none.map(({ place, table }) => [place, table])).toEqual(all.map(({ place, table }) => [place, table]))
  })

  it('is read from a copy when its bytes are used again', () => {
    for (const name of ['initial-snapshot', 'incremental-snapshot', 'blocking-snapshot']) {
      const { decoder, formOf } = reader(format)
      const records = recorded(name).map(formOf)
      const own = records.map(({ key, value, ...rest }) => {
        return { ...rest, key: key === null ? null : Buffer.from(key), value: Buffer.from(value ?? '') }
      })
      for (const record of own) {
        const message = decoder.decode(rawRecords([record]), 0)
        if (message.kind !== 'snapshotRow') continue
        const before = told(message)
        keepBytes(message)
        record.key?.fill(0xff)
        record.value.fill(0xff)
        expect(told(message)).toEqual(before)
      }
    }
  })

  it('has the bytes of its record, and those that its image is a slice of', () => {
    const { decoder, formOf } = reader(format)
    const records = recorded('initial-snapshot').map(formOf)
    const raw = rawRecords(records)
    const [, second] = records.map((_, index) => decoder.decode(raw, index)).filter(isSnapshotRow)
    expect(second?.value?.bytes.length).toBe(second?.bytes)
    expect(second?.key?.bytes.length).toBeGreaterThan(0)
  })
})

describe('a row of a snapshot', () => {
  const made = tableName('made', 'flags')
  const columns = [
    { name: 'id', type: 'integer', nullable: false },
    { name: 'bits', type: 'bit varying(8)', nullable: true },
  ]
  const flags: Table = {
    name: made,
    columns,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'default',
  }
  const source = { ts_us: 5, schema: 'made', table: 'flags' }
  const envelope = { before: null, after: { id: 1, bits: null }, source: { ...source, snapshot: 'incremental' } }
  const row = { ...envelope, transaction: null, op: 'r', ts_ms: 1 }
  const place = { id: '571:16', total_order: 1, data_collection_order: 1 }
  const update = { ...row, source: { ...source, snapshot: 'false' }, transaction: place, op: 'u' }

  /** Read behind a record of the same form, so that it takes the short way where it can. */
  function decode(value: unknown, more: Partial<TextRecord> = {}, promised = false): CaptureMessage {
    const form = { column: 'id', type: 'integer', form: 'int32', use: 'key' } as const
    const decoder = new MessageDecoder({
      dialect: postgresDialect,
      tables: new Map([[made, flags]]),
      format: 'json',
      ...(promised ? { promisedForms: new Map([[made, [form]]]) } : {}),
    })
    decoder.decode(rawRecords([{ key: '{"id":1}', value: JSON.stringify(row) }]), 0)
    return decoder.decode(rawRecords([{ key: '{"id":1}', value: JSON.stringify(value), ...more }]), 0)
  }

  const bitsOf = (message: CaptureMessage): unknown =>
    message.kind === 'row' || message.kind === 'snapshotRow' ? message.change?.after?.get('bits') : 'none'

  it('says null where an update says that nothing is known', () => {
    expect(bitsOf(decode(row))).toBeNull()
    expect(bitsOf(decode(update))).toBe(UNAVAILABLE)
  })

  it('is no half of a changed key, whatever its headers say', () => {
    const headers = { '__debezium.oldkey': '{"id":2}', '__debezium.newkey': '{"id":2}' }
    expect(decode(row, { headers })).toMatchObject({ change: { op: 'r', rekey: null } })
  })

  it('has the key of its own columns when its record has none', () => {
    expect(shown(decode(row, { key: null }))).toMatchObject({ key: null, change: { key: { id: 1 } } })
  })

  it.each([
    ['KEY_MISMATCH', row, { key: '{"id":2}' }],
    ['KEY_MISSING', { ...row, after: { bits: null } }, { key: null }],
    ['KEY_HAS_SCHEMA', row, { key: '{"schema":{},"payload":{"id":1}}' }],
    ['BAD_ENVELOPE', { ...row, after: null }, {}],
    ['BAD_ENVELOPE', { ...row, source: { ...row.source, snapshot: 'later' } }, {}],
    ['BAD_ENVELOPE', { ...row, source: { ...row.source, ts_us: 'now' } }, {}],
    ['COLUMN_RETYPED', row, { headers: { 'falsework.columns': '{"id":"string"}' } }],
  ])('halts by name: %s', (code, value, more) => {
    expect(() => decode(value, more, true)).toThrow(FalseworkError)
    expect(() => decode(value, more, true)).toThrow(expect.objectContaining({ code }))
  })
})
