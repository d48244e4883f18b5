/** What a retirement leaves in PostgreSQL: nothing of ours. */
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openPostgresGuard } from '../../../src/adapters/postgres/postgres-guard.ts'
import { guardStatements, removalStatements } from '../../../src/core/migration/guard/sql/guard-statements.ts'
import { captureRemoval } from '../../../src/core/migration/retire/capture-removal.ts'
import { shopTables as tables } from '../../core/migration/guard/shop-tables.ts'
import { type DatabaseAddress, isolated } from '../../stack/isolated.ts'

const place = { kind: 'postgres', schema: 'public' } as const
const guard = { mapping: 'orders', tables }
const native = { mapping: 'orders', scope: null, owner: 'native', epoch: 2 } as const

describe('a retirement on PostgreSQL', () => {
  let client: pg.Client
  /** Of the server, not of the database: named after this one. */
  let name: string
  const ready: Promise<DatabaseAddress> = isolated('retire')
    .database()
    .then(async (database) => {
      name = database.database
      client = new pg.Client(database)
      await client.connect()
      await client.query(`
        CREATE TABLE orders (id bigint PRIMARY KEY, store_no integer NOT NULL);
        CREATE TABLE order_lines (order_id bigint NOT NULL, line_no integer NOT NULL, PRIMARY KEY (order_id, line_no));
        CREATE TABLE order_notes (order_id bigint NOT NULL, note text)`)
      return database
    })
  afterAll(async () => await client.end())

  const apply = async (statements: readonly { readonly sql: string }[]): Promise<void> => {
    const database = await openPostgresGuard(await ready, place)
    await database.apply(statements.map(({ sql }) => sql)).finally(async () => await database.close())
  }

  beforeEach(async () => {
    await ready
    await apply(guardStatements(guard, place, [native]))
    await client.query(`CREATE PUBLICATION "${name}" FOR TABLE orders, order_lines, falsework_fence, falsework_sync`)
    await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name])
  })

  const takeDown = async (): Promise<void> => {
    await apply(removalStatements(guard, place))
    const removal = captureRemoval('postgres', { 'slot.name': name, 'publication.name': name })
    if (removal === null) throw new Error('PostgreSQL has a slot')
    await apply([removal.slot])
    await apply([removal.publication])
  }

  const namesIn = async (query: string): Promise<readonly string[]> =>
    (await client.query<{ name: string }>(query)).rows.map((row) => row.name)

  const oursIn = async (): Promise<readonly string[]> => [
    ...(await namesIn('SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal')),
    ...(await namesIn("SELECT proname AS name FROM pg_proc WHERE proname LIKE 'falsework%'")),
    ...(await namesIn("SELECT relname AS name FROM pg_class WHERE relname LIKE 'falsework%'")),
    ...(await namesIn('SELECT pubname AS name FROM pg_publication')),
    ...(await namesIn('SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database()')),
  ]

  it('leaves no trigger, function, table, publication or slot, and may be carried out again', async () => {
    expect((await oursIn()).length).toBeGreaterThan(5)
    await takeDown()
    expect(await oursIn()).toEqual([])
    await takeDown()
  })

  it('lets the legacy system write again to what the new service owned', async () => {
    const insert = 'INSERT INTO orders VALUES (30, 3)'
    await expect(client.query(insert)).rejects.toMatchObject({ code: '45000' })
    await takeDown()
    await client.query(insert)
  })

  it('waits for a slot that the connector holds for some moments more', async () => {
    const config = { ...(await ready), replication: 'database' }
    const connector = new pg.Client(config)
    connector.on('error', () => undefined)
    await connector.connect()
    const options = `proto_version '1', publication_names '${name}'`
    connector.query(`START_REPLICATION SLOT "${name}" LOGICAL 0/0 (${options})`).catch(() => undefined)
    const held = 'SELECT slot_name AS name FROM pg_replication_slots WHERE active AND database = current_database()'
    await expect.poll(async () => await namesIn(held)).toEqual([name])
    const ending = setTimeout(() => void connector.end(), 500)
    onTestFinished(() => clearTimeout(ending))
    await takeDown()
    expect(await oursIn()).toEqual([])
  })
})
