/** Histories of three interleaved sessions, by seed: what a connector is stopped, restarted or killed in the middle of. */
import { Random } from '../../demo/old-application/plan/random.ts'

export interface Step {
  readonly session: number
  readonly sql: string
}

const sessions = 3
/** Keys of one session, so that no session ever waits for a row of another. */
const keysPerSession = 10_000_000

/** The tables; rows are told apart by key and value. */
export const proofSchema = `
  CREATE SCHEMA proof;
  CREATE TABLE proof.rows (id integer PRIMARY KEY, v integer NOT NULL);
  ALTER TABLE proof.rows REPLICA IDENTITY FULL;
  CREATE TABLE proof.others (id integer PRIMARY KEY, v integer NOT NULL);
  ALTER TABLE proof.others REPLICA IDENTITY FULL;
  CREATE TABLE proof.hidden (id serial PRIMARY KEY, v integer);
  CREATE PUBLICATION proof FOR TABLE proof.rows, proof.others;`

export const history = (seed: number, length: number): readonly Step[] => interleaved(seed, length, change)

/**
 * Steps in the order in which they are run; every transaction has ended behind the last one. `changeOf` gives a statement
 * on rows of the session's own keys, in the database's own words.
 */
export function interleaved(
  seed: number,
  length: number,
  changeOf: (keys: SessionKeys, random: Random) => string,
): readonly Step[] {
  const random = new Random(seed)
  const drafts = Array.from({ length: sessions }, (_, session) => {
    const keys = new SessionKeys(session, seed)
    return new SessionDraft(session, random, () => changeOf(keys, random))
  })
  const steps: Step[] = []
  while (steps.length < length) steps.push(...(random.pickAny(drafts)?.next() ?? []))
  return [...steps, ...drafts.flatMap((draft) => draft.end())]
}

/**
 * The history of a lost head, and of a COPY: two sessions write, one commits in between, and rows share a position of
 * the log.
 */
export const storySteps: readonly Step[] = [
  'BEGIN',
  'INSERT INTO proof.rows VALUES (1, 1)',
  { other: 'INSERT INTO proof.rows VALUES (10000001, 1)' },
  'INSERT INTO proof.rows VALUES (2, 1)',
  { other: 'BEGIN' },
  { other: 'INSERT INTO proof.others VALUES (10000002, 1)' },
  'INSERT INTO proof.rows VALUES (3, 1)',
  'COMMIT',
  { other: 'UPDATE proof.others SET v = 2 WHERE id = 10000002' },
  { other: 'COMMIT' },
  'BEGIN',
  copyOf('rows', 11, 15),
  { other: 'INSERT INTO proof.rows VALUES (10000003, 1)' },
  copyOf('others', 21, 24),
  'UPDATE proof.rows SET id = 5011 WHERE id = 11',
  'COMMIT',
].map((step) => (typeof step === 'string' ? { session: 0, sql: step } : { session: 1, sql: step.other }))

/** Rows of a COPY share one position of PostgreSQL's log. */
function copyOf(table: string, from: number, to: number): string {
  return `COPY proof.${table} FROM PROGRAM 'seq -f "%.0f,1" ${from} ${to}' WITH (FORMAT csv)`
}

/** The keys of one session. */
export class SessionKeys {
  readonly low: number
  /** The lowest that was never used. */
  next: number

  constructor(session: number, seed: number) {
    this.low = session * keysPerSession
    // A database serves many histories, one after the other.
    this.next = this.low + (seed % 5_000) * 1_000
  }

  /** A condition. */
  get own(): string {
    return `id BETWEEN ${this.low} AND ${this.low + keysPerSession - 1}`
  }

  /** The first of some keys that were never used. */
  take(count: number): number {
    const first = this.next
    this.next += count
    return first
  }
}

class SessionDraft {
  private readonly session: number
  private readonly random: Random
  private readonly change: () => string
  private open = false

  constructor(session: number, random: Random, change: () => string) {
    this.session = session
    this.random = random
    this.change = change
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
}

function change(keys: SessionKeys, random: Random): string {
  const table = random.pick(['rows', 'rows', 'others'])
  const lowest = `id = (SELECT min(id) FROM proof.${table} WHERE ${keys.own})`
  switch (random.integer(1, 10)) {
    case 1:
      return copyOf(table, keys.take(4), keys.next - 1)
    case 2:
    case 3:
      return `INSERT INTO proof.${table} SELECT n, 1 FROM generate_series(${keys.take(3)}, ${keys.next - 1}) n`
    case 4:
      return `UPDATE proof.${table} SET v = v + 1 WHERE ${lowest}`
    case 5:
      return `UPDATE proof.${table} SET id = ${keys.take(1)} WHERE ${lowest}`
    case 6:
      return `DELETE FROM proof.${table} WHERE ${lowest}`
    case 7:
      return 'INSERT INTO proof.hidden (v) VALUES (1)'
    case 8:
      return `UPDATE proof.${table} SET v = v + 1 WHERE ${keys.own} AND id > ${keys.next - 4}`
    default:
      return `INSERT INTO proof.${table} VALUES (${keys.take(1)}, 1)`
  }
}
