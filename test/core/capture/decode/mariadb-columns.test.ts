/** Values of MariaDB as they arrive: at the ends of their ranges, beyond them, and in forms that were not recorded. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ColumnDecoder, columnDecoder, columnForm } from '../../../../src/core/capture/decode/column-decoder.ts'
import { parseMariadbType } from '../../../../src/core/capture/decode/mariadb/mariadb-type.ts'
import { mariadbTypes } from '../../../../src/core/capture/decode/mariadb/mariadb-types.ts'
import type { Column } from '../../../../src/core/catalog/catalog.ts'
import { NOT_A_NUMBER, type Value } from '../../../../src/core/values/value.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { mariadbSettings as settings } from '../raw-log-of.ts'

const columnOf = (type: string, more: Partial<Column> = {}): Column => ({ name: 'x', type, nullable: true, ...more })

function decoder(type: string, more: Partial<Column> = {}): ColumnDecoder {
  const found = columnDecoder(columnOf(type, more), settings)
  if (found.kind === 'unsupported') throw new Error(found.reason)
  return found
}

function classOf(act: () => unknown): string | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof ValueError) return error.errorClass
    throw error
  }
}

const mood = { values: ['sad', 'ok'] }

/** Those whose values come back as they came. */
const decoded: readonly (readonly [type: string, raw: unknown, value: Value, more?: Partial<Column>])[] = [
  ['tinyint(4)', -128, -128],
  ['tinyint(1)', 2, 2],
  ['tinyint(3) unsigned', 255, 255],
  ['smallint(6)', -32768, -32768],
  ['smallint(5) unsigned', 65535, 65535],
  ['mediumint(9)', -8388608, -8388608],
  ['mediumint(8) unsigned', 16777215, 16777215],
  ['int(11)', 2147483647, 2147483647],
  ['int(10) unsigned', 4294967295, 4294967295n],
  ['int(5) unsigned zerofill', 7, 7n],
  ['bigint(20)', -9223372036854775808n, -9223372036854775808n],
  ['bigint(20) unsigned', 42, 42n],
  ['bigint(20) unsigned', 9223372036854775807n, 9223372036854775807n],
  ['bigint(20) unsigned', -9223372036854775808n, 9223372036854775808n],
  ['bigint(20) unsigned', -1, 18446744073709551615n],
  ['bigint unsigned', -2, 18446744073709551614n],
  ['decimal(10,2)', '-12.50', -1250n],
  ['decimal(65,30)', '0.000000000000000000000000000001', 1n],
  ['decimal(10,0) unsigned', '4294967296', 4294967296n],
  ['float', 1.5, 1.5],
  ['float(7,3)', 1.5, 1.5],
  ['double unsigned', 1e300, 1e300],
  ['bit(1)', true, true],
  ['bit(9)', 'AQE=', Buffer.from([1, 1])],
  ['year(4)', 2155, 2155],
  ['year(4)', 0, 0],
  ['date', -719528, -719528],
  ['date', 2932896, 2932896],
  ['time', 0, 0n],
  ['time(6)', 86399999999, 86399999999000n],
  ['datetime', 1600000000000, 1600000000000000n],
  ['datetime(3)', -62167219200000, -62167219200000000n],
  ['datetime(4)', 1600000000123400, 1600000000123400n],
  ['datetime(6)', 253402300799999999n, 253402300799999999n],
  ['datetime /* mariadb-5.3 */', 0, 0n],
  ['timestamp', '2038-01-19T03:14:07Z', 2147483647000000n],
  ['timestamp(6)', '1970-01-01T00:00:01.000001Z', 1000001n],
  ['char(3)', 'AB', 'AB'],
  ['varchar(20)', 'Zoë', 'Zoë'],
  ['longtext', '', ''],
  ['json', '{"a": 1}', '{"a": 1}'],
  ["enum('sad','ok')", 'ok', 'ok', mood],
  ["enum('a(b','c)')", 'c)', 'c)', { values: ['a(b', 'c)'] }],
  ["set('x','y')", 'x,y', 'x,y', { values: ['x', 'y'] }],
  ["set('x','y')", '', '', { values: ['x', 'y'] }],
  ['uuid', '00112233-4455-6677-8899-aabbccddeeff', '00112233-4455-6677-8899-aabbccddeeff'],
  ['int(11)', 10, 10, { generated: true }],
  ['binary(4)', '00ff0000', Buffer.from([0, 255, 0, 0])],
  ['varbinary(9)', '00ff', Buffer.from([0, 255])],
  ['blob', '', Buffer.alloc(0)],
]

interface Case {
  readonly type: string
  readonly raw: unknown
  readonly value: Value
  readonly more: Partial<Column>
}
const cases = decoded.map(([type, raw, value, more = {}]): Case => ({ type, raw, value, more }))

