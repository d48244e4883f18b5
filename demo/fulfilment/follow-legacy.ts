/** Follows the legacy shop: from its raw log into the service's tables. */
import type pg from 'pg'
import { type LogRecord, readRawLog } from './legacy/raw-log.ts'
import { readRawRecord } from './legacy/raw-record.ts'
import { joinedSteps, type LegacyStep, LegacyTransactions } from './legacy/transactions.ts'
import { followStep } from './orders/follow-step.ts'
import type { StateBeforeDispatch } from './orders/order-events.ts'
import { applyStep, type Progress } from './store/order-store.ts'

export interface FollowOptions {
  readonly brokers: string
  readonly topic: string
  readonly progress: Progress
  readonly stateBeforeDispatch: StateBeforeDispatch
  readonly stop: AbortSignal
}

/** Ends when `stop` fires, with the number of transactions that were applied. Raises an Error when it cannot go on. */
export async function followLegacy(client: pg.Client, options: FollowOptions): Promise<number> {
  const { brokers, topic, progress, stateBeforeDispatch, stop } = options
  const transactions = new LegacyTransactions(progress.position)
  let [from, count] = [progress.next, 0]
  const apply = async (step: LegacyStep): Promise<void> => {
    await applyStep(client, { from, step, follow: (following) => followStep(step, following, stateBeforeDispatch) })
    from = step.next
    count += step.changes.length > 0 ? 1 : 0
  }
  const take = async (records: readonly LogRecord[], heartbeat: () => Promise<void>): Promise<void> => {
    const steps = records.flatMap(({ offset, value }) => transactions.accept(readRawRecord(value), offset) ?? [])
    for (const step of joinedSteps(steps)) {
      if (stop.aborted) return
      await apply(step)
      await heartbeat()
    }
  }
  await readRawLog({ brokers, topic, from, stop }, take)
  return count
}
