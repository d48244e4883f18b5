/** The database that is recorded: no real data, one table for each thing that a connector does differently. */

/** Types whose values can be stored apart from their row, each with a value that is long enough for it. */
const documentTypes: readonly (readonly [type: string, value: string])[] = [
  ['text', `repeat('0123456789', 20)`],
  ['varchar(300)', `repeat('0123456789', 20)`],
  ['char(300)', `repeat('0123456789', 20)`],
  ['bytea', `decode(repeat('00ff', 100), 'hex')`],
  ['json', `('"' || repeat('0123456789', 20) || '"')::json`],
  ['jsonb', `('"' || repeat('0123456789', 20) || '"')::jsonb`],
  ['xml', `('<a>' || repeat('0123456789', 20) || '</a>')::xml`],
  ['numeric', `repeat('1234', 100)::numeric`],
  ['bit(1600)', `repeat('10', 800)::bit(1600)`],
  ['tsvector', `(SELECT to_tsvector('simple', string_agg('word' || n, ' ')) FROM generate_series(1, 30) n)`],
  ['text[]', `array_fill('tag'::text, array[30])`],
  ['varchar(9)[]', `array_fill('tag'::varchar, array[30])`],
  ['char(9)[]', `array_fill('tag'::bpchar, array[30])`],
  ['smallint[]', 'array_fill(7::smallint, array[100])'],
  ['integer[]', 'array_fill(7, array[60])'],
  ['bigint[]', 'array_fill(7::bigint, array[30])'],
  ['real[]', 'array_fill(7::real, array[60])'],
  ['double precision[]', 'array_fill(7::double precision, array[30])'],
  ['numeric(10,2)[]', 'array_fill(7::numeric, array[30])'],
  ['boolean[]', 'array_fill(true, array[200])'],
  ['date[]', `array_fill('2024-02-29'::date, array[60])`],
  ['time[]', `array_fill('12:00'::time, array[30])`],
  ['timestamp[]', `array_fill('2024-02-29'::timestamp, array[30])`],
  ['timestamptz[]', `array_fill('2024-02-29'::timestamptz, array[30])`],
  ['uuid[]', `array_fill('00112233-4455-6677-8899-aabbccddeeff'::uuid, array[15])`],
  ['json[]', `array_fill('{"a": 1}'::json, array[30])`],
  ['jsonb[]', `array_fill('{"a": 1}'::jsonb, array[30])`],
  ['bytea[]', `array_fill('\\x00ff'::bytea, array[30])`],
  ['inet[]', `array_fill('10.0.0.1'::inet, array[30])`],
]

/** Nullable: in a NOT NULL column a value that the connector does not know kills its task, for most of these types. */
const documentColumns = documentTypes.map(([type, value], index) => ({ name: `c${index}`, type, value }))

export const documentRow = `INSERT INTO shop.documents VALUES (1, 1, ${documentColumns.map(({ value }) => value).join(', ')})`

export const schema = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (id integer PRIMARY KEY, state text NOT NULL, total numeric(10,2), note text);
  ALTER TABLE shop.orders REPLICA IDENTITY FULL;
  CREATE TABLE shop.lines (order_id integer, line integer, sku text NOT NULL, PRIMARY KEY (order_id, line));
  ALTER TABLE shop.lines REPLICA IDENTITY FULL;
  -- REPLICA IDENTITY DEFAULT, with NOT NULL columns that the connector fills with what never was.
  CREATE TABLE shop.plain (id integer PRIMARY KEY, name text NOT NULL, amount integer NOT NULL, note text);
  -- Every column is stored apart, so that an update of version leaves all of them out.
  CREATE TABLE shop.documents (id integer PRIMARY KEY, version integer NOT NULL, ${documentColumns
    .map(({ name, type }) => `${name} ${type}`)
    .join(', ')}) WITH (toast_tuple_target = 128);
  ALTER TABLE shop.documents ${documentColumns.map(({ name }) => `ALTER ${name} SET STORAGE EXTERNAL`).join(', ')};
  CREATE TABLE shop.full_documents (id integer PRIMARY KEY, version integer NOT NULL, body text NOT NULL);
  ALTER TABLE shop.full_documents ALTER body SET STORAGE EXTERNAL;
  ALTER TABLE shop.full_documents REPLICA IDENTITY FULL;
  CREATE TABLE shop.journal (entry text NOT NULL);
  ALTER TABLE shop.journal REPLICA IDENTITY FULL;
  CREATE TABLE shop.codes (code text PRIMARY KEY, meaning text);
  ALTER TABLE shop.codes REPLICA IDENTITY FULL;
  CREATE TYPE shop.mood AS ENUM ('calm', 'busy');
  CREATE TABLE shop.types (
    id integer PRIMARY KEY,
    flag boolean, small smallint, whole integer, big bigint, objects oid, single real, double double precision,
    price numeric(12,2), free numeric, cash money, fixed character(6), short character varying(20), long text,
    day date, clock time without time zone, clock_zone time with time zone,
    moment timestamp without time zone, moment3 timestamp(3) without time zone, instant timestamp with time zone,
    span interval, raw bytea, id128 uuid, doc json, docb jsonb, mood shop.mood, one_bit bit(1), ten_bits bit(10),
    up_to_ten bit varying(10), address inet, numbers bigint[], prices numeric(12,2)[], words text[], days date[],
    moments timestamp(3) without time zone[], instants timestamp with time zone[], flags boolean[], ids uuid[],
    docs jsonb[], raws bytea[]
  );
  ALTER TABLE shop.types REPLICA IDENTITY FULL;
  CREATE TABLE shop.signals (id text PRIMARY KEY, type text NOT NULL, data text);
  CREATE TABLE shop.beats (id integer PRIMARY KEY, beat_at timestamptz NOT NULL);
  CREATE TABLE shop.marks (name text PRIMARY KEY);
  CREATE PUBLICATION everything FOR ALL TABLES;
