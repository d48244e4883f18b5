/** Carries out a plan in several sessions at once, so that transactions interleave as those of a busy shop do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopAddress } from '../../shop-database.ts'
import type { PlannedStep, PlannedTransaction } from '../plan/plan-transactions.ts'
import { allStores } from '../plan/shop.ts'
import { ClosedStores } from './refusal.ts'
import { type LostConnection, type Outcome, ShopSession } from './shop-session.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly refusedWrite: RefusedWrite
  readonly address: ShopAddress
  readonly sessions: number
  readonly pace: Pace
  readonly length: { readonly kind: 'endless' } | { readonly kind: 'bounded'; readonly transactions: number }
  readonly lostConnection: LostConnection
  readonly audit: 'expectations' | 'none'
  /** Ends the run when the transactions that are open have ended. */
  readonly stop?: AbortSignal
}

export type Plan = Iterator<PlannedTransaction, unknown>

/** What to do when the database takes no more writes for a store. */
export type RefusedWrite =
  | { readonly kind: 'fail' }
  /** Plans on for the stores that are given, from what the database has; the others are tried again after some time. */
  | { readonly kind: 'planAnew'; readonly plan: (stores: readonly number[]) => Promise<Plan> }

export type Pace = { readonly kind: 'unlimited' } | { readonly kind: 'rate'; readonly transactionsPerSecond: number }

export interface RunTotals {
  committed: number
  rolledBack: number
  /** Whose scope the database keeps closed. */
  refused: number
  /** Planned upon one that was refused. */
  givenUp: number
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

/**
 * At work · closing: a transaction was refused, so that the plan is of a shop that is not there, and no other is taken ·
 * planning, when those that are open have ended. Then it is at work again.
 */
class Run {
  readonly totals: RunTotals = {
    committed: 0,
    rolledBack: 0,
    refused: 0,
    givenUp: 0,
    rows: 0,
    expectedEvents: 0,
    expectedDeadLetters: 0,
    reconnects: 0,
  }
  private readonly options: RunOptions
  private readonly open = new Map<number, Promise<undefined>>()
  private readonly closed = new ClosedStores()
  /** Of the present plan: those that have not come about. */
  private readonly dropped = new Set<number>()
  private plan: Plan
  private renewal: 'none' | 'due' | Promise<void> = 'none'
  private readonly started = performance.now()
  private taken = 0
  private failed = false

  constructor(options: RunOptions) {
    this.options = options
    this.plan = options.plan
  }

  async session(): Promise<void> {
    const { address, lostConnection, audit } = this.options
    const beforeStep = async (step: PlannedStep, transaction: PlannedTransaction): Promise<'goOn' | 'giveUp'> => {
      await this.hesitate(step, transaction)
      // Commit only after those before: two transactions that touch one thing commit in the order of the plan.
      await Promise.all(step.after.map(async (number) => await this.open.get(number)))
      return step.after.some((number) => this.dropped.has(number)) ? 'giveUp' : 'goOn'
    }
    const session = new ShopSession({ address, lostConnection, audit, beforeStep })
    try {
      for (let next = await this.take(); next !== null; next = await this.take()) {
        await this.carryOut(session, next)
      }
    } finally {
      this.totals.reconnects += session.reconnects
      await session.close()
    }
  }

  private async carryOut(session: ShopSession, next: Taken): Promise<void> {
    const { transaction, notBeforeMs, ended } = next
    try {
      await sleep(Math.max(0, notBeforeMs - (performance.now() - this.started)))
      this.settle(transaction, await session.carryOut(transaction))
      ended.resolve(undefined)
    } catch (error) {
      this.failed = true
      ended.reject(error)
      throw error
    } finally {
      this.open.delete(transaction.number)
    }
  }

  private async take(): Promise<Taken | null> {
    const { length, pace, stop } = this.options
    if (this.closed.openedAt(performance.now()) && this.renewal === 'none') this.renewal = 'due'
    if (this.renewal === 'due') this.renewal = this.renew()
    if (this.renewal !== 'none') await this.renewal
    if (this.failed || stop?.aborted === true) return null
    if (length.kind === 'bounded' && this.taken >= length.transactions) return null
    const step = this.plan.next()
    if (step.done === true) return null
    const notBeforeMs = pace.kind === 'rate' ? (this.taken * 1000) / pace.transactionsPerSecond : 0
    this.taken += 1
    const ended = Promise.withResolvers<undefined>()
    // Who waits for it fails with it; often nobody does.
    ended.promise.catch(() => undefined)
    this.open.set(step.value.number, ended.promise)
    return { transaction: step.value, notBeforeMs, ended }
  }

  private async renew(): Promise<void> {
    await Promise.allSettled(this.open.values())
    const { refusedWrite } = this.options
    if (refusedWrite.kind === 'fail') throw new Error('a write was refused: who else owns a store of this shop?')
    this.plan = await refusedWrite.plan(this.closed.openOf(allStores))
    this.dropped.clear()
    this.renewal = 'none'
  }

  private async hesitate({ hesitation }: PlannedStep, { steps }: PlannedTransaction): Promise<void> {
    const { pace, sessions } = this.options
    if (pace.kind === 'unlimited') return
    const transactionMs = (sessions * 1000) / pace.transactionsPerSecond
    await sleep((hesitation * thinkingShare * transactionMs) / steps.length)
  }

  private settle(transaction: PlannedTransaction, outcome: Outcome): void {
    if (outcome.kind === 'ended') {
      this.count(transaction)
      return
    }
    this.totals[outcome.kind] += 1
    this.dropped.add(transaction.number)
    if (this.renewal === 'none') this.renewal = 'due'
    if (outcome.kind === 'refused') this.closed.close(outcome.refusal, { all: allStores, nowMs: performance.now() })
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
  readonly ended: PromiseWithResolvers<undefined>
}
