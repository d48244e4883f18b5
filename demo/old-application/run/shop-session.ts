/** One session of the old application: carries out planned transactions, each exactly once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { connectToShop, type ShopAddress } from '../../shop-database.ts'
import type { PlannedStep, PlannedTransaction } from '../plan/plan-transactions.ts'
import { sqlOf } from '../plan/statement.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { writeEvents } from './write-events.ts'

/** What to do when the database goes away. */
export type LostConnection =
  | { readonly kind: 'fail' }
  /** Connects again for that long. A transaction whose COMMIT was not answered is looked up, and repeated if need be. */
  | { readonly kind: 'reconnect'; readonly outageMsMax: number }

export interface SessionOptions {
  readonly address: ShopAddress
  readonly lostConnection: LostConnection
  /** `none`: rows that are there before capture begins are no events. */
  readonly audit: 'expectations' | 'none'
  /**
   * Waits until a step may be taken: for earlier transactions, and for as long as somebody thinks about it. `giveUp`:
   * what the transaction was planned upon has not come about.
   */
  readonly beforeStep: (step: PlannedStep, transaction: PlannedTransaction) => Promise<'goOn' | 'giveUp'>
}

/** `refused` and `givenUp` have left nothing behind. */
export type Outcome =
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'givenUp' }

const reconnectEveryMs = 100

/** Modes: connected · without a connection. A statement that finds the connection lost moves it, `connected` moves it back. */
export class ShopSession {
  reconnects = 0
  private readonly options: SessionOptions
  private client: pg.Client | null = null

  constructor(options: SessionOptions) {
    this.options = options
  }

  /** Raises an Error when the database is not as the plan says, or is away for longer than the policy takes. */
  async carryOut(transaction: PlannedTransaction): Promise<Outcome> {
    let outcome: 'none' | 'unknown' = 'none'
    for (;;) {
      try {
        if (outcome === 'unknown' && (await this.hasCommitted(transaction))) return { kind: 'ended' }
        return { kind: await this.attempt(await this.connected(), transaction) }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal !== null) {
          await this.rollBack()
          return { kind: 'refused', refusal }
        }
        await this.close()
        if (this.options.lostConnection.kind === 'fail' || !isLostConnection(error)) throw error
        this.reconnects += 1
        // One that is rolled back is repeated too: later ones rely on its having waited for those before it.
        outcome = transaction.ending === 'commit' ? 'unknown' : 'none'
      }
    }
  }

  async close(): Promise<void> {
    const { client } = this
    this.client = null
    await client?.end().catch(() => undefined)
  }

  /** Without a connection the server does it. */
  private async rollBack(): Promise<void> {
    await this.client?.query('ROLLBACK').catch(async () => await this.close())
  }

  private async attempt(client: pg.Client, transaction: PlannedTransaction): Promise<'ended' | 'givenUp'> {
    await client.query('BEGIN')
    // First of all, so that a repetition waits here for an earlier attempt that the server may still be committing.
    if (this.options.audit === 'expectations') {
      const { number, kind, rows } = transaction
      await client.query('INSERT INTO audit.transactions (id, kind, rows) VALUES ($1, $2, $3)', [number, kind, rows])
    }
    for (const step of transaction.steps) {
      if ((await this.options.beforeStep(step, transaction)) === 'giveUp') {
        await client.query('ROLLBACK')
        return 'givenUp'
      }
      await takeStep(client, step)
    }
    if (this.options.audit === 'expectations') await writeExpectations(client, transaction)
    await client.query(transaction.ending === 'commit' ? 'COMMIT' : 'ROLLBACK')
    return 'ended'
  }

  private async hasCommitted({ number }: PlannedTransaction): Promise<boolean> {
    if (this.options.audit === 'none') throw new Error('the connection was lost, and nothing tells what was committed')
    const client = await this.connected()
    // A conflict with this insert is how an attempt that is still being committed is waited for.
    await client.query('BEGIN')
    const found = await client.query(
      `INSERT INTO audit.transactions (id, kind, rows) VALUES ($1, 'probe', 0) ON CONFLICT DO NOTHING`,
      [number],
    )
    await client.query('ROLLBACK')
    return found.rowCount === 0
  }

  private async connected(): Promise<pg.Client> {
    const { lostConnection, address } = this.options
    const deadline = performance.now() + (lostConnection.kind === 'reconnect' ? lostConnection.outageMsMax : 0)
    while (this.client === null) {
      try {
        this.client = await connectToShop(address)
      } catch (error) {
        const isAway = error instanceof Error && isLostConnection(error.cause)
        if (!isAway || performance.now() >= deadline) throw error
        await sleep(reconnectEveryMs)
      }
    }
    return this.client
  }
}

async function takeStep(client: pg.Client, { statement }: PlannedStep): Promise<void> {
  const { text, values } = sqlOf(statement)
  const { rows, rowCount } = await client.query<{ touched_at: string }>(text, [...values])
  if (statement.kind === 'lock' && rows[0]?.touched_at !== statement.touchedAt) {
    throw new Error(`${statement.table}/${statement.id} is not as the old application left it: who else writes?`)
  }
  if ((statement.kind === 'update' || statement.kind === 'delete') && rowCount !== 1) {
    throw new Error(`a row of ${statement.table} that the old application knows is gone: who else writes?`)
  }
}

async function writeExpectations(client: pg.Client, transaction: PlannedTransaction): Promise<void> {
  const { number, events, deadLetters } = transaction
  await writeEvents(client, number, events)
  for (const [place, { mapping, rule, errorClass }] of deadLetters.entries()) {
    await client.query(
      `INSERT INTO audit.expected_dead_letters (transaction_id, place, mapping, rule, error_class)
       VALUES ($1, $2, $3, $4, $5)`,
      [number, place, mapping, rule, errorClass],
    )
  }
}

/** Codes of Node's sockets and of PostgreSQL (class 08, and 57P01 to 57P03: it shuts down, or is not up yet). */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // A name with several addresses fails once for each.
  if (error instanceof AggregateError) return error.errors.some(isLostConnection)
  const code = 'code' in error ? String(error.code) : ''
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P0[123])$/.test(code)) return true
  // pg gives these no code.
  return /^(Connection terminated|Client has encountered a connection error|Client was closed)/.test(error.message)
}
