/** What MariaDB's connector emits: each entry does something to the database, and is one fixture. */
import type { CapturedMariadb } from './captured-mariadb.ts'

export interface MariadbShape {
  readonly name: string
  readonly provoke: (database: CapturedMariadb) => Promise<void>
}

const sql =
  (...statements: readonly string[]): MariadbShape['provoke'] =>
  async (database) => {
    for (const statement of statements) await database.sql(statement)
  }

export const shapeTables = [
  'CREATE TABLE orders (id int PRIMARY KEY, state varchar(3) NOT NULL, total decimal(10,2), note text)',
  'CREATE TABLE line_items (order_id int, line int, sku varchar(9) NOT NULL, PRIMARY KEY (order_id, line))',
  `CREATE TABLE parts (id int PRIMARY KEY, order_id int, label varchar(9),
     FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
  `CREATE TABLE remarks (id int PRIMARY KEY, order_id int,
     FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL ON UPDATE CASCADE)`,
  'CREATE TABLE journal (entry varchar(40) NOT NULL)',
  'CREATE TABLE counters (id int PRIMARY KEY, n int) ENGINE = MyISAM',
  'CREATE TABLE gauges (id int PRIMARY KEY, a int, b int AS (a + 1) VIRTUAL, c int AS (a * 2) STORED)',
  'CREATE TABLE folded (code varchar(9) COLLATE utf8mb4_general_ci PRIMARY KEY, meaning text)',
  `INSERT INTO orders VALUES (1, 'N', 10.00, NULL), (2, 'P', 20.00, 'paid'), (3, 'N', 30.00, NULL)`,
  `INSERT INTO parts VALUES (1, 2, 'a'), (2, 2, 'b')`,
  'INSERT INTO remarks VALUES (1, 2)',
]

export const mariadbShapes: readonly MariadbShape[] = [
  {
    name: 'transaction',
    provoke: sql(
      `BEGIN; INSERT INTO orders VALUES (10, 'N', 1.50, NULL); INSERT INTO line_items VALUES (10, 1, 'a'), (10, 2, 'b');
       UPDATE orders SET state = 'P' WHERE id = 10; UPDATE orders SET note = 'x' WHERE id = 10;
       DELETE FROM line_items WHERE line = 2; COMMIT`,
      `UPDATE orders SET state = 'S' WHERE id = 1`,
    ),
  },
  {
    name: 'interleaved',
    provoke: async (database) => {
      const other = await database.session2()
      await database.sql(`BEGIN; INSERT INTO orders VALUES (20, 'N', 1, 'first to begin')`)
      await other.query(`BEGIN; INSERT INTO orders VALUES (21, 'N', 1, 'first to commit')`)
      await database.sql(`UPDATE orders SET state = 'P' WHERE id = 20`)
      await other.query(`UPDATE orders SET state = 'P' WHERE id = 21`)
      await other.query('COMMIT')
      await database.sql('COMMIT')
      await other.end()
    },
  },
  {
    name: 'rolled-back',
    provoke: sql(
      `BEGIN; INSERT INTO orders VALUES (30, 'N', 1, 'never'); ROLLBACK`,
      `BEGIN; INSERT INTO orders VALUES (31, 'N', 1, 'kept'); SAVEPOINT s; INSERT INTO orders VALUES (32, 'N', 1, 'undone');
       ROLLBACK TO SAVEPOINT s; INSERT INTO orders VALUES (33, 'N', 1, 'kept too'); COMMIT`,
      `BEGIN; INSERT INTO orders VALUES (34, 'N', 1, 'undone'); INSERT INTO counters VALUES (1, 1); ROLLBACK`,
    ),
  },
  {
    name: 'changed-key',
    provoke: sql(
      `INSERT INTO journal VALUES ('without key')`,
      `UPDATE journal SET entry = 'changed'`,
      'DELETE FROM journal',
      `UPDATE line_items SET line = 7 WHERE order_id = 10 AND line = 1`,
      `INSERT INTO folded VALUES ('ab', 'small')`,
      `UPDATE folded SET code = 'AB', meaning = 'large'`,
    ),
  },
  {
    name: 'upserts',
    provoke: sql(
      `INSERT INTO orders VALUES (1, 'U', 1, NULL) ON DUPLICATE KEY UPDATE state = 'U'`,
      `REPLACE INTO orders VALUES (3, 'R', 2, 'replaced')`,
      `UPDATE orders o JOIN line_items l ON l.order_id = o.id SET o.note = 'both', l.sku = 'c' WHERE o.id = 10`,
      `INSERT IGNORE INTO orders VALUES (1, 'I', 1, NULL)`,
    ),
  },
  {
    name: 'cascades',
    provoke: sql(`UPDATE orders SET id = 40 WHERE id = 2`, `DELETE FROM orders WHERE id = 40`),
  },
  { name: 'generated', provoke: sql(`INSERT INTO gauges (id, a) VALUES (1, 5)`, `UPDATE gauges SET a = 6`) },
  {
    name: 'schema-changes',
    provoke: sql(
      'CREATE TABLE later (id int PRIMARY KEY)',
      'INSERT INTO later VALUES (1)',
      `UPDATE orders SET note = 'before' WHERE id = 1`,
      'ALTER TABLE orders ADD COLUMN added int',
      `UPDATE orders SET added = 1 WHERE id = 1`,
      'ALTER TABLE orders RENAME COLUMN note TO remark',
      `UPDATE orders SET remark = 'after' WHERE id = 1`,
      'RENAME TABLE later TO renamed',
      'INSERT INTO renamed VALUES (2)',
      'DROP TABLE renamed',
      'CREATE TEMPORARY TABLE passing (id int)',
    ),
  },
  { name: 'truncate', provoke: sql('TRUNCATE line_items', `INSERT INTO line_items VALUES (1, 1, 'z')`) },
  {
    name: 'xa',
    provoke: sql(
      `XA START 'one'; INSERT INTO line_items VALUES (50, 1, 'x'); XA END 'one'; XA PREPARE 'one'`,
      `XA COMMIT 'one'`,
    ),
  },
  {
    name: 'incremental-snapshot',
    provoke: async (database) => {
      const data = JSON.stringify({ 'data-collections': [`${database.name}.orders`], type: 'incremental' })
      await database.sql(`INSERT INTO signals VALUES ('s1', 'execute-snapshot', '${data}')`)
      const seen = ({ value }: { readonly value: string | null }): boolean =>
        value?.includes('"snapshot":"incremental"') === true
      await database.topic.until(seen, { from: 0, what: 'rows of the incremental snapshot' })
    },
  },
  {
    name: 'restarted',
    provoke: async (database) => {
      await database.sql(`BEGIN; INSERT INTO line_items VALUES (60, 1, 'a'), (60, 2, 'b'); COMMIT`)
      await database.restartConnector()
      await database.sql(`INSERT INTO line_items VALUES (61, 1, 'c')`)
    },
  },
]
