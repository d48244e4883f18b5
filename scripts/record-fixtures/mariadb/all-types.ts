/** Every type of MariaDB's columns with values at its ends. */
import { parseExact } from '../exact-json.ts'
import type { RecordedRecord } from '../raw-topic.ts'
import type { CapturedMariadb } from './captured-mariadb.ts'

export interface RecordedMariadbValue {
  /** As `information_schema.columns.column_type` spells it. */
  readonly type: string
  /** The value as MariaDB itself writes it; binary ones in hexadecimal. */
  readonly text: string
  /** What stood in the image of a row that was streamed, with all digits; null where the connector has sent null for a value. */
  readonly raw: unknown
  /** What `falsework.connect.ColumnForms` calls the form of its column. */
  readonly form: string
  /** The same of a row that a snapshot has read. */
  readonly snapshot: { readonly raw: unknown; readonly form: string }
}

/** Definitions of columns, and values as expressions. */
const types: readonly (readonly [definition: string, ...values: string[]])[] = [
  ['tinyint', '-128', '127'],
  ['tinyint unsigned', '255'],
  ['tinyint(1)', '0', '1', '-128', '127'],
  ['boolean', 'true'],
  ['smallint', '-32768', '32767'],
  ['smallint unsigned', '65535'],
  ['mediumint', '-8388608', '8388607'],
  ['mediumint unsigned', '16777215'],
  ['int', '-2147483648', '2147483647'],
  ['int unsigned', '4294967295'],
  ['int(5) unsigned zerofill', '7'],
  ['bigint', '-9223372036854775808', '9223372036854775807', '9007199254740993'],
  ['bigint unsigned', '18446744073709551615', '9223372036854775808', '0'],
  ['bit(1)', `b'0'`, `b'1'`],
  ['bit(8)', `b'10000001'`],
  ['bit(20)', `b'10000000000000000001'`],
  ['bit(64)', `b'1000000000000000000000000000000000000000000000000000000000000001'`],
  ['float', '1.5', '-3.40282e38', '0.1'],
  ['float(7,2)', '12345.67'],
  ['double', '1e-300', '-1.7976931348623157e308', '0.1'],
  ['double(10,3)', '1234567.891'],
  ['decimal(10,2)', '-99999999.99', '0.00', '0.05'],
  ['decimal(65,30)', '12345678901234567890123456789012345.123456789012345678901234567890'],
  ['decimal(20,0)', '99999999999999999999'],
  ['decimal(10,2) unsigned', '99999999.99'],
  ['date', `'1000-01-01'`, `'9999-12-31'`, `'0000-00-00'`, `'1969-12-31'`, `'0001-01-01'`],
  ['time', `'-838:59:59'`, `'838:59:59'`, `'00:00:00'`, `'23:59:59'`],
  ['time(3)', `'12:00:00.123'`],
  ['time(6)', `'-12:00:00.123456'`, `'838:59:59.999999'`],
  ['datetime', `'1000-01-01 00:00:00'`, `'9999-12-31 23:59:59'`, `'0000-00-00 00:00:00'`, `'1969-12-31 23:59:59'`],
  ['datetime(3)', `'2024-02-29 12:00:00.123'`],
  ['datetime(6)', `'2024-02-29 12:00:00.123456'`, `'9999-12-31 23:59:59.999999'`, `'0000-00-00 00:00:00'`],
  ['timestamp null', `'1970-01-01 00:00:01'`, `'2038-01-19 03:14:07'`, `'0000-00-00 00:00:00'`],
  ['timestamp(6) null', `'2024-02-29 12:00:00.123456'`, `'2024-02-29 12:00:00'`],
  ['date not null', `'0000-00-00'`, `'2024-02-29'`],
  ['datetime not null', `'0000-00-00 00:00:00'`],
  ['timestamp not null', `'0000-00-00 00:00:00'`],
  ['year', '1901', '2155', '0'],
  ['char(5)', `'ab'`, `'ab  '`, `''`],
  ['varchar(9)', `'ab  '`, `'Zoë 🙂'`, `''`],
  ['char(5) character set latin1', `'Zoë'`],
  ['varchar(9) character set utf8mb3 collate utf8mb3_bin', `'Zoë'`],
  ['tinytext', `'a'`],
  ['text', `'a\\nb'`],
  ['mediumtext', `'a'`],
  ['longtext', `'a'`],
  ['binary(4)', `x'00ff'`, `x'00ff0000'`, `x''`],
  ['varbinary(9)', `x'00ff00'`, `x''`],
  ['tinyblob', `x'00ff'`],
  ['blob', `x'00ff'`],
  ['mediumblob', `x'00ff'`],
  ['longblob', `x'00ff'`],
  [`enum('new','in work','it''s','')`, `'new'`, `'it''s'`, `''`],
  [`enum('a,b','c')`, `'a,b'`],
  [`set('read','write','admin')`, `'read,admin'`, `''`, `'write'`],
  ['json', `'{"a": 1}'`, `'[1, 2]'`, `'null'`],
  ['uuid', `'00112233-4455-6677-8899-aabbccddeeff'`],
  ['point', `ST_GeomFromText('POINT(1 2)')`],
  ['geometry', `ST_GeomFromText('LINESTRING(0 0,1 1)')`],
]

