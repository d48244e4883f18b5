/** Every type that a catalog of PostgreSQL can name, as a scalar and as an array, with values at its ends. */
import type { CapturedDatabase } from './captured-database.ts'
import { parseExact } from './exact-json.ts'

export interface RecordedValue {
  /** As `format_type` spells it. */
  readonly type: string
  /** The value, as PostgreSQL itself writes it. */
  readonly text: string
  /** What stood in the row's image, with all digits; null where the connector has sent null for a value. */
  readonly raw: unknown
  /** What `falsework.connect.ColumnForms` calls the form of its column. */
  readonly form: string
}

/** Values as literals; of those that PostgreSQL does not take, the script says so. */
const scalars: readonly (readonly [type: string, ...values: string[]])[] = [
  ['boolean', 'true'],
  ['smallint', '-32768'],
  ['integer', '2147483647'],
  ['bigint', '9223372036854775807'],
  ['oid', '4294967295'],
  ['real', 'NaN', '-Infinity', '1.5'],
  ['double precision', 'NaN', 'Infinity', '1e-300'],
  ['numeric', 'NaN', '123456789012345678901234567890.5'],
  ['numeric(12,2)', 'NaN', '-0.05'],
  ['money', '-1.05'],
  ['text', 'Zoë 🙂'],
  ['character varying', 'a'],
  ['character varying(9)', 'a'],
  ['character', 'a'],
  ['character(3)', 'a'],
  ['"char"', 'a'],
  ['name', 'a'],
  ['citext', 'Ab'],
  ['uuid', '00112233-4455-6677-8899-aabbccddeeff'],
  ['json', '{"a": 1}'],
  ['jsonb', '{"a": 1}'],
  ['xml', '<a/>'],
  ['bytea', '\\x00ff'],
  ['bit', '1'],
  ['bit(1)', '1'],
  ['bit(8)', '10000001'],
  ['bit varying', '10110'],
  ['bit varying(1)', '1'],
  ['bit varying(8)', '101'],
  ['date', '2024-02-29', 'infinity', '-infinity', '4713-01-01 BC', '5874897-12-31'],
  ['time without time zone', '24:00:00', '23:59:59.999999'],
  ['time(0) without time zone', '12:00:01'],
  ['time with time zone', '12:00:00.5+05:30', '24:00:00-12'],
  [
    'timestamp without time zone',
    '2024-02-29 12:00:00.123456',
    'infinity',
    '-infinity',
    '10000-01-01 00:00:00',
    '0044-03-15 12:00:00 BC',
  ],
  ['timestamp(0) without time zone', '2024-02-29 12:00:00', 'infinity'],
  ['timestamp(3) without time zone', '2024-02-29 12:00:00.123', 'infinity', '-infinity'],
  [
    'timestamp with time zone',
    '2024-02-29 12:00:00.123456+00',
    'infinity',
    '-infinity',
    '10000-01-01 00:00:00+00',
    '0044-03-15 12:00:00+00 BC',
  ],
  ['timestamp(3) with time zone', '2024-02-29 12:00:00.123+00'],
  ['interval', '1 year 2 mons 3 days 04:05:06.789'],
  ['inet', '10.0.0.1/8'],
  ['cidr', '10.0.0.0/8'],
  ['macaddr', '08:00:2b:01:02:03'],
  ['macaddr8', '08:00:2b:01:02:03:04:05'],
  ['int4range', '[1,5)'],
  ['int8range', '[1,5)'],
  ['numrange', '[1.5,5)'],
  ['tsrange', '[2024-01-01,2024-01-02)'],
  ['tstzrange', '[2024-01-01 00:00+00,2024-01-02 00:00+00)'],
  ['daterange', '[2024-01-01,2024-01-02)'],
  ['int4multirange', '{[1,5)}'],
  ['tsvector', "'a':1"],
  ['tsquery', 'a & b'],
  ['point', '(1,2)'],
  ['line', '{1,2,3}'],
  ['lseg', '[(1,2),(3,4)]'],
  ['box', '(3,4),(1,2)'],
  ['path', '[(1,2),(3,4)]'],
  ['polygon', '((1,2),(3,4))'],
  ['circle', '<(1,2),3>'],
  ['hstore', 'a=>1'],
  ['ltree', 'a.b'],
  ['lquery', 'a.*'],
  ['jsonpath', '$.a'],
  ['pg_lsn', '0/16B3748'],
  ['xid', '7'],
  ['xid8', '7'],
  ['tid', '(0,1)'],
  ['pg_snapshot', '10:20:'],
  ['regclass', 'pg_class'],
  ['regtype', 'integer'],
  ['oidvector', '1 2'],
  ['int2vector', '1 2'],
  ['shop.mood', 'calm'],
  ['shop.positive', '7'],
  ['shop.code', 'ab'],
  ['shop.pair', '(1,a)'],
]

