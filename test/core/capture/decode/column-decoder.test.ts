import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ColumnDecoder, columnDecoder } from '../../../../src/core/capture/decode/column-decoder.ts'
import type { CaptureSettings } from '../../../../src/core/capture/connector/capture-settings.ts'
import { OtherForm } from '../../../../src/core/capture/image/other-form.ts'
import { type Column, tableName } from '../../../../src/core/catalog/catalog.ts'
import {
  NEGATIVE_INFINITY,
  NOT_A_NUMBER,
  POSITIVE_INFINITY,
  UNAVAILABLE,
  type Value,
} from '../../../../src/core/values/value.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'

const settings: CaptureSettings = {
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  intervalHandling: 'string',
  hstoreHandling: 'json',
  unavailablePlaceholder: '~~not sent~~',
}

function decoder(type: string, more: Partial<Column> = {}): ColumnDecoder {
  const found = columnDecoder({ name: 'x', type, nullable: true, ...more }, settings)
  if (found.kind === 'unsupported') throw new Error(found.reason)
  return found
}

function failure(act: () => unknown): { readonly errorClass: string; readonly message: string } {
  try {
    act()
  } catch (error) {
    if (error instanceof ValueError) return { errorClass: error.errorClass, message: error.message }
    throw error
  }
  throw new Error('expected a ValueError')
}

const decoded: readonly (readonly [type: string, raw: unknown, value: Value])[] = [
  ['boolean', true, true],
  ['smallint', -32768, -32768],
  ['integer', 2147483647, 2147483647],
  ['bigint', 42, 42n],
  ['bigint', 9223372036854775807n, 9223372036854775807n],
  ['oid', 4294967295, 4294967295n],
  ['real', 1.5, 1.5],
  ['double precision', 'NaN', NOT_A_NUMBER],
  ['double precision', 'Infinity', POSITIVE_INFINITY],
  ['double precision', '-Infinity', NEGATIVE_INFINITY],
  ['double precision', -0, 0],
  ['numeric(10,2)', '12.50', 1250n],
  ['numeric(10,2)', '-0.05', -5n],
  ['numeric(10,2)', '12', 1200n],
  ['numeric(10,2)', '1.2E+3', 120000n],
  ['numeric(10,2)', '12.500', 1250n],
  ['numeric(10,2)', 'NAN', NOT_A_NUMBER],
  ['numeric(5,-2)', '12300', 12300n],
  ['numeric', '12.50', { unscaled: 1250n, scale: 2 }],
  ['numeric', '1E+3', { unscaled: 1000n, scale: 0 }],
  ['numeric', 'NEGATIVE_INFINITY', NEGATIVE_INFINITY],
  ['money', '-92233720368547758.08', -9223372036854775808n],
  ['text', '', ''],
  ['character varying(20)', 'Zoë', 'Zoë'],
  ['character(6)', 'AB    ', 'AB    '],
  ['public.citext', 'Mixed', 'Mixed'],
  ['interval', 'P1Y2M3DT4H5M6.78S', 'P1Y2M3DT4H5M6.78S'],
  ['uuid', '00112233-4455-6677-8899-aabbccddeeff', '00112233-4455-6677-8899-aabbccddeeff'],
  ['jsonb', '{"a": 1}', '{"a": 1}'],
  ['bytea', '00ff', Buffer.from([0, 255])],
  ['bytea', '', Buffer.alloc(0)],
  ['bit(1)', false, false],
  ['bit(10)', 'AQI=', Buffer.from([1, 2])],
  ['date', 19000, 19000],
  ['date', -2147472692, POSITIVE_INFINITY],
  ['date', -2147472691, NEGATIVE_INFINITY],
  ['date', 2146033979, POSITIVE_INFINITY],
  ['time without time zone', 86400000000, 86400000000000n],
  ['time(0) without time zone', 1000000, 1000000000n],
  ['timestamp without time zone', 1600000000123456, 1600000000123456n],
  ['timestamp(6) without time zone', -1, -1n],
  ['timestamp(3) without time zone', 1600000000123, 1600000000123000n],
  ['timestamp without time zone', 9223372036825200000n, POSITIVE_INFINITY],
  ['timestamp without time zone', -9223372036832400000n, NEGATIVE_INFINITY],
  ['timestamp without time zone', 9223372036854775807n, POSITIVE_INFINITY],
  ['timestamp without time zone', -9223372036854775808n, NEGATIVE_INFINITY],
  ['timestamp(3) without time zone', 9223372036825200n, POSITIVE_INFINITY],
  ['timestamp(3) without time zone', -9223372036832400n, NEGATIVE_INFINITY],
  ['timestamp(3) without time zone', 9223372036825200000n, POSITIVE_INFINITY],
  ['timestamp(3) without time zone', -9223372036832400000n, NEGATIVE_INFINITY],
  ['timestamp with time zone', '1970-01-01T00:00:00.000001Z', 1n],
  ['timestamp with time zone', '2024-02-29T12:00:00Z', 1709208000000000n],
  ['timestamp with time zone', '1970-01-01T01:30:00.5+01:30', 500000n],
  ['timestamp with time zone', '+10000-01-01T00:00:00Z', 253402300800000000n],
  ['timestamp with time zone', '-0043-03-15T00:00:00Z', -63517824000000000n],
  ['timestamp with time zone', 'infinity', POSITIVE_INFINITY],
  ['timestamp with time zone', '-infinity', NEGATIVE_INFINITY],
  ['bigint[]', [1, null, 9007199254740993n], [1n, null, 9007199254740993n]],
  ['timestamp(3) without time zone[]', [1], [1000n]],
  ['text[]', [], []],
]

