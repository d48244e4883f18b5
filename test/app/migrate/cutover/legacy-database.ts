/** A legacy database in memory: writers that take the fence of their scope, and a history in the order of its commits. */
import { type RawRecord, type Row, sourceTransaction } from '../../../../bench/debezium/source-transaction.ts'
import { everyUpdate, stepOfOrder } from '../../../../bench/workload.ts'
import { memoryFence, memoryGuard } from '../../../../src/adapters/memory/database/memory-guard.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import { rfc3339 } from '../../../../src/core/event/event-time.ts'
import {
  fenceFor,
  type FenceMove,
  type FenceRow,
  type MoveOutcome,
} from '../../../../src/core/migration/guard/fence.ts'
import type { GuardedDatabase } from '../../../../src/ports/database/guard.ts'
import { fenceRecords, placeInLog, syncedRecords } from '../../translate/said-stages.ts'
import { mapping, ordersOf, type Store } from './shop.ts'
import type { TroubledParts } from './troubles.ts'

/** A row that was changed, and that an event is due of. */
export interface Fact {
  /** Of its event: key and time. */
  readonly id: string
  readonly key: string
  readonly store: Store
  /** Of its source transaction. */
  readonly number: number
  /** `forced`: by who has the rights to get past the guard. `sync`: it brings back what the new service has written. */
  readonly by: 'application' | 'forced' | 'sync'
  /** The one that stood for its scope when it was committed. */
  readonly fence: FenceRow
}

/** Whether the guard does what it is for. */
export type Guard = 'up' | 'does not wait for writers'

export interface LegacyDatabaseParts extends Pick<TroubledParts, 'clock' | 'random' | 'met'> {
  readonly guard: Guard
}

/** As the port says it: whoever waits for the fence gives up. */
const fenceWaitMsMax = 5_000

export class LegacyDatabase {
  readonly facts: Fact[] = []
  /** In the order of their commits. */
  readonly history: (readonly RawRecord[])[] = []
  readonly fence = memoryFence()
  private readonly parts: LegacyDatabaseParts
  private readonly inFlight: (readonly Store[])[] = []
  private readonly steps = new Map<number, number>()

  constructor(parts: LegacyDatabaseParts) {
    this.parts = parts
  }

  /** One transaction of the application; `refused` where the guard keeps it out. */
  async write(stores: readonly Store[]): Promise<'committed' | 'rolled back' | 'refused'> {
    const { clock, random, met } = this.parts
    if (stores.some((store) => this.fenceOf(store).owner === 'native')) {
      met.add('writer is refused')
      return 'refused'
    }
    this.inFlight.push(stores)
    await clock.sleep(random.integer(0, random.chance(0.05) ? 6_000 : 200))
    const isRolledBack = random.chance(0.1)
    if (!isRolledBack)
      this.commit(
        stores.map((store) => random.pick(ordersOf(store))),
        'application',
      )
    this.inFlight.splice(this.inFlight.indexOf(stores), 1)
    return isRolledBack ? 'rolled back' : 'committed'
  }

  /** By an account that the guard does not ask. */
  force(order: number): void {
    this.parts.met.add('guard is passed by force')
    this.commit([order], 'forced')
  }

  /** Rows of the new service come back, and the transaction says that they do. */
  bringBack(orders: readonly number[], epoch: number): void {
    const number = this.history.length
    const rows = this.change(orders, { number, by: 'sync' })
    this.history.push(syncedRecords(number, rows, epoch))
  }

  fenceOf(store: Store): FenceRow {
    const row = fenceFor([...this.fence.rows.values()], { mapping, scope: store })
    if (row === null) throw new Error('the legacy database is not guarded')
    return row
  }

  open(): GuardedDatabase {
    const guard = memoryGuard(this.fence)
    return { ...guard, moveFences: async (moves) => await this.moveFences(guard, moves) }
  }

  private async moveFences(guard: GuardedDatabase, moves: readonly FenceMove[]): Promise<MoveOutcome> {
    const { clock, met, guard: stands } = this.parts
    const untilMs = clock.nowMs() + fenceWaitMsMax
    while (stands === 'up' && this.isWrittenBehind(moves)) {
      met.add('fence waits for a writer')
      if (clock.nowMs() > untilMs) throw new FalseworkError('WRITERS_IN_FLIGHT', 'a writer does not end')
      await clock.sleep(10)
    }
    const before = this.fence.moved.length
    const outcome = await guard.moveFences(moves)
    for (const moved of this.fence.moved.slice(before)) {
      const own = moved.map(({ mapping, scope, to, epoch }) => ({ mapping, scope, owner: to, epoch }))
      this.history.push(fenceRecords(this.history.length, own))
    }
    return outcome
  }

  /** Whether somebody holds a row that is to be moved, or the one that stands for it. */
  private isWrittenBehind(moves: readonly FenceMove[]): boolean {
    const held = this.inFlight.flat()
    return moves.some(({ scope }) => held.some((store) => store === scope || this.fenceOf(store).scope === scope))
  }

  private commit(orders: readonly number[], by: 'application' | 'forced'): void {
    const number = this.history.length
    const rows = this.change(orders, { number, by })
    this.history.push([...sourceTransaction(placeInLog(number), rows)])
  }

  private change(orders: readonly number[], { number, by }: Pick<Fact, 'number' | 'by'>): readonly Row[] {
    const { commitUs } = placeInLog(number)
    return orders.map((id) => {
      const step = this.steps.get(id) ?? 0
      this.steps.set(id, step + 1)
      const store = String(1 + (id % 40))
      const key = String(id)
      const fence = this.fenceOf(store)
      this.facts.push({ id: `${key} ${rfc3339(BigInt(commitUs))}`, key, store, number, by, fence })
      return stepOfOrder({ id, step, commitUs }, everyUpdate)
    })
  }
}