const types = `
  CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree;
  CREATE DOMAIN shop.positive AS integer CHECK (VALUE > 0);
  CREATE DOMAIN shop.code AS character varying(4);
  CREATE TYPE shop.pair AS (a integer, b text);`

/** `{"a","b"}`, each element quoted, so that any text may be one. */
const arrayOf = (...elements: readonly string[]): string =>
  `{${elements.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`

/** No element, NULL alone, each value alone, and the first beside NULL. */
const arraysOf = (values: readonly string[]): readonly string[] => [
  '{}',
  '{NULL}',
  ...values.map((value) => arrayOf(value)),
  `{NULL,${arrayOf(...values.slice(0, 1)).slice(1)}`,
]

interface Probe {
  readonly column: string
  readonly type: string
  readonly values: readonly string[]
}

function probes(): readonly Probe[] {
  return scalars.flatMap(([type, ...values], number): readonly Probe[] => [
    { column: `s${number}`, type, values },
    { column: `a${number}`, type: `${type}[]`, values: arraysOf(values) },
  ])
}

/** Records one row for each value: all other columns are null in it. */
export async function recordAllTypes(database: CapturedDatabase): Promise<readonly RecordedValue[]> {
  await database.sql(types)
  const columns = [
    ...probes(),
    { column: 'n0', type: 'integer[]', values: ['{{1,2},{3,4}}'] },
    { column: 'n1', type: 'text[]', values: ['{{a,b},{c,d}}'] },
  ]
  const spelled = columns.map(
    ({ column, type }) => `${column} ${type.replace(/\[\]$/, '')}${type.endsWith('[]') ? '[]' : ''}`,
  )
  await database.sql(`CREATE TABLE shop.all_types (id serial PRIMARY KEY, ${spelled.join(', ')})`)
  await database.sql('ALTER TABLE shop.all_types REPLICA IDENTITY FULL')
  const written: { readonly probe: Probe; readonly id: number; readonly text: string }[] = []
  for (const probe of columns) {
    for (const value of probe.values) {
      const quoted = `'${value.replaceAll("'", "''")}'`
      const rows = await database.query(
        `INSERT INTO shop.all_types (${probe.column}) VALUES (${quoted}) RETURNING id, ${probe.column}::text AS text`,
      )
      for (const { id, text } of rows) written.push({ probe, id: Number(id), text: String(text) })
    }
  }
  const rows = new Map<number, Row>()
  for (const { value, headers } of await database.cut()) {
    const image = value === null ? null : rowOf(value)
    const forms = JSON.parse(headers['falsework.columns'] ?? '{}') as Readonly<Record<string, string>>
    if (image !== null) rows.set(Number(image['id']), { image, forms })
  }
  return written.map(({ probe: { type, column }, id, text }) => {
    const row = rows.get(id)
    return { type, text, raw: row?.image[column] ?? null, form: row?.forms[column] ?? 'none' }
  })
}

interface Row {
  readonly image: Readonly<Record<string, unknown>>
  readonly forms: Readonly<Record<string, string>>
}

/** Numbers beyond 2^53 keep their digits. */
function rowOf(value: string): Readonly<Record<string, unknown>> | null {
  const { after, source } = parseExact(value) as {
    readonly after?: Readonly<Record<string, unknown>>
    readonly source?: { readonly table?: string }
  }
  return source?.table === 'all_types' ? (after ?? null) : null
}
