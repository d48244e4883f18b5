/** What a connector without faults emits: each entry does something to the database, and is one fixture. */
import type { CapturedDatabase } from './captured-database.ts'
import { documentRow, typeRows } from './schema.ts'

export interface Shape {
  readonly name: string
  readonly provoke: (database: CapturedDatabase) => Promise<void>
}

const sql =
  (...statements: readonly string[]): Shape['provoke'] =>
  async (database) => {
    for (const statement of statements) await database.sql(statement)
  }

export const shapes: readonly Shape[] = [
  {
    name: 'transaction',
    provoke: sql(
      `BEGIN; INSERT INTO shop.orders VALUES (10, 'N', 1.50, NULL); INSERT INTO shop.lines VALUES (10, 1, 'a'), (10, 2, 'b');
       UPDATE shop.orders SET state = 'P' WHERE id = 10; UPDATE shop.orders SET note = 'x' WHERE id = 10;
       DELETE FROM shop.lines WHERE line = 2; COMMIT`,
      `UPDATE shop.orders SET state = 'S' WHERE id = 1`,
    ),
  },
  {
    name: 'interleaved',
    provoke: async (database) => {
      const other = await database.session2()
      await database.sql(`BEGIN; INSERT INTO shop.orders VALUES (20, 'N', 1, 'first to begin')`)
      await other.query(`BEGIN; INSERT INTO shop.orders VALUES (21, 'N', 1, 'first to commit')`)
      await database.sql(`UPDATE shop.orders SET state = 'P' WHERE id = 20`)
      await other.query(`UPDATE shop.orders SET state = 'P' WHERE id = 21`)
      await other.query('COMMIT')
      await database.sql('COMMIT')
      await other.end()
    },
  },
  {
    name: 'rolled-back',
    provoke: sql(`BEGIN; INSERT INTO shop.orders VALUES (30, 'N', 1, NULL); ROLLBACK`),
  },
  {
    name: 'savepoint',
    provoke: sql(
      `BEGIN; INSERT INTO shop.orders VALUES (40, 'N', 1, NULL); SAVEPOINT s; INSERT INTO shop.orders VALUES (41, 'N', 1, NULL);
       ROLLBACK TO s; INSERT INTO shop.orders VALUES (42, 'N', 1, NULL); COMMIT`,
    ),
  },
  {
    name: 'truncate',
    provoke: sql(`BEGIN; INSERT INTO shop.journal VALUES ('before'); TRUNCATE shop.journal, shop.lines; COMMIT`),
  },
  {
    name: 'changed-key',
    provoke: sql(
      `BEGIN; UPDATE shop.orders SET id = 50 WHERE id = 2; UPDATE shop.orders SET id = 51, state = 'M' WHERE id = 50; COMMIT`,
      `INSERT INTO shop.codes VALUES (E'a"b\\\\c\\nd', 'old')`,
      `UPDATE shop.codes SET code = E'tab\\there {"id":1}'`,
      `UPDATE shop.plain SET id = 50 WHERE id = 2`,
    ),
  },
  {
    name: 'identity-default',
    provoke: sql(
      `UPDATE shop.plain SET amount = 12 WHERE id = 1`,
      `DELETE FROM shop.plain WHERE id = 1`,
      `INSERT INTO shop.journal VALUES ('without key')`,
      `UPDATE shop.journal SET entry = 'changed'`,
      `DELETE FROM shop.journal`,
    ),
  },
  {
    name: 'unchanged-toast',
    provoke: sql(
      documentRow,
      `INSERT INTO shop.full_documents VALUES (1, 1, repeat('0123456789', 250))`,
      `UPDATE shop.documents SET version = 2`,
      `UPDATE shop.full_documents SET version = 2`,
    ),
  },
  {
    name: 'added-column',
    provoke: sql(
      `BEGIN; UPDATE shop.orders SET note = 'before' WHERE id = 1; ALTER TABLE shop.orders ADD COLUMN added integer;
       UPDATE shop.orders SET added = 1 WHERE id = 1; COMMIT`,
    ),
  },
  {
    name: 'logical-message',
    provoke: sql(
      `BEGIN; SELECT pg_logical_emit_message(true, 'note', 'in a transaction'); UPDATE shop.orders SET note = 'm' WHERE id = 1; COMMIT`,
      `SELECT pg_logical_emit_message(false, 'note', 'outside')`,
      `SELECT pg_logical_emit_message(true, 'note', 'alone')`,
    ),
  },
  { name: 'types', provoke: sql(typeRows, `DELETE FROM shop.types WHERE id = 2`) },
  {
    name: 'incremental-snapshot',
    provoke: async (database) => {
      await database.sql(
        `INSERT INTO shop.signals VALUES ('s1', 'execute-snapshot', '{"data-collections": ["shop.orders"], "type": "incremental"}')`,
      )
      const seen = ({ value }: { readonly value: string | null }): boolean =>
        value?.includes('"snapshot":"incremental"') === true
      await database.topic.until(seen, { from: 0, what: 'rows of the incremental snapshot' })
    },
  },
]
