/** Histories of tables of their own, recorded with the catalog as it was before them. */
import type { CapturedDatabase } from './captured-database.ts'
import type { Shape } from './shapes.ts'

/** A key in each type that keys are made of, under both replica identities. */
const keyTypes: readonly (readonly [name: string, columns: string, first: string, second: string])[] = [
  ['text', 'k text', `E'tab\\there "x"'`, `'ž🙂'`],
  ['varchar', 'k character varying(9)', `''`, `' '`],
  ['char', 'k character(4)', `'ab'`, `'abcd'`],
  ['smallint', 'k smallint', '-32768', '32767'],
  ['bigint', 'k bigint', '9007199254740993', '-9223372036854775808'],
  ['numeric', 'k numeric(20,2)', '0.10', '123456789012345678.99'],
  ['free_numeric', 'k numeric', '1e20', '0.000000000000000000001'],
  ['double', 'k double precision', `'Infinity'`, `'-0.1'`],
  ['real', 'k real', `'-Infinity'`, `'NaN'`],
  ['uuid', 'k uuid', `'00112233-4455-6677-8899-aabbccddeeff'`, `'ffffffff-ffff-ffff-ffff-ffffffffffff'`],
  ['date', 'k date', `'infinity'`, `'2024-02-29'`],
  ['timestamp3', 'k timestamp(3)', `'-infinity'`, `'2024-02-29 12:00:00.123'`],
  ['timestamp6', 'k timestamp', `'infinity'`, `'2024-02-29 12:00:00.123456'`],
  ['instant', 'k timestamptz', `'infinity'`, `'2024-02-29 12:00:00.123456+05:30'`],
  ['boolean', 'k boolean', 'false', 'true'],
  ['bytea', 'k bytea', `'\\x00ff'`, `''`],
  ['composite', 'k bigint, l text', `1, 'a'`, `9007199254740993, 'b'`],
]

const identities = ['full', 'default'] as const

const keyTables = keyTypes.flatMap(([name, columns]) =>
  identities.map((identity) => {
    const table = `shop.key_${name}_${identity}`
    const key = columns.split(', ').map((column) => column.split(' ')[0])
    return `CREATE TABLE ${table} (${columns}, note text, PRIMARY KEY (${key.join(', ')})); ALTER TABLE ${table} REPLICA IDENTITY ${identity}`
  }),
)

/** Inserted, changed, moved to another key, and deleted. */
const keyStatements = keyTypes.flatMap(([name, columns, first, second]) =>
  identities.flatMap((identity) => {
    const table = `shop.key_${name}_${identity}`
    const key = columns
      .split(', ')
      .map((column) => column.split(' ')[0] ?? '')
      .join(', ')
    return [
      `INSERT INTO ${table} VALUES (${first}, 'new')`,
      `UPDATE ${table} SET note = 'changed'`,
      `UPDATE ${table} SET (${key}) = ROW(${second})`,
      `DELETE FROM ${table}`,
    ]
  }),
)

/** Before any of the histories: what the catalog says is of this moment. */
export const historyTables = [
  ...keyTables,
  'CREATE TABLE shop.retyped (id integer PRIMARY KEY, at timestamp(3), note text); ALTER TABLE shop.retyped REPLICA IDENTITY FULL',
  'CREATE TABLE shop.nothing (id integer PRIMARY KEY)',
]

const signal = (id: string, ...tables: readonly string[]): string =>
  `INSERT INTO shop.signals VALUES ('${id}', 'execute-snapshot', '${JSON.stringify({ 'data-collections': tables, type: 'BLOCKING' })}')`

/** Until a row of a blocking snapshot has come behind the signal. */
async function snapshotted(database: CapturedDatabase, id: string): Promise<void> {
  const isSignal = ({ value }: { readonly value: string | null }): boolean => value?.includes(`"id":"${id}"`) === true
  const from = await database.topic.until(isSignal, { from: 0, what: `signal ${id}` })
  const isLast = ({ value }: { readonly value: string | null }): boolean =>
    value?.includes('"snapshot":"last"') === true
  await database.topic.until(isLast, { from, what: `the snapshot that ${id} asks for` })
}

export const histories: readonly Shape[] = [
  {
    name: 'keys',
    provoke: async (database) => {
      for (const statement of keyStatements) await database.sql(statement)
    },
  },
  {
    name: 'retyped',
    provoke: async (database) => {
      await database.sql(`INSERT INTO shop.retyped VALUES (1, '2026-01-31 10:00:00.123', 'a')`)
      await database.sql(
        `BEGIN; INSERT INTO shop.retyped VALUES (2, '2026-01-31 10:00:00.123', 'b');
         ALTER TABLE shop.retyped ALTER at TYPE timestamp(6); COMMIT`,
      )
      await database.sql(`INSERT INTO shop.retyped VALUES (3, '2026-01-31 10:00:00.123456', 'c')`)
      await database.sql(
        `BEGIN; INSERT INTO shop.retyped VALUES (4, '2026-01-31 10:00:00.5', 'd');
         ALTER TABLE shop.retyped ALTER at TYPE timestamp(3); INSERT INTO shop.retyped VALUES (5, '2026-01-31 10:00:00.5', 'e'); COMMIT`,
      )
    },
  },
  {
    name: 'blocking-snapshot',
    provoke: async (database) => {
      await database.sql(signal('rows', 'shop.orders', 'shop.plain'))
      await snapshotted(database, 'rows')
      await database.sql(`UPDATE shop.orders SET note = 'behind it' WHERE id = 1`)
      await database.sql(signal('none', 'shop.nothing'))
      await database.sql(`UPDATE shop.orders SET note = 'behind nothing' WHERE id = 1`)
    },
  },
]