describe('a column of MariaDB', () => {
  it.each(cases)('of type $type is read: $raw', ({ type, raw, value, more }) => {
    const { decode, encode } = decoder(type, more)
    expect(decode(raw)).toEqual(value)
    // An instant is written with all of its digits.
    expect(decode(encode(value))).toEqual(value)
  })

  it('is shown here with a value of each type that is read', () => {
    const shown = new Set(decoded.map(([type]) => parseMariadbType(type)?.name))
    const alike = /^(tiny|medium)?(text|blob)$|^longblob$|^(float unsigned|double)$/
    expect([...mariadbTypes.keys()].filter((name) => !shown.has(name) && !alike.test(name))).toEqual([])
  })

  it('reads what a connector writes otherwise as the same value', () => {
    expect(decoder('tinyint(1)').decode(true)).toBe(1)
    expect(decoder('tinyint(1)').decode(false)).toBe(0)
    expect(decoder('year(4)').decode(1900)).toBe(0)
    expect(decoder('binary(4)').decode('00ff')).toEqual(Buffer.from([0, 255, 0, 0]))
    expect(decoder('double').decode('NaN')).toBe(NOT_A_NUMBER)
  })

  it.each([
    ['tinyint(4)', 128],
    ['tinyint(3) unsigned', -1],
    ['smallint(5) unsigned', 65536],
    ['mediumint(9)', 8388608],
    ['bigint(20) unsigned', 18446744073709551615n],
    ['decimal(5,2)', '1000.00'],
    ['decimal(5,2)', 12.5],
    ['year(4)', 2156],
    ['year(4)', 1899],
    ['date', 2932897],
    ['time', -1],
    ['time', -3020399000000],
    ['time', 86400000001],
    ['datetime(6)', 253402300800000000n],
    ['timestamp', '2024-02-29 12:00:00'],
    ['timestamp', 'infinity'],
    ['varbinary(9)', 'AP8='],
    ['json', { a: 1 }],
  ])('of type %s refuses %s', (type, raw) => {
    expect(classOf(() => decoder(type).decode(raw))).toBe('decode')
  })

  it('knows microseconds where milliseconds are promised', () => {
    expect(classOf(() => decoder('datetime(3)').decode(1600000000000000))).toBe('schemaDrift')
  })

  it('takes what an enum does not have for an unknown code, the text of an invalid value too', () => {
    for (const raw of ['fine', '']) {
      expect(classOf(() => decoder("enum('sad','ok')", mood).decode(raw))).toBe('unknownCode')
    }
  })

  it.each([
    ['point', {}, 'has type point, which this version cannot read'],
    ['geometry', {}, 'has type geometry, which this version cannot read'],
    ['inet6', {}, 'has type inet6, which this version cannot read'],
    ['Int ((', {}, 'has type Int ((, which is not spelled as MariaDB spells a type'],
  ])('of type %s %j is refused with the reason', (type, more, reason) => {
    expect(columnDecoder(columnOf(type, more), settings)).toEqual({ kind: 'unsupported', reason })
    expect(columnForm(columnOf(type, more), settings)).toBeNull()
  })

  it('reads 0000-00-00 of a nullable timestamp as null, which comes as the beginning of 1970', () => {
    expect(decoder('timestamp').decode('1970-01-01T00:00:00Z')).toBeNull()
    expect(decoder('timestamp', { nullable: false }).decode('1970-01-01T00:00:00Z')).toBe(0n)
  })

  it('reads a value of an enum with a comma, escaped or not, unless another value looks like that', () => {
    const { decode } = decoder("enum('a,b','c')", { values: ['a,b', 'c'] })
    expect([String.raw`a\,b`, 'a,b', 'c'].map(decode)).toEqual(['a,b', 'a,b', 'c'])
    expect(classOf(() => decode(String.raw`a\,c`))).toBe('unknownCode')
    const odd = decoder('enum', { values: ['a,b', String.raw`a\,b`] })
    expect(classOf(() => odd.decode(String.raw`a\,b`))).toBe('decode')
    expect(odd.decode('a,b')).toBe('a,b')
  })

  it('writes what it reads, every unsigned number of 64 bits', () => {
    const { decode, encode } = decoder('bigint(20) unsigned')
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(decode(encode(value))).toBe(value)
      }),
    )
  })
})

describe('the form of a column of MariaDB', () => {
  it.each([
    ['smallint(6)', 'int16'],
    ['smallint(5) unsigned', 'int32'],
    ['mediumint(8) unsigned', 'int32'],
    ['int(11)', 'int32'],
    ['int(10) unsigned', 'int64'],
    ['bigint(20) unsigned', 'int64'],
    ['decimal(10,2)', 'string'],
    ['float', 'float32'],
    ['float(7,3)', 'float64'],
    ['double', 'float64'],
    ['bit(1)', 'boolean'],
    ['bit(2)', 'io.debezium.data.Bits'],
    ['year(4)', 'io.debezium.time.Year'],
    ['date', 'io.debezium.time.Date'],
    ['time(2)', 'io.debezium.time.MicroTime'],
    ['datetime', 'io.debezium.time.Timestamp'],
    ['datetime(3)', 'io.debezium.time.Timestamp'],
    ['datetime(4)', 'io.debezium.time.MicroTimestamp'],
    ['timestamp(6)', 'io.debezium.time.ZonedTimestamp'],
    ['varchar(9)', 'string'],
    ["enum('a')", 'io.debezium.data.Enum'],
    ["set('a')", 'io.debezium.data.EnumSet'],
    ['binary(4)', 'string'],
    ['blob', 'string'],
  ])('of type %s is %s', (type, form) => {
    expect(columnForm(columnOf(type), settings)).toBe(form)
  })

  it.each(['tinyint(1)', 'tinyint(3) unsigned', 'json'])(
    'of type %s is not promised: the connector has two',
    (type) => {
      expect(columnForm(columnOf(type), settings)).toBeNull()
    },
  )
})
