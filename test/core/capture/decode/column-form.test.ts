/** The form that the connector (3.6, 3.7) calls each type by, in the schema of a record. */
import { describe, expect, it } from 'vitest'
import { columnForm } from '../../../../src/core/capture/decode/column-decoder.ts'
import { postgresTypes } from '../../../../src/core/capture/decode/postgres-types.ts'
import { parseColumnType } from '../../../../src/core/capture/decode/column-type.ts'
import { recordedSettings } from '../raw-log-of.ts'
import type { Column } from '../../../../src/core/catalog/catalog.ts'

const formOf = (type: string, more: Partial<Column> = {}): string | null =>
  columnForm({ name: 'x', type, nullable: true, ...more }, recordedSettings)

const forms: readonly (readonly [type: string, form: string])[] = [
  ['boolean', 'boolean'],
  ['smallint', 'int16'],
  ['integer', 'int32'],
  ['bigint', 'int64'],
  ['oid', 'int64'],
  ['real', 'float32'],
  ['double precision', 'float64'],
  ['numeric', 'string'],
  ['numeric(10,2)', 'string'],
  ['money', 'string'],
  ['text', 'string'],
  ['character varying(80)', 'string'],
  ['citext', 'string'],
  ['ext.citext', 'string'],
  ['character(6)', 'string'],
  ['"char"', 'string'],
  ['inet', 'string'],
  ['cidr', 'string'],
  ['macaddr', 'string'],
  ['macaddr8', 'string'],
  ['int4range', 'string'],
  ['int8range', 'string'],
  ['numrange', 'string'],
  ['tsrange', 'string'],
  ['tstzrange', 'string'],
  ['daterange', 'string'],
  ['bytea', 'string'],
  ['xml', 'io.debezium.data.Xml'],
  ['ltree', 'io.debezium.data.Ltree'],
  ['tsvector', 'io.debezium.data.Tsvector'],
  ['uuid', 'io.debezium.data.Uuid'],
  ['json', 'io.debezium.data.Json'],
  ['jsonb', 'io.debezium.data.Json'],
  ['bit', 'boolean'],
  ['bit(1)', 'boolean'],
  ['bit(2)', 'io.debezium.data.Bits'],
  ['bit varying', 'io.debezium.data.Bits'],
  ['bit varying(1)', 'boolean'],
  ['bit varying(8)', 'io.debezium.data.Bits'],
  ['interval', 'io.debezium.time.Interval'],
  ['date', 'io.debezium.time.Date'],
  ['time without time zone', 'io.debezium.time.MicroTime'],
  ['time(3) without time zone', 'io.debezium.time.MicroTime'],
  ['time with time zone', 'io.debezium.time.ZonedTime'],
  ['timestamp(0) without time zone', 'io.debezium.time.Timestamp'],
  ['timestamp(3) without time zone', 'io.debezium.time.Timestamp'],
  ['timestamp(4) without time zone', 'io.debezium.time.MicroTimestamp'],
  ['timestamp without time zone', 'io.debezium.time.MicroTimestamp'],
  ['timestamp(3) with time zone', 'io.debezium.time.ZonedTimestamp'],
  ['integer[]', 'array<int32>'],
  ['timestamp(3) without time zone[]', 'array<io.debezium.time.Timestamp>'],
]

describe('the form of a column', () => {
  it.each(forms)('of type %s is %s', (type, form) => {
    expect(formOf(type)).toBe(form)
  })

  it('is that of an enum where only the catalog knows the values', () => {
    expect(formOf('shop.mood', { values: ['calm'] })).toBe('io.debezium.data.Enum')
    expect(formOf('shop.mood[]', { values: ['calm'] })).toBe('array<io.debezium.data.Enum>')
    expect(formOf('character(1)', { values: ['N', 'S'] })).toBe('string')
  })

  it('is not promised where the column cannot be read', () => {
    expect(formOf('polygon')).toBeNull()
    expect(formOf('money[]')).toBeNull()
    expect(formOf('integer', { generated: true })).toBeNull()
    expect(formOf('no type at all ((')).toBeNull()
  })

  it('is said here of every type that is read', () => {
    const named = new Set(forms.map(([type]) => parseColumnType(type)?.name))
    expect([...postgresTypes.keys()].filter((name) => !named.has(name))).toEqual([])
  })
})
