import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PostgresAddress } from '../../../src/adapters/postgres/connection.ts'
import { openPostgresInspector } from '../../../src/adapters/postgres/postgres-inspector.ts'
import type { PostgresFacts } from '../../../src/core/capture/connector/postgres-facts.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { parseCatalog, serializeCatalog } from '../../../src/core/catalog/catalog-file.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { databaseInspectorContract } from '../../contract/database-inspector.ts'
import { isolated } from '../../stack/isolated.ts'

describe('the inspector of PostgreSQL', () => {
  let address: PostgresAddress
  let client: pg.Client
  let inspector: DatabaseInspector
  const ready = isolated('inspector')
    .database()
    .then(async (database) => {
      address = database
      client = new pg.Client(database)
      await client.connect()
    })
  const execute = async (statements: string) => {
    await ready
    await client.query(statements)
  }
  const open = async () => {
    await ready
    return await openPostgresInspector(address)
  }
  const captured = async (names: Parameters<DatabaseInspector['capture']>[0]): Promise<PostgresFacts> => {
    const facts = await inspector.capture(names)
    if (facts.kind !== 'postgres') throw new Error(`facts of ${facts.kind}`)
    return facts
  }
  const triggerOn = (table: string): string => `
    CREATE FUNCTION contract_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER contract_touch BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION contract_touch();`
  databaseInspectorContract({ kind: 'postgres', schema: 'public', open, execute, triggerOn })

  beforeAll(async () => {
    await execute(`
      CREATE SCHEMA shop;
      CREATE TYPE shop.mood AS ENUM ('sad', 'ok');
      CREATE DOMAIN shop.amount AS numeric(12, 3) CHECK (VALUE >= 0);
      CREATE DOMAIN shop.price AS shop.amount NOT NULL;
      CREATE TABLE shop.things (
        id bigserial PRIMARY KEY, status character(1) NOT NULL CHECK (status IN ('N', 'P')),
        mood shop.mood, price shop.price, note text, at timestamptz(3), tags text[],
        code varchar(5), lower_code varchar(5));
      CREATE UNIQUE INDEX partly ON shop.things (code) WHERE status = 'N';
      CREATE UNIQUE INDEX of_expression ON shop.things (lower(code));
      CREATE UNIQUE INDEX covering ON shop.things (code) INCLUDE (note);
      COMMENT ON TABLE shop.things IS 'All of them.';
      COMMENT ON COLUMN shop.things.note IS 'free text';
      ALTER TABLE shop.things REPLICA IDENTITY FULL;
      ALTER TABLE shop.things DROP COLUMN lower_code;
      CREATE TABLE shop.measures (at date NOT NULL, v int) PARTITION BY RANGE (at);
      CREATE TABLE shop.measures_2026 PARTITION OF shop.measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      CREATE VIEW shop.a_view AS SELECT 1 AS x;
      CREATE PUBLICATION pub_things FOR TABLE shop.things;
      CREATE PUBLICATION pub_nothing;
      CREATE PUBLICATION pub_inserts FOR TABLE shop.things WITH (publish = 'insert');
      CREATE PUBLICATION pub_rooted FOR TABLE shop.measures WITH (publish_via_partition_root);
      ALTER TABLE shop.measures_2026 REPLICA IDENTITY FULL;`)
    await execute(`
      CREATE SCHEMA odd;
      CREATE DOMAIN odd.mood_of_shop AS shop.mood;
      CREATE DOMAIN odd.mood_of_mood AS odd.mood_of_shop;
      CREATE TYPE odd.nothing AS ENUM ();
      CREATE TABLE odd.odd (
        id int PRIMARY KEY, mood odd.mood_of_mood, none odd.nothing, zoned timetz,
        checked timetz CHECK (extract(timezone from checked)::int % 60 = 0), bits bit(3)[] NOT NULL,
        twice int GENERATED ALWAYS AS (id * 2) STORED);`)
    inspector = await open()
  })
  afterAll(async () => {
    await inspector.close()
    await client.end()
  })

  it('spells types as the database does, domains as what is beneath them', async () => {
    const { tables } = await inspector.tables({ source: 'shop', schemas: ['shop'] })
    expect([...tables.keys()]).toEqual(['shop.measures', 'shop.things'])
    expect(tables.get(tableName('shop', 'things'))).toEqual({
      name: 'shop.things',
      comment: 'All of them.',
      replicaIdentity: 'full',
      primaryKey: ['id'],
      uniqueKeys: [['code']],
      foreignKeys: [],
      columns: [
        { name: 'id', type: 'bigint', nullable: false },
        { name: 'status', type: 'character(1)', nullable: false, values: ['N', 'P'], toastable: true },
        { name: 'mood', type: 'shop.mood', nullable: true, values: ['sad', 'ok'] },
        { name: 'price', type: 'numeric(12,3)', nullable: true, toastable: true },
        { name: 'note', type: 'text', nullable: true, toastable: true, comment: 'free text' },
        { name: 'at', type: 'timestamp(3) with time zone', nullable: true },
        { name: 'tags', type: 'text[]', nullable: true, toastable: true },
        { name: 'code', type: 'character varying(5)', nullable: true, toastable: true },
      ],
    })
  })

  it('gives a catalog that its file gives back', async () => {
    const catalog = await inspector.tables({ source: 'shop', schemas: ['shop', 'public'] })
    expect(parseCatalog({ text: serializeCatalog(catalog), file: 'shop.json' })).toEqual({ kind: 'catalog', catalog })
  })

  it('says that there is no slot and no publication of a name', async () => {
    const facts = await captured({ slot: 'no_such_slot', publication: 'no_such_publication', tables: [] })
    expect(facts).toMatchObject({ slot: null, publication: null, tables: [] })
  })

  it('says of a table what it is made of, and whether it is a partition', async () => {
    const tables = [tableName('public', 'contract_child')]
    const facts = await captured({ slot: 'none', publication: 'none', tables })
    expect(facts.tables).toMatchObject([{ primaryKey: 'present', root: null, leaves: [] }])
    expect(facts.tables[0]?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['id', false],
      ['parent_a', true],
      ['parent_b', true],
    ])
  })

  it('says what capture needs to know', async () => {
    await client.query("SELECT pg_create_logical_replication_slot('slot_of_' || current_database(), 'pgoutput')")
    const slot = `slot_of_${address.database}`
    const facts = await captured({ slot, publication: 'pub_things', tables: [] })
    expect(await inspector.slotPosition(slot)).toBe(facts.slot?.confirmedLsn)
    await client.query('SELECT pg_drop_replication_slot($1)', [slot])
    expect(facts).toMatchObject({ walLevel: 'logical', slot: { active: false, plugin: 'pgoutput' } })
    expect(facts.publication).toMatchObject({
      operations: ['insert', 'update', 'delete', 'truncate'],
      viaRoot: false,
      tables: [{ name: 'shop.things', rowFilter: null }],
    })
    expect(facts.slot?.retainedBytes).toBeGreaterThanOrEqual(0)
    expect(facts.slot?.confirmedLsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/)
  })

  it('tells a publication of nothing from none', async () => {
    const facts = await captured({ slot: 'none', publication: 'pub_nothing', tables: [] })
    expect(facts.publication?.tables).toEqual([])
  })

  it('says which operations a publication leaves out', async () => {
    const facts = await captured({ slot: 'none', publication: 'pub_inserts', tables: [] })
    expect(facts.publication?.operations).toEqual(['insert'])
  })

  it('knows a partitioned table by its partitions, and a partition by its root', async () => {
    const tables = [tableName('shop', 'measures'), tableName('shop', 'measures_2026')]
    const facts = await captured({ slot: 'none', publication: 'pub_rooted', tables })
    expect(facts.publication).toMatchObject({ viaRoot: true, tables: [{ name: 'shop.measures' }] })
    expect(facts.tables).toMatchObject([
      { name: 'shop.measures', root: null, leaves: [{ name: 'shop.measures_2026', identity: 'full' }] },
      { name: 'shop.measures_2026', root: 'shop.measures', leaves: [], primaryKey: 'missing' },
    ])
  })

  it('knows the types with which a connector dies', async () => {
    const facts = await captured({ slot: 'none', publication: 'none', tables: [tableName('odd', 'odd')] })
    expect(facts.tables[0]?.columns).toMatchObject([
      { name: 'id', type: 'integer' },
      { name: 'mood', type: 'shop.mood' },
      { name: 'none', type: 'odd.nothing' },
      { name: 'zoned', type: 'time with time zone', offsetCheck: 'missing' },
      { name: 'checked', type: 'time with time zone', offsetCheck: 'present' },
      { name: 'bits', type: 'bit(3)[]', nullable: false },
      { name: 'twice', generated: 'generated' },
    ])
    expect(facts.typesWithoutLabels).toEqual(['odd.mood_of_mood', 'odd.mood_of_shop', 'odd.nothing'])
  })

  it('says what the account may do, of tables that it may not read as well', async () => {
    const poor = `inspector_poor_${process.pid}`
    await execute(`
      CREATE SCHEMA closed; CREATE TABLE closed.things (id int); CREATE TABLE public.beats (id int PRIMARY KEY, at int);
      CREATE ROLE ${poor} LOGIN PASSWORD 'poor';
      GRANT SELECT ON closed.things TO ${poor}; GRANT INSERT (id), SELECT ON public.beats TO ${poor}`)
    const other = await openPostgresInspector({ ...address, user: poor, password: 'poor' })
    const tables = [tableName('closed', 'things'), tableName('public', 'beats'), tableName('public', 'none')]
    const { account } = await other.capture({ slot: 'a', publication: 'b', tables })
    await other.close()
    await execute(`DROP OWNED BY ${poor}; DROP ROLE ${poor}`)
    expect(account).toEqual({
      name: poor,
      missing: ['REPLICATION'],
      tables: new Map([
        ['closed.things', new Set(['select'])],
        ['public.beats', new Set(['usage', 'select', 'insert'])],
      ]),
    })
    expect((await captured({ slot: 'a', publication: 'b', tables: [] })).account.missing).toEqual([])
  })

  it('names why it cannot get in', async () => {
    await expect(openPostgresInspector({ ...address, database: 'no_such_database' })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
    await expect(openPostgresInspector({ ...address, port: 1 })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await expect(openPostgresInspector({ ...address, user: 'nobody_of_that_name' })).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    })
  })

  it('names a question that the server refuses, and a connection that is gone', async () => {
    const other = await open()
    const tables = other.tables({ source: 'shop', schemas: ['shop\0'] })
    await expect(tables).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'falsework' AND datname = current_database()",
    )
    await expect(other.capture({ slot: 'a', publication: 'b', tables: [] })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
    inspector = await open()
  })
})