const isBinary = (type: string): boolean => /^(binary|varbinary|(tiny|medium|long)?blob|bit|point|geometry)/.test(type)

/** Zero dates and enum values that are none are written as old applications do. */
const asOldApplications = `SET sql_mode = '', time_zone = '+00:00'`

const insert = (number: number, values: readonly string[], firstId: number): readonly string[] =>
  values.map((value, index) => `INSERT INTO type_${number} VALUES (${firstId + index}, ${value})`)

/** Year 0000: reading it ends the connector's task. */
const endsSnapshots = (definition: string, value: string): boolean => definition === 'year' && value === '0'

/** One table for each type, so that one that ends the connector's task can be told; each with a row for each value. */
export const typeTables: readonly string[] = [
  asOldApplications,
  ...types.flatMap(([definition, ...values], number) => [
    `CREATE TABLE type_${number} (id int PRIMARY KEY, v ${definition})`,
    ...insert(
      number,
      values.filter((value) => !endsSnapshots(definition, value)),
      0,
    ),
  ]),
]

const streamedFrom = 100

/** `snapshot`: the records of the snapshot of `typeTables`. Writes the same values again, to be streamed. */
export async function recordMariadbTypes(
  database: CapturedMariadb,
  snapshot: readonly RecordedRecord[],
): Promise<readonly RecordedMariadbValue[]> {
  await database.sql(asOldApplications)
  for (const [number, [, ...values]] of types.entries()) {
    for (const statement of insert(number, values, streamedFrom)) await database.sql(statement)
  }
  const images = imagesOf([...snapshot, ...(await database.cut())])
  const recorded: RecordedMariadbValue[] = []
  for (const [number, [definition, ...values]] of types.entries()) {
    const table = `type_${number}`
    const [column] = await database.rows(
      `SELECT column_type AS type FROM information_schema.columns
       WHERE table_schema = database() AND table_name = '${table}' AND column_name = 'v'`,
    )
    const type = `${String(column?.['type'])}${definition.includes('not null') ? ' not null' : ''}`
    const shown = isBinary(type) ? 'hex(v)' : 'cast(v AS char)'
    const texts = await database.rows(`SELECT ${shown} AS text FROM ${table} WHERE id >= ${streamedFrom} ORDER BY id`)
    for (const id of values.keys()) {
      const [read, streamed] = [images.get(`${table} ${id}`), images.get(`${table} ${id + streamedFrom}`)]
      recorded.push({
        type,
        text: String(texts[id]?.['text']),
        raw: streamed?.raw ?? null,
        form: streamed?.form ?? 'none',
        snapshot: { raw: read?.raw ?? null, form: read?.form ?? 'none' },
      })
    }
  }
  return recorded
}

interface Image {
  readonly raw: unknown
  readonly form: string
}

/** By table and id. */
function imagesOf(records: readonly RecordedRecord[]): ReadonlyMap<string, Image> {
  const images = new Map<string, Image>()
  for (const { value, headers } of records) {
    const { after, source } = parseExact(value ?? '{}') as {
      readonly after?: Readonly<Record<string, unknown>> | null
      readonly source?: { readonly table?: string }
    }
    if (after === null || after === undefined) continue
    const forms = JSON.parse(headers['falsework.columns'] ?? '{}') as Readonly<Record<string, string>>
    images.set(`${source?.table ?? ''} ${Number(after['id'])}`, { raw: after['v'], form: forms['v'] ?? 'none' })
  }
  return images
}
