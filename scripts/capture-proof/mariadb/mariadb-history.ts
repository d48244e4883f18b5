/** Histories of three interleaved sessions on MariaDB, by seed. */
import type { Random } from '../../../demo/old-application/plan/random.ts'
import { interleaved, type SessionKeys, type Step } from '../history.ts'

/** Rows are told apart by key and value; statements of several rows make several events of the binlog. */
export const mariadbProofTables: readonly string[] = [
  'CREATE TABLE some (id int PRIMARY KEY, v int NOT NULL)',
  'CREATE TABLE others (id int PRIMARY KEY, v int NOT NULL)',
]

/** The tables that are compared; a third one is not captured. */
export const comparedTables = ['some', 'others'] as const
const hidden = 'CREATE TABLE IF NOT EXISTS hidden.things (id int PRIMARY KEY AUTO_INCREMENT, v int)'
export const hiddenDatabase: readonly string[] = ['CREATE DATABASE IF NOT EXISTS hidden', hidden]

export const mariadbHistory = (seed: number, length: number): readonly Step[] => interleaved(seed, length, change)

/** Changed keys, statements of many rows, schema changes and a truncate between them. */
export const mariadbStory: readonly Step[] = [
  'BEGIN',
  'INSERT INTO some VALUES (1, 1), (2, 1), (3, 1)',
  'UPDATE some SET id = id + 100 WHERE id = 2',
  'INSERT INTO others VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1)',
  'COMMIT',
  // None that changes columns: a connector that begins behind it knows the tables as they are in the end.
  "ALTER TABLE others COMMENT = 'once'",
  'UPDATE others SET v = v + 1',
  'CREATE TABLE passing (id int PRIMARY KEY)',
  'TRUNCATE others',
  'BEGIN',
  'INSERT INTO others VALUES (11, 1), (12, 1)',
  'UPDATE others SET id = id + 50',
  'COMMIT',
  'BEGIN',
  'INSERT INTO hidden.things (v) VALUES (1)',
  'UPDATE some SET id = id + 1000',
  'DELETE FROM some WHERE v = 1 AND id < 1003',
  'COMMIT',
  "ALTER TABLE others COMMENT = 'twice'",
].map((sql) => ({ session: 0, sql }))

function change(keys: SessionKeys, random: Random): string {
  const table = random.pick(['some', 'some', 'others'])
  // A SELECT of its own, which takes no locks: any other read would wait for the first row of the next session.
  const find = `SELECT min(id) INTO @lowest FROM ${table} WHERE ${keys.own};`
  switch (random.integer(1, 10)) {
    case 1:
    case 2:
    case 3:
      return `INSERT INTO ${table} VALUES ${Array.from({ length: random.integer(2, 12) }, () => `(${keys.take(1)}, 1)`).join(', ')}`
    case 4:
      return `${find} UPDATE ${table} SET v = v + 1 WHERE id = @lowest`
    case 5:
      return `${find} UPDATE ${table} SET id = ${keys.take(1)} WHERE id = @lowest`
    case 6:
      return `${find} DELETE FROM ${table} WHERE id = @lowest`
    case 7:
      return 'INSERT INTO hidden.things (v) VALUES (1)'
    case 8:
      return `UPDATE ${table} SET v = v + 1 WHERE id IN (${keys.next - 3}, ${keys.next - 2}, ${keys.next - 1})`
    case 9:
      return `INSERT INTO ${table} VALUES (${keys.take(1)}, 1) ON DUPLICATE KEY UPDATE v = v + 1`
    default:
      return `INSERT INTO ${table} VALUES (${keys.take(1)}, 1)`
  }
}