describe('a column decoder', () => {
  it.each(decoded)('reads %s from %o', (type, raw, value) => {
    expect(decoder(type).decode(raw)).toStrictEqual(value)
  })

  const wrong: readonly (readonly [type: string, raw: unknown])[] = [
    ['boolean', 1],
    ['smallint', 32768],
    ['integer', 1.5],
    ['integer', '1'],
    ['bigint', 9007199254740992],
    ['bigint', 9223372036854775808n],
    ['double precision', 'nan'],
    ['numeric(10,2)', '1.005'],
    ['numeric(3,2)', '10.00'],
    ['numeric(10,2)', 12.5],
    ['numeric', '1E+999999'],
    ['numeric', ''],
    ['text', 1],
    ['bytea', '0f0'],
    ['bytea', 'zz'],
    ['bit(10)', '***'],
    ['date', '2020-01-01'],
    ['time without time zone', 86400000001],
    ['timestamp with time zone', '2023-02-29T00:00:00Z'],
    ['timestamp with time zone', '2023-02-28T24:00:00Z'],
    ['timestamp with time zone', '2023-02-28T00:00:00'],
    ['timestamp with time zone', '2023-02-28T00:00:00.0000001Z'],
    ['integer[]', 1],
    ['integer[]', ['1']],
  ]
  it.each(wrong)('refuses for %s the value %o', (type, raw) => {
    expect(failure(() => decoder(type).decode(raw)).errorClass).toBe('decode')
  })

  it('names the column and never the value', () => {
    expect(failure(() => decoder('integer').decode('secret')).message).toBe(
      'column x: expected an integer of 32 bits, got a text of 6 characters',
    )
  })

  it('tells null, empty and absent apart', () => {
    const { decode } = decoder('text')
    expect([decode(null), decode('')]).toStrictEqual([null, ''])
    expect(failure(() => decode(undefined))).toStrictEqual({
      errorClass: 'schemaDrift',
      message: 'column x is absent from the row',
    })
  })

  it('takes null in a column that the catalog calls NOT NULL for schema drift', () => {
    expect(failure(() => decoder('text', { nullable: false }).decode(null)).errorClass).toBe('schemaDrift')
  })

  const unsent: readonly (readonly [type: string, raw: unknown])[] = [
    ['text', '~~not sent~~'],
    ['jsonb', '~~not sent~~'],
    ['numeric(10,2)', '~~not sent~~'],
    ['numeric', '~~not sent~~'],
    ['bytea', '7e7e6e6f742073656e747e7e'],
    ['text[]', ['~~not sent~~']],
    ['bytea[]', ['7e7e6e6f742073656e747e7e']],
    ['integer[]', [...Buffer.from('~~not sent~~')]],
    ['date[]', [...Buffer.from('~~not sent~~')]],
    ['uuid[]', ['eceb5205-8a89-3530-8c3f-b4a027c75887']],
  ]
  it.each(unsent)('reads the placeholder in a %s as UNAVAILABLE', (type, raw) => {
    expect(decoder(type).decode(raw)).toBe(UNAVAILABLE)
  })

  it('passes on what the capture room knows to be unknown', () => {
    expect(decoder('integer').decode(UNAVAILABLE)).toBe(UNAVAILABLE)
  })

  it('reads an enum by the values of the catalog and takes a new one for an unknown code', () => {
    const { type, decode } = decoder('shop.order_status', { values: ['open', 'paid'] })
    expect(type).toStrictEqual({ kind: 'enum', values: ['open', 'paid'] })
    expect(decode('paid')).toBe('paid')
    expect(failure(() => decode('lost')).errorClass).toBe('unknownCode')
  })

  it('keeps a text a text when a CHECK lists its values', () => {
    expect(decoder('character(1)', { values: ['A', 'B'] }).type).toStrictEqual({ kind: 'string', padded: true })
  })

  it.each([
    ['point', 'has type point, which this version cannot read'],
    ['shop.text', 'has type shop.text, which this version cannot read'],
    ['money[]', 'has type money[]: the connector does not send arrays of money'],
    ['int(', 'has type int(, which is not spelled as PostgreSQL spells a type'],
  ])('reports %s as unsupported', (type, reason) => {
    expect(columnDecoder({ name: 'x', type, nullable: true }, settings)).toStrictEqual({ kind: 'unsupported', reason })
  })
})

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const special = fc.constantFrom<Value>(NOT_A_NUMBER, POSITIVE_INFINITY, NEGATIVE_INFINITY)
const infinity = fc.constantFrom<Value>(POSITIVE_INFINITY, NEGATIVE_INFINITY)
const text = fc.string({ unit: 'grapheme' })
/** From PostgreSQL's first timestamp, in 4713 BC, to the last year that 64 bits of µs hold whole. */
const us = fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_223_371_331_199_999_999n })
const [year31969, year131971] = [946_684_800_000_000_000n, 4_102_444_800_000_000_000n]
/** Whole doubles beyond 2^53 are the floats that the exact parser may hand over as bigints. */
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

