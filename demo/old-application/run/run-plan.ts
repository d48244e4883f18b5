/** Carries out a plan in several sessions at once, so that transactions interleave as those of a busy shop do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopAddress } from '../../shop-database.ts'
import type { PlannedStep, PlannedTransaction } from '../plan/plan-transactions.ts'
import { type LostConnection, ShopSession } from './shop-session.ts'

export interface RunOptions {
  readonly plan: Iterator<PlannedTransaction, unknown>
  readonly address: ShopAddress
  readonly sessions: number
  readonly pace: Pace
  readonly length: { readonly kind: 'endless' } | { readonly kind: 'bounded'; readonly transactions: number }
  readonly lostConnection: LostConnection
  readonly audit: 'expectations' | 'none'
  /** Ends the run when the transactions that are open have ended. */
  readonly stop?: AbortSignal
}

export type Pace = { readonly kind: 'unlimited' } | { readonly kind: 'rate'; readonly transactionsPerSecond: number }

export interface RunTotals {
  committed: number
  rolledBack: number
  /** Row changes of captured tables that were committed. */
  rows: number
  expectedEvents: number
  expectedDeadLetters: number
  reconnects: number
}

/** Share of a session's time that is spent thinking between statements: transactions are open for most of it. */
const thinkingShare = 0.6

/** Raises the Error of the first session that fails. */
export async function runPlan(options: RunOptions): Promise<RunTotals> {
  const run = new Run(options)
  const outcomes = await Promise.allSettled(Array.from({ length: options.sessions }, async () => await run.session()))
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure !== undefined) throw failure.reason
  return run.totals
}

class Run {
  readonly totals: RunTotals = {
    committed: 0,
    rolledBack: 0,
    rows: 0,
    expectedEvents: 0,
    expectedDeadLetters: 0,
    reconnects: 0,
  }
  private readonly options: RunOptions
  private readonly open = new Map<number, Promise<undefined>>()
  private readonly started = performance.now()
  private taken = 0
  private failed = false

  constructor(options: RunOptions) {
    this.options = options
  }

  async session(): Promise<void> {
    const { address, lostConnection, audit } = this.options
    const beforeStep = async (step: PlannedStep, transaction: PlannedTransaction): Promise<void> => {
      await this.hesitate(step, transaction)
      // Commit only after those before: two transactions that touch one thing commit in the order of the plan.
      await Promise.all(step.after.map(async (number) => await this.open.get(number)))
    }
    const session = new ShopSession({ address, lostConnection, audit, beforeStep })
    try {
      for (let next = this.take(); next !== null; next = this.take()) {
        await this.carryOut(session, next)
      }
    } finally {
      this.totals.reconnects += session.reconnects
      await session.close()
    }
  }

  private async carryOut(session: ShopSession, next: Taken): Promise<void> {
    const { transaction, notBeforeMs } = next
    const ended = Promise.withResolvers<undefined>()
    // Who waits for it fails with it; often nobody does.
    ended.promise.catch(() => undefined)
    this.open.set(transaction.number, ended.promise)
    try {
      await sleep(Math.max(0, notBeforeMs - (performance.now() - this.started)))
      await session.carryOut(transaction)
      this.count(transaction)
      ended.resolve(undefined)
    } catch (error) {
      this.failed = true
      ended.reject(error)
      throw error
    } finally {
      this.open.delete(transaction.number)
    }
  }

  private take(): Taken | null {
    const { plan, length, pace, stop } = this.options
    if (this.failed || stop?.aborted === true) return null
    if (length.kind === 'bounded' && this.taken >= length.transactions) return null
    const step = plan.next()
    if (step.done === true) return null
    const notBeforeMs = pace.kind === 'rate' ? (this.taken * 1000) / pace.transactionsPerSecond : 0
    this.taken += 1
    return { transaction: step.value, notBeforeMs }
  }

  private async hesitate({ hesitation }: PlannedStep, { steps }: PlannedTransaction): Promise<void> {
    const { pace, sessions } = this.options
    if (pace.kind === 'unlimited') return
    const transactionMs = (sessions * 1000) / pace.transactionsPerSecond
    await sleep((hesitation * thinkingShare * transactionMs) / steps.length)
  }

  private count({ ending, rows, events, deadLetters }: PlannedTransaction): void {
    if (ending === 'commit') this.totals.committed += 1
    else this.totals.rolledBack += 1
    this.totals.rows += rows
    this.totals.expectedEvents += events.length
    this.totals.expectedDeadLetters += deadLetters.length
  }
}

interface Taken {
  readonly transaction: PlannedTransaction
  /** Since the run started. */
  readonly notBeforeMs: number
}
