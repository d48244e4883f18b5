/** Histories of three interleaved sessions on MariaDB, by seed. */
import { Random } from '../../../demo/old-application/plan/random.ts'
import type { Step } from '../history.ts'

const sessions = 3
/** Keys of one session, so that no session ever waits for a row of another. */
const keysPerSession = 10_000_000

/** Rows are told apart by key and value; statements of several rows make several events of the binlog. */
export const mariadbProofTables: readonly string[] = [
  'CREATE TABLE some (id int PRIMARY KEY, v int NOT NULL)',
  'CREATE TABLE others (id int PRIMARY KEY, v int NOT NULL)',
]

/** The tables that are compared; a third one is not captured. */
export const comparedTables = ['some', 'others'] as const
const hidden = 'CREATE TABLE IF NOT EXISTS hidden.things (id int PRIMARY KEY AUTO_INCREMENT, v int)'
export const hiddenDatabase: readonly string[] = ['CREATE DATABASE IF NOT EXISTS hidden', hidden]

/** Steps in the order in which they are run; every transaction has ended behind the last one. */
export function mariadbHistory(seed: number, length: number): readonly Step[] {
  const random = new Random(seed)
  const drafts = Array.from({ length: sessions }, (_, session) => new SessionDraft(session, random, seed))
  const steps: Step[] = []
  while (steps.length < length) steps.push(...(random.pickAny(drafts)?.next() ?? []))
  return [...steps, ...drafts.flatMap((draft) => draft.end())]
}

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

class SessionDraft {
  private readonly random: Random
  private readonly session: number
  private readonly low: number
  private open = false
  private nextKey: number

  constructor(session: number, random: Random, seed: number) {
    this.session = session
    this.random = random
    this.low = session * keysPerSession
    // A database serves many histories, one after the other.
    this.nextKey = this.low + (seed % 5_000) * 1_000
  }

  next(): readonly Step[] {
    if (!this.open) {
      this.open = true
      return this.steps('BEGIN', this.change())
    }
    const dice = this.random.integer(1, 20)
    if (dice <= 4) return this.ending('COMMIT')
    if (dice === 5) return this.ending('ROLLBACK')
    if (dice <= 7) return this.steps('SAVEPOINT here', this.change(), 'ROLLBACK TO here', this.change())
    return this.steps(this.change())
  }

  end(): readonly Step[] {
    return this.open ? this.ending('COMMIT') : []
  }

  private ending(sql: string): readonly Step[] {
    this.open = false
    return this.steps(sql)
  }

  private steps(...statements: readonly string[]): readonly Step[] {
    return statements.map((sql) => ({ session: this.session, sql }))
  }

  private change(): string {
    const { random } = this
    const table = random.pick(['some', 'some', 'others'])
    const own = `id BETWEEN ${this.low} AND ${this.low + keysPerSession - 1}`
    // A SELECT of its own, which takes no locks: any other read would wait for the first row of the next session.
    const find = `SELECT min(id) INTO @lowest FROM ${table} WHERE ${own};`
    switch (random.integer(1, 10)) {
      case 1:
      case 2:
      case 3:
        return `INSERT INTO ${table} VALUES ${Array.from({ length: random.integer(2, 12) }, () => `(${this.take()}, 1)`).join(', ')}`
      case 4:
        return `${find} UPDATE ${table} SET v = v + 1 WHERE id = @lowest`
      case 5:
        return `${find} UPDATE ${table} SET id = ${this.take()} WHERE id = @lowest`
      case 6:
        return `${find} DELETE FROM ${table} WHERE id = @lowest`
      case 7:
        return 'INSERT INTO hidden.things (v) VALUES (1)'
      case 8:
        return `UPDATE ${table} SET v = v + 1 WHERE id IN (${this.nextKey - 3}, ${this.nextKey - 2}, ${this.nextKey - 1})`
      case 9:
        return `INSERT INTO ${table} VALUES (${this.take()}, 1) ON DUPLICATE KEY UPDATE v = v + 1`
      default:
        return `INSERT INTO ${table} VALUES (${this.take()}, 1)`
    }
  }

  /** A key that was never used. */
  private take(): number {
    this.nextKey += 1
    return this.nextKey - 1
  }
}
