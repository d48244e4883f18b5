import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { PostgresAddress } from '../../../src/adapters/postgres/connection.ts'
import { openPostgresTableReader } from '../../../src/adapters/postgres/postgres-table-reader.ts'
import { columnComparison } from '../../../src/core/audit/column-comparison.ts'
import type { TextRow } from '../../../src/core/audit/table-comparison.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { TableReader } from '../../../src/ports/database/table-reader.ts'
import { tableReaderContract } from '../../contract/table-reader.ts'
import { recordedSettings } from '../../core/capture/raw-log-of.ts'
import { isolated } from '../../stack/isolated.ts'

describe('the table reader of PostgreSQL', () => {
  let address: PostgresAddress
  let client: pg.Client
  const ready = isolated('tables')
    .database()
    .then(async (database) => {
      address = database
      client = new pg.Client(database)
      await client.connect()
      await client.query(
        'CREATE SCHEMA "odd ""one"""; CREATE TABLE "odd ""one"""."No.tes" (id int PRIMARY KEY, note text)',
      )
    })
  const table = '"odd ""one"""."No.tes"'
  const open = async (): Promise<TableReader> => {
    await ready
    return await openPostgresTableReader(address)
  }
  afterAll(async () => await client.end())

  tableReaderContract({
    table: tableName('odd "one"', 'No.tes'),
    open,
    empty: async () => {
      await ready
      await client.query(`TRUNCATE ${table}`)
    },
    insert: async (rows) => {
      await client.query(`INSERT INTO ${table} SELECT * FROM json_to_recordset($1) AS t(id int, note text)`, [
        JSON.stringify(rows),
      ])
    },
  })

  it('writes values as an audit compares them with what the connector sends', async () => {
    const recorded = [
      ['boolean', 'true', true],
      ['interval', '1 year 2 mons 3 days 04:05:06.789', 'P1Y2M3DT4H5M6.789S'],
      ['interval', '-1 mons -00:00:01.5', 'P0Y-1M0DT0H0M-1.5S'],
      ['character(3)', 'a', 'a  '],
      ['bytea', '\\x00ff', '00ff'],
      ['timestamp with time zone', '2024-02-29 12:00:00.123+05:30', '2024-02-29T06:30:00.123Z'],
      ['timestamp with time zone', '0044-03-15 12:00:00+00 BC', '-0043-03-15T12:00:00.000000Z'],
      ['time with time zone', '24:00:00-12', '12:00:00Z'],
      ['date', '4713-01-01 BC', -2_440_550],
      ['double precision', '1e-300', 1e-300],
      ['real', '0.1', 0.1],
      ['bit varying(8)', '101', 'BQ=='],
      ['text[]', '{a,NULL,"b c"}', ['a', null, 'b c']],
    ] as const
    const columns = recorded.map(([type], at) => `c${at} ${type}`)
    await client.query(`CREATE TABLE public.shapes (id int PRIMARY KEY, ${columns.join(', ')})`)
    const places = recorded.map((_, at) => `$${at + 1}`)
    const texts = recorded.map(([, text]) => text)
    await client.query(`INSERT INTO public.shapes VALUES (1, ${places.join(', ')})`, texts)
    const reader = await open()
    const snapshot = await reader.snapshot([tableName('public', 'shapes')])
    const names = recorded.map((_, at) => `c${at}`)
    let row: TextRow = []
    for await (const page of snapshot.rows(tableName('public', 'shapes'), names)) row = page[0] ?? []
    for (const [at, [type, , raw]] of recorded.entries()) {
      const comparison = columnComparison({ name: 'c', type, nullable: true }, recordedSettings)
      if (comparison.kind === 'notCompared') throw new Error(comparison.reason)
      expect([type, row[at], comparison.compare(row[at] ?? null, raw)]).toEqual([type, row[at], 'same'])
    }
    await snapshot.close()
    await reader.close()
  })

  it('reads partitions through their table, and no rows of tables that inherit', async () => {
    await client.query(`
      CREATE TABLE public.parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE public.part PARTITION OF public.parts FOR VALUES FROM (0) TO (10);
      CREATE TABLE public.parents (id int PRIMARY KEY);
      CREATE TABLE public.children () INHERITS (public.parents);
      INSERT INTO public.parts VALUES (1); INSERT INTO public.parents VALUES (2); INSERT INTO public.children VALUES (3)`)
    const reader = await open()
    const tables = [tableName('public', 'parts'), tableName('public', 'parents')]
    const snapshot = await reader.snapshot(tables)
    const read: TextRow[] = []
    for (const name of tables) for await (const page of snapshot.rows(name, ['id'])) read.push(...page)
    expect(read).toEqual([['1'], ['2']])
    await snapshot.close()
    await reader.close()
  })

  it('is not deceived by a TRUNCATE: it waits until the snapshot is closed', async () => {
    await client.query('CREATE TABLE public.emptied (id int PRIMARY KEY); INSERT INTO public.emptied VALUES (1)')
    const reader = await open()
    const name = tableName('public', 'emptied')
    const snapshot = await reader.snapshot([name])
    const truncating = client.query('TRUNCATE public.emptied')
    const read: TextRow[] = []
    for await (const page of snapshot.rows(name, ['id'])) read.push(...page)
    expect(read).toEqual([['1']])
    await snapshot.close()
    await truncating
    await reader.close()
  })
})