`

export const snapshotRows = `
  INSERT INTO shop.orders VALUES (1, 'N', 10.00, NULL), (2, 'P', 20.00, 'paid'), (3, 'N', 30.00, NULL);
  INSERT INTO shop.plain VALUES (1, 'one', 11, 'x'), (2, 'two', 22, NULL);
`

/** Lowest, highest and odd values of each type, and a row of nothing. */
export const typeRows = `
  INSERT INTO shop.types (id) VALUES (0);
  INSERT INTO shop.types VALUES (1,
    true, -32768, -2147483648, -9223372036854775808, 0, '-3.4e38', '-1.7976931348623157e308',
    -9999999999.99, '-12345678901234567890.123456789', '-92233720368547758.08', 'AB', '', '',
    '4713-01-01 BC', '00:00:00', '00:00:00-12',
    '4713-01-01 00:00:00 BC', '1969-12-31 23:59:59.999', '0044-03-15 12:00:00+00 BC',
    '-1 years -2 mons +3 days -04:05:06.789', '', '00000000-0000-0000-0000-000000000000', '{"a": 1}', '{"a": 1}', 'calm',
    B'0', B'0000000001', B'1', '10.0.0.1', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
  INSERT INTO shop.types VALUES (2,
    false, 32767, 2147483647, 9223372036854775807, 4294967295, 3.4e38, 1.7976931348623157e308,
    9999999999.99, 1e20, 92233720368547758.07, 'ABCDEF', 'Zoë 🙂', E'tab\\t"quote"\\\\line\\n',
    '5874897-12-31', '24:00:00', '23:59:59.999999+14',
    '294246-12-31 23:59:59.999999', '2262-04-11 23:47:16.854', '2024-02-29 23:59:59.123456+05:30',
    '1 year 2 mons 3 days 04:05:06.789', '\\x00ff7f', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[1, 2]', '{"b": 1e2}', 'busy',
    B'1', B'1000000000', B'1010101010', '2001:db8::/32',
    '{1,NULL,-9223372036854775808}', '{1.00,NULL,9999999999.99}', '{a,NULL,""}', '{2024-02-29,NULL}',
    '{"2024-02-29 12:00:00.123"}', '{"2024-02-29 12:00:00.123456+00"}', '{t,f,NULL}',
    '{00112233-4455-6677-8899-aabbccddeeff}', array['{"a": 1}'::jsonb], array['\\x0102'::bytea]);
  INSERT INTO shop.types (id, single, double, price, free, day, moment, moment3, instant) VALUES
    (3, 'NaN', 'NaN', 'NaN', 'NaN', 'infinity', 'infinity', 'infinity', 'infinity'),
    (4, 'Infinity', 'Infinity', NULL, 'Infinity', '-infinity', '-infinity', '-infinity', '-infinity'),
    (5, '-Infinity', '-Infinity', NULL, '-Infinity', '1970-01-01', '1970-01-01', '1970-01-01', '1970-01-01 00:00:00+00');
  INSERT INTO shop.types (id, big, moment, single, double, price, free) VALUES
    (6, 9007199254740993, '2255-06-05 23:47:34.740993', '-0', '-0', 0.1, 0.10);
`
