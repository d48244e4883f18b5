/** What the guard of PostgreSQL lets pass, what it refuses, and who waits for whom. */
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { PostgresAddress } from '../../../src/adapters/postgres/connection.ts'
import { openPostgresGuard } from '../../../src/adapters/postgres/postgres-guard.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { FenceMove, MoveOutcome } from '../../../src/core/migration/guard/fence.ts'
import { guardStatements, removalStatements } from '../../../src/core/migration/guard/sql/guard-statements.ts'
import type { GuardedDatabase } from '../../../src/ports/database/guard.ts'
import { guardContract } from '../../contract/guard.ts'
import { shopTables as tables } from '../../core/migration/guard/shop-tables.ts'
import { isolated } from '../../stack/isolated.ts'

const place = { kind: 'postgres', schema: 'public' } as const

describe('the guard of PostgreSQL', () => {
  let client: pg.Client
  const ready: Promise<PostgresAddress> = isolated('guard')
    .database()
    .then(async (database) => {
      client = new pg.Client(database)
      await client.connect()
      await client.query(`
        CREATE TABLE customers (id bigint PRIMARY KEY);
        CREATE TABLE orders (
          id bigint PRIMARY KEY, store_no integer NOT NULL, qty int NOT NULL DEFAULT 0,
          customer_id bigint REFERENCES customers ON DELETE CASCADE);
        CREATE TABLE order_lines (
          order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, line_no integer NOT NULL,
          PRIMARY KEY (order_id, line_no));
        CREATE TABLE order_notes (order_id bigint NOT NULL, note text)`)
      return database
    })
  const open = async (): Promise<GuardedDatabase> => await openPostgresGuard(await ready, place)
  afterAll(async () => await client.end())

  guardContract({ place, tables, open })

  describe('of a shop whose stores are scopes', () => {
    let guard: GuardedDatabase
    beforeEach(async () => {
      guard = await open()
      const row = { mapping: 'orders', scope: null, owner: 'legacy', epoch: 1 } as const
      await guard.apply(guardStatements({ mapping: 'orders', tables }, place, [row]).map(({ sql }) => sql))
      await client.query(`
        INSERT INTO customers VALUES (1), (2);
        INSERT INTO orders (id, store_no, customer_id) VALUES (30, 3, 1), (40, 4, 2);
        INSERT INTO order_lines VALUES (30, 1), (40, 1)`)
    })
    afterEach(async () => {
      await client.query(
        "UPDATE falsework_fence SET owner = 'legacy'; INSERT INTO falsework_fence VALUES ('orders', '', 'legacy', 1) ON CONFLICT DO NOTHING",
      )
      await client.query('TRUNCATE customers, orders, order_lines, order_notes; DROP TABLE falsework_fence')
      await guard.close()
    })

    const handOver = async (move: Partial<FenceMove> = {}): Promise<MoveOutcome> =>
      await guard.moveFences([{ mapping: 'orders', scope: '3', to: 'native', epoch: 2, ...move }])
    const session = async (): Promise<pg.Client> => {
      const own = new pg.Client(await ready)
      await own.connect()
      onTestFinished(async () => await own.end())
      return own
    }
    const waiting = async (): Promise<number> => {
      const { rows } = await client.query<{ pids: number }>(
        'SELECT count(DISTINCT pid)::int AS pids FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()',
      )
      return rows[0]?.pids ?? 0
    }
    const refused = {
      code: '45000',
      message: expect.stringContaining('scope 3 of mapping orders is owned by native, epoch 2') as string,
    }
    const write = async (statement: string): Promise<unknown> => await client.query(statement)

    it('lets everybody write as long as every scope is of the legacy system', async () => {
      await write('INSERT INTO orders VALUES (31, 3)')
      await write('UPDATE orders SET store_no = 4 WHERE id = 31')
      await write('INSERT INTO order_notes VALUES (99, $$of no order$$)')
      await write('DELETE FROM orders WHERE id = 30')
      await write('TRUNCATE orders CASCADE')
    })

    it('lets a writer in flight delay the fence', async () => {
      const writer = await session()
      await writer.query('BEGIN; INSERT INTO orders VALUES (31, 3)')
      const moving = handOver()
      await expect.poll(waiting).toBe(1)
      expect((await guardRows()).every(({ owner }) => owner === 'legacy')).toBe(true)
      await writer.query('INSERT INTO order_lines VALUES (31, 1); COMMIT')
      expect(await moving).toEqual({ kind: 'moved' })
    })
    const guardRows = async () => (await client.query<{ owner: string }>('SELECT owner FROM falsework_fence')).rows

    it('ends no session of the application where a fence in the queue closes a circle of waiting', async () => {
      const [one, other] = [await session(), await session()]
      await one.query('BEGIN; SELECT 1 FROM customers WHERE id = 1 FOR UPDATE')
      await other.query('BEGIN; INSERT INTO orders VALUES (31, 3)')
      const waits = other.query('SELECT 1 FROM customers WHERE id = 1 FOR UPDATE')
      await expect.poll(waiting).toBe(1)
      const moving = handOver()
      await expect.poll(waiting).toBe(2)
      await one.query('INSERT INTO orders VALUES (41, 4)')
      await one.query('COMMIT')
      await waits
      await other.query('COMMIT')
      expect(await moving).toEqual({ kind: 'moved' })
    })

    it('refuses a writer that comes while the fence waits', async () => {
      // It waits for longer than this test takes.
      const { database } = await ready
      await client.query(`ALTER DATABASE "${database}" SET deadlock_timeout = '60s'`)
      await guard.close()
      guard = await open()
      await client.query(`ALTER DATABASE "${database}" RESET deadlock_timeout`)
      await client.query("INSERT INTO falsework_fence VALUES ('orders', '3', 'legacy', 1)")
      const [first, second] = [await session(), await session()]
      await first.query('BEGIN; INSERT INTO orders VALUES (31, 3)')
      const moving = handOver()
      await expect.poll(waiting).toBe(1)
      const late = expect(second.query('INSERT INTO orders VALUES (32, 3)')).rejects.toMatchObject(refused)
      await expect.poll(waiting).toBe(2)
      await first.query('COMMIT')
      expect(await moving).toEqual({ kind: 'moved' })
      await late
    })

    it('lets a writer that would see the fence open fail to serialise', async () => {
      const writer = await session()
      await writer.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM orders')
      await handOver()
      await expect(writer.query('INSERT INTO orders VALUES (31, 3)')).rejects.toMatchObject({ code: '40001' })
    })

    it('gives up on a writer that does not end, and everybody goes on', async () => {
      const writer = await session()
      await writer.query('BEGIN; INSERT INTO orders VALUES (31, 3)')
      await expect(handOver()).rejects.toMatchObject({ code: 'WRITERS_IN_FLIGHT' })
      await writer.query('COMMIT')
      await write('INSERT INTO orders VALUES (32, 3)')
    })

    it.each([
      ['an insert', 'INSERT INTO orders VALUES (31, 3)'],
      ['an update', 'UPDATE orders SET qty = 1 WHERE id = 30'],
      ['a delete', 'DELETE FROM orders WHERE id = 30'],
      ['a row of its orders', 'INSERT INTO order_lines VALUES (30, 2)'],
      ['a merge', 'INSERT INTO orders VALUES (30, 3) ON CONFLICT (id) DO UPDATE SET qty = 2'],
      ['a row that goes', 'UPDATE orders SET store_no = 4 WHERE id = 30'],
      ['a row that comes', 'UPDATE orders SET store_no = 3 WHERE id = 40'],
      ['a line that goes', 'UPDATE order_lines SET order_id = 40, line_no = 2 WHERE order_id = 30'],
      ['a line that comes', 'UPDATE order_lines SET order_id = 30, line_no = 2 WHERE order_id = 40'],
      ['what a foreign key deletes', 'DELETE FROM customers WHERE id = 1'],
      ['a row of which nothing tells the scope', "INSERT INTO order_notes VALUES (99, 'of no order')"],
      ['truncation', 'TRUNCATE orders CASCADE'],
      ['truncation of a table below', 'TRUNCATE order_lines'],
      [
        'a session that replicates',
        'SET LOCAL session_replication_role = replica; UPDATE orders SET qty = 1 WHERE id = 30',
      ],
    ])('refuses in a scope that was handed over %s', async (_name, statement) => {
      await handOver()
      await expect(write(statement)).rejects.toMatchObject(refused)
    })

    it('lets other scopes go on, with what foreign keys do in them', async () => {
      await handOver()
      await write('INSERT INTO orders VALUES (41, 4); INSERT INTO order_lines VALUES (41, 1)')
      await write('UPDATE orders SET id = 42 WHERE id = 41')
      await write('DELETE FROM orders WHERE id = 42')
      await write('DELETE FROM customers WHERE id = 2')
      expect((await client.query('SELECT FROM order_lines')).rowCount).toBe(1)
    })

    it('closes with all also scopes that have no row of their own, and no other', async () => {
      await guard.apply(["INSERT INTO falsework_fence VALUES ('orders', '4', 'legacy', 1)"])
      await handOver({ scope: null })
      await write('INSERT INTO orders VALUES (41, 4)')
      await expect(write('INSERT INTO orders VALUES (31, 3)')).rejects.toMatchObject({
        message: expect.stringContaining('scope all of mapping orders is owned by native, epoch 2') as string,
      })
    })

    it('opens a scope again', async () => {
      await handOver()
      await handOver({ to: 'legacy', epoch: 4 })
      await write('INSERT INTO orders VALUES (31, 3)')
    })

    it('refuses writers that its missing row would let pass', async () => {
      await write('DELETE FROM falsework_fence')
      await expect(write('INSERT INTO orders VALUES (31, 3)')).rejects.toMatchObject({ code: '45000' })
    })

    it('lets the reverse sync pass, cascades included, and asks no right of the application', async () => {
      await client.query(`
        DO $$ BEGIN CREATE ROLE falsework_sync LOGIN PASSWORD 'falsework_sync'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE guarded_application; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        GRANT SELECT, INSERT, UPDATE, DELETE ON orders, order_lines TO falsework_sync, guarded_application`)
      await handOver()
      const sync = await session()
      await sync.query('SET SESSION AUTHORIZATION falsework_sync; INSERT INTO orders VALUES (31, 3)')
      await sync.query('INSERT INTO order_lines VALUES (31, 1); DELETE FROM orders WHERE id = 31')
      const application = await session()
      await application.query('SET ROLE guarded_application; INSERT INTO orders VALUES (41, 4)')
      await expect(application.query('INSERT INTO orders VALUES (32, 3)')).rejects.toMatchObject(refused)
      await expect(application.query('SELECT * FROM falsework_fence')).rejects.toMatchObject({ code: '42501' })
    })

    it('takes names whatever is in them', async () => {
      const [schema, table, column] = ['odd "one"', 'T$falsework$\'"', 'st"ore\\\'$falsework$']
      const target = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`
      await write(
        `CREATE SCHEMA ${pg.escapeIdentifier(schema)}; CREATE TABLE ${target} (${pg.escapeIdentifier(column)} text)`,
      )
      const odd = { kind: 'postgres', schema } as const
      const guarded = {
        mapping: "it's\\$falsework_1$",
        tables: [{ name: tableName(schema, table), scope: { steps: [], column, spelling: 'asItIs' } as const }],
      }
      const row = { mapping: guarded.mapping, scope: null, owner: 'legacy', epoch: 1 } as const
      await guard.apply(guardStatements(guarded, odd, [row]).map(({ sql }) => sql))
      const fence = await openPostgresGuard(await ready, odd)
      onTestFinished(async () => await fence.close())
      await fence.moveFences([{ mapping: guarded.mapping, scope: "'x\\", to: 'native', epoch: 2 }])
      await write(`INSERT INTO ${target} VALUES ('y')`)
      await expect(write(`INSERT INTO ${target} VALUES (E'\\'x\\\\')`)).rejects.toMatchObject({ code: '45000' })
      await guard.apply(removalStatements(guarded, odd).map(({ sql }) => sql))
      expect(await fence.fenceRows()).toEqual([])
    })

    it('says which rights an account lacks that cannot put it up', async () => {
      await client.query(
        "DO $$ BEGIN CREATE ROLE guard_stranger LOGIN PASSWORD 'stranger'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
      )
      const stranger = await openPostgresGuard(
        { ...(await ready), user: 'guard_stranger', password: 'stranger' },
        place,
      )
      onTestFinished(async () => await stranger.close())
      const statements = guardStatements({ mapping: 'orders', tables }, place, [])
      await expect(stranger.apply(statements.slice(-4).map(({ sql }) => sql))).rejects.toMatchObject({
        code: 'NOT_AUTHORISED',
        message: expect.stringContaining('guard_stranger must own the guarded tables') as string,
      })
    })
  })
})
