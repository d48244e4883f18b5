/** What the guard of MariaDB lets pass, what it refuses, and who waits for whom. */
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { openMariadbGuard } from '../../../src/adapters/mariadb/mariadb-guard.ts'
import { applyGuard } from '../../../src/app/migrate/guard.ts'
import type { FenceMove, MoveOutcome } from '../../../src/core/migration/guard/fence.ts'
import { guardStatements, removalStatements } from '../../../src/core/migration/guard/sql/guard-statements.ts'
import type { GuardedDatabase } from '../../../src/ports/database/guard.ts'
import { guardContract } from '../../contract/guard.ts'
import { shopTablesIn } from '../../core/migration/guard/shop-tables.ts'

const { mariadb } = inject('stack')

// Without a server `npm test` says so by name.
describe.skipIf(mariadb === null)('the guard of MariaDB', () => {
  const address = mariadb ?? { host: '', port: 0, user: '', password: '' }
  const id = `guard_${process.pid}`
  const place = { kind: 'mariadb', schema: id } as const
  const tables = shopTablesIn(id)
  const opened = createConnection({ ...address, multipleStatements: true })
  const write = async (statements: string): Promise<void> => {
    await (await opened).query(statements)
  }
  const open = async (): Promise<GuardedDatabase> => await openMariadbGuard(address, place)

  beforeAll(async () => {
    await write(`
      CREATE DATABASE ${id};
      USE ${id};
      CREATE TABLE orders (id bigint PRIMARY KEY, store_no int NOT NULL, qty int NOT NULL DEFAULT 0);
      CREATE TABLE order_lines (
        order_id bigint NOT NULL, line_no int NOT NULL, PRIMARY KEY (order_id, line_no),
        FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
      CREATE TABLE order_notes (order_id bigint NOT NULL, note text)`)
  })
  afterAll(async () => {
    await write(`DROP DATABASE ${id}`)
    await (await opened).end()
  })

  guardContract({ place, tables, open })

  describe('of a shop whose stores are scopes', () => {
    const guarded = { mapping: 'orders', tables }
    let guard: GuardedDatabase
    beforeEach(async () => {
      guard = await open()
      const rows = [null, '3'].map((scope) => ({ mapping: 'orders', scope, owner: 'legacy', epoch: 1 }) as const)
      await guard.apply(guardStatements(guarded, place, rows).map(({ sql }) => sql))
      await write(
        'INSERT INTO orders (id, store_no) VALUES (30, 3), (40, 4); INSERT INTO order_lines VALUES (30, 1), (40, 1)',
      )
    })
    afterEach(async () => {
      await guard.apply(removalStatements(guarded, place).map(({ sql }) => sql))
      await write('DELETE FROM orders; DELETE FROM order_notes')
      await guard.close()
    })

    const handOver = async (move: Partial<FenceMove> = {}): Promise<MoveOutcome> =>
      await guard.moveFences([{ mapping: 'orders', scope: '3', to: 'native', epoch: 2, ...move }])
    const session = async (account = address): Promise<Connection> => {
      const own = await createConnection({ ...account, database: id, multipleStatements: true })
      onTestFinished(async () => await own.end())
      return own
    }
    /** Sessions that are about the fence: none is for long, unless it waits. What InnoDB shows of its locks may be old. */
    const waiting = async (): Promise<number> => {
      const [rows] = await (await opened).query(
        `SELECT COUNT(*) AS sessions FROM information_schema.processlist
         WHERE id <> CONNECTION_ID() AND time_ms > 100 AND info LIKE '%${id}%falsework_fence%'`,
      )
      return Number((rows as { sessions: number | string }[])[0]?.sessions ?? 0)
    }
    const refused = {
      sqlState: '45000',
      message: expect.stringContaining('scope 3 of mapping orders is owned by native, epoch 2') as string,
    }

    it('lets everybody write as long as every scope is of the legacy system', async () => {
      await write("INSERT INTO orders VALUES (31, 3, 0); INSERT INTO order_notes VALUES (99, 'of no order')")
      await write('UPDATE orders SET store_no = 4 WHERE id = 31; DELETE FROM orders WHERE id = 30')
    })

    it('lets a writer in flight delay the fence', async () => {
      const writer = await session()
      await writer.query('BEGIN; INSERT INTO orders VALUES (31, 3, 0)')
      const moving = handOver()
      await expect.poll(waiting, { timeout: 4_000, interval: 150 }).toBe(1)
      await writer.query('INSERT INTO order_lines VALUES (31, 1); COMMIT')
      expect(await moving).toEqual({ kind: 'moved' })
    })

    it('is applied again behind a writer that has taken the row of all, before the scope has a row of its own', async () => {
      const writer = await session()
      // Without the locks of gaps nothing but that row keeps another one from coming.
      await writer.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
      await writer.query('BEGIN; INSERT INTO orders VALUES (41, 4, 0)')
      const apart = [{ mapping: 'orders', scope: '4' }]
      const rows = [{ mapping: 'orders', scope: '4', owner: 'legacy', epoch: 1 } as const]
      const statements = guardStatements(guarded, place, rows).filter(({ sql }) => sql.startsWith('INSERT'))
      const plan = {
        mapping: 'orders',
        source: 'shop',
        place,
        connector: {},
        statements,
        apart,
        removal: [],
        warnings: [],
      }
      const openInspector = async () => await Promise.reject(new Error('nobody asks'))
      const applying = applyGuard(plan, null, { openGuard: async () => await open(), openInspector })
      await expect.poll(waiting, { timeout: 4_000, interval: 150 }).toBe(1)
      await writer.query('COMMIT')
      expect((await applying).rows.map(({ scope }) => scope)).toContain('4')
    })

    it('refuses a writer that comes while the fence waits', async () => {
      const [first, second] = [await session(), await session()]
      await first.query('BEGIN; INSERT INTO orders VALUES (31, 3, 0)')
      const moving = handOver()
      await expect.poll(waiting, { timeout: 4_000, interval: 150 }).toBe(1)
      const late = expect(second.query('INSERT INTO orders VALUES (32, 3, 0)')).rejects.toMatchObject(refused)
      await expect.poll(waiting, { timeout: 4_000, interval: 150 }).toBe(2)
      await first.query('COMMIT')
      expect(await moving).toEqual({ kind: 'moved' })
      await late
    })

    it('refuses a writer whose snapshot is older than the fence', async () => {
      const writer = await session()
      await writer.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT')
      await handOver()
      // A locking read sees what is committed; with innodb_snapshot_isolation it fails instead.
      await expect(writer.query('INSERT INTO orders VALUES (31, 3, 0)')).rejects.toSatisfy(
        ({ errno, sqlState }: { readonly errno: number; readonly sqlState: string }) =>
          errno === 1020 || sqlState === '45000',
      )
      await writer.query('ROLLBACK')
    })

    it('gives up on a writer that does not end, and everybody goes on', async () => {
      const writer = await session()
      await writer.query('BEGIN; INSERT INTO orders VALUES (31, 3, 0)')
      await expect(handOver()).rejects.toMatchObject({ code: 'WRITERS_IN_FLIGHT' })
      await writer.query('COMMIT')
      await write('INSERT INTO orders VALUES (32, 3, 0)')
    })

    it.each([
      ['an insert', 'INSERT INTO orders VALUES (31, 3, 0)'],
      ['an update', 'UPDATE orders SET qty = 1 WHERE id = 30'],
      ['a delete, and with it what a foreign key would delete', 'DELETE FROM orders WHERE id = 30'],
      ['a replacement', 'REPLACE INTO orders VALUES (30, 4, 0)'],
      ['a row of its orders', 'INSERT INTO order_lines VALUES (30, 2)'],
      ['a row that goes', 'UPDATE orders SET store_no = 4 WHERE id = 30'],
      ['a row that comes', 'UPDATE orders SET store_no = 3 WHERE id = 40'],
      ['a line that goes', 'UPDATE order_lines SET order_id = 40, line_no = 2 WHERE order_id = 30'],
      ['a row of which nothing tells the scope', "INSERT INTO order_notes VALUES (99, 'of no order')"],
    ])('refuses in a scope that was handed over %s', async (_name, statement) => {
      await handOver()
      await expect(write(statement)).rejects.toMatchObject(refused)
    })

    it('lets other scopes go on, with what foreign keys do in them', async () => {
      await handOver()
      await write('INSERT INTO orders VALUES (41, 4, 0); INSERT INTO order_lines VALUES (41, 1)')
      await write('DELETE FROM orders WHERE id = 41')
    })

    it('opens a scope again', async () => {
      await handOver()
      await handOver({ to: 'legacy', epoch: 4 })
      await write('INSERT INTO orders VALUES (31, 3, 0)')
    })

    it('refuses writers that its missing rows would let pass', async () => {
      await write('DELETE FROM falsework_fence')
      await expect(write('INSERT INTO orders VALUES (31, 3, 0)')).rejects.toMatchObject({ sqlState: '45000' })
    })

    it('lets the reverse sync pass, and asks no right of the application on the fence, nor lets it truncate', async () => {
      await write(`
        CREATE USER IF NOT EXISTS falsework_sync IDENTIFIED BY 'sync', ${id} IDENTIFIED BY 'application';
        GRANT SELECT, INSERT, UPDATE, DELETE ON ${id}.orders TO falsework_sync, ${id}`)
      onTestFinished(async () => await write(`DROP USER falsework_sync, ${id}`))
      await handOver()
      const sync = await session({ ...address, user: 'falsework_sync', password: 'sync' })
      await sync.query('INSERT INTO orders VALUES (31, 3, 0)')
      const application = await session({ ...address, user: id, password: 'application' })
      await application.query('INSERT INTO orders VALUES (41, 4, 0)')
      await expect(application.query('INSERT INTO orders VALUES (32, 3, 0)')).rejects.toMatchObject(refused)
      await expect(application.query('TRUNCATE orders')).rejects.toMatchObject({ errno: 1142 })
      await expect(application.query('SELECT * FROM falsework_fence')).rejects.toMatchObject({ errno: 1142 })
    })
  })
})
