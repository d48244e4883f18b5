import { describe, expect, it } from 'vitest'
import { ColumnForms, type PromisedForm } from '../../../src/core/capture/row/column-forms.ts'
import type { RecordPlace } from '../../../src/core/capture/record/raw-records.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { rawRecords } from './raw-log-of.ts'

const day: PromisedForm = { column: 'day', type: 'date', form: 'io.debezium.time.Date', use: 'key' }
const at: PromisedForm = {
  column: 'at',
  type: 'timestamp(3) without time zone',
  form: 'io.debezium.time.Timestamp',
  use: 'key',
}

const table = tableName('shop', 'orders')

function row(forms: string | null): RecordPlace {
  const headers: Readonly<Record<string, string>> = forms === null ? {} : { 'falsework.columns': forms }
  return { records: rawRecords([{ offset: 41, key: null, value: '{"secret":"4111"}', headers }]), index: 0 }
}

const pulled = '{"day":"io.debezium.time.Date","at":"io.debezium.time.Timestamp"}'

describe('the forms of the columns of a table', () => {
  it('pass as long as they are those of the catalog, whatever else the row has', () => {
    const forms = new ColumnForms(table, [day, at])
    for (const header of [pulled, pulled, null, '{"other":"int16"}', '{}', pulled]) {
      expect(() => forms.comparedAt(row(header))).not.toThrow()
    }
  })

  it('pass where a whole number of a key has another width: it tells the same row', () => {
    const forms = new ColumnForms(table, [{ column: 'no', type: 'bigint', form: 'int64', use: 'key' }])
    expect(forms.comparedAt(row('{"no":"int32"}'))?.others).toEqual(new Map())
    expect(() => forms.comparedAt(row('{"no":"string"}'))).toThrow(expect.objectContaining({ code: 'COLUMN_RETYPED' }))
  })

  it('raise COLUMN_RETYPED with offset, table, column and both forms, and no value', () => {
    const forms = new ColumnForms(table, [day, at])
    forms.comparedAt(row(pulled))
    expect(() => forms.comparedAt(row(pulled.replace('io.debezium.time.Date', 'int32')))).toThrow(
      expect.objectContaining({
        code: 'COLUMN_RETYPED',
        message: expect.stringMatching(
          /^offset 41: shop\.orders\.day is date in the catalog, which comes as io\.debezium\.time\.Date, and comes as int32 \(17 bytes, sha256 [0-9a-f]{16}\)$/,
        ) as unknown,
      }),
    )
  })

  it('raise it for every row of the other form, not only for the first', () => {
    const forms = new ColumnForms(table, [day])
    const integers = row('{"day":"int32"}')
    expect(() => forms.comparedAt(integers)).toThrow('comes as int32')
    expect(() => forms.comparedAt(integers)).toThrow('comes as int32')
    expect(() => forms.comparedAt(row(pulled))).not.toThrow()
    expect(() => forms.comparedAt(integers)).toThrow('comes as int32')
  })

  it('are compared with what was read, though the bytes that it stood in are used again', () => {
    const bytes = Buffer.from('{"day":"io.debezium.time.Date"}')
    const records = { ...rawRecords([{ key: null, value: '{}' }]), header: () => bytes }
    const forms = new ColumnForms(table, [day])
    forms.comparedAt({ records, index: 0 })
    bytes.write('{"day":"io.debezium.time.Time"}')
    expect(() => forms.comparedAt({ records, index: 0 })).toThrow('comes as io.debezium.time.Time')
  })

  it('must be those of every catalog, where mappings hold the table to several', () => {
    const later: PromisedForm = { ...at, type: 'timestamp(6)', form: 'io.debezium.time.MicroTimestamp' }
    const forms = new ColumnForms(table, [later, at])
    expect(() => forms.comparedAt(row(pulled))).toThrow('timestamp(6)')
    expect(() => forms.comparedAt(row(pulled.replace('Timestamp', 'MicroTimestamp')))).toThrow('timestamp(3)')
  })

  it('are found under any name that a column may have', () => {
    const promised = ['constructor', '__proto__', 'a"b'].map((column) => ({ ...day, column }))
    for (const { column } of promised) {
      const forms = new ColumnForms(table, [{ ...day, column }])
      expect(() => forms.comparedAt(row(`{${JSON.stringify(column)}:"int32"}`))).toThrow('comes as int32')
      expect(() => forms.comparedAt(row('{}'))).not.toThrow()
    }
  })
})