const valuesOf: readonly (readonly [type: string, values: fc.Arbitrary<Value>])[] = [
  ['boolean', fc.boolean()],
  ['smallint', fc.integer({ min: -32768, max: 32767 })],
  ['integer', fc.integer()],
  ['bigint', long],
  ['real', double],
  ['double precision', fc.oneof(double, special)],
  ['numeric(20,4)', fc.oneof(fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }), special)],
  ['numeric(2,5)', fc.bigInt({ min: -99n, max: 99n })],
  ['numeric', fc.oneof(fc.record({ unscaled: fc.bigInt(), scale: fc.nat(40) }, { noNullPrototype: true }), special)],
  ['money', long],
  ['text', text],
  ['character(10)', text],
  ['uuid', fc.uuid()],
  ['jsonb', fc.json()],
  ['bytea', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  ['bit(40)', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  ['date', fc.oneof(fc.integer({ min: -2_440_588, max: 2_145_042_541 }), infinity)],
  ['time without time zone', fc.bigInt({ min: 0n, max: 86_400_000_000n }).map((value) => value * 1000n)],
  ['timestamp without time zone', fc.oneof(us, infinity)],
  [
    'timestamp(3) without time zone',
    fc.oneof(
      // Times that are likely µs where ms are promised are refused when they are read.
      us.map((value) => (value / 1000n) * 1000n).filter((value) => value < year31969 || value > year131971),
      infinity,
    ),
  ],
  ['timestamp with time zone', fc.oneof(us, infinity)],
  ['bigint[]', fc.array(fc.option(long))],
  ['timestamp with time zone[]', fc.array(fc.option(us))],
]

describe('a timestamp of at most three digits', () => {
  const at = (iso: string): number => Date.parse(iso) * 1000
  const { decode } = decoder('timestamp(3) without time zone')

  it.each(['2000-01-01T00:00:00Z', '2026-01-31T10:00:00.123Z', '2100-01-01T00:00:00Z'])(
    'is refused as drift of the schema where it comes as the microseconds of %s',
    (iso) => {
      expect(failure(() => decode(at(iso)))).toStrictEqual({
        errorClass: 'schemaDrift',
        message:
          'column x: microseconds where the catalog promises milliseconds, as if the column had been retyped to more than three digits',
      })
    },
  )

  it.each([
    ['20226-03-01', 576_074_419_200_000n],
    ['22026-03-01', 632_876_803_200_000n],
    ['31968-12-31', 946_684_799_999_999n],
    ['294276-12-31', 9_224_318_015_999_999n],
  ])('may be the year that somebody has mistyped: %s', (_, ms) => {
    expect(decode(ms)).toBe(ms * 1000n)
  })

  it('has no such limit where it has more digits', () => {
    const { decode: exact } = decoder('timestamp(4) without time zone')
    expect(exact(at('2026-01-31T10:00:00Z'))).toBe(BigInt(at('2026-01-31T10:00:00Z')))
  })
})

describe('a value that came in another form than a catalog promises', () => {
  const shop = tableName('shop', 'orders')
  const reader = (type: string): ColumnDecoder => {
    const found = columnDecoder({ name: 'at', type, nullable: true }, settings, shop)
    if (found.kind !== 'decoder') throw new Error(found.reason)
    return found
  }
  const raw = 1_769_853_600_123_000
  const came = new OtherForm(raw, 'io.debezium.time.MicroTimestamp')

  it('is read by who promises that form, and is drift of the schema to all others', () => {
    const later = reader('timestamp(6) without time zone')
    expect(later.decode(came)).toEqual(later.decode(raw))
    for (const [type, form] of [
      ['timestamp(3) without time zone', 'io.debezium.time.Timestamp'],
      ['date', 'io.debezium.time.Date'],
      ['bigint', 'int64'],
    ] as const) {
      expect(failure(() => reader(type).decode(came))).toStrictEqual({
        errorClass: 'schemaDrift',
        message: `column shop.orders.at is ${type} in the catalog, which comes as ${form}, and came as ${came.form}`,
      })
    }
  })
})

describe('encode', () => {
  it.each(valuesOf)('is undone by decode for %s', (type, values) => {
    const { encode, decode } = decoder(type)
    fc.assert(
      fc.property(fc.option(values), (value) => {
        expect(decode(encode(value))).toStrictEqual(value)
      }),
    )
  })

  it.each([
    ['integer', 1n],
    ['bigint', 1],
    ['time without time zone', 1n],
    ['timestamp(3) without time zone', 1n],
    ['text', 1],
    ['bytea', 'ff'],
  ])('refuses for %s a value of another type', (type, value) => {
    expect(failure(() => decoder(type).encode(value)).errorClass).toBe('decode')
  })
})
