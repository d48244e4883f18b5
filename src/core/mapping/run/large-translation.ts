/**
 * A source transaction that is larger than memory, translated change by change. What depends on other changes of it is
 * gathered before: rows that change more than once, and those that a `with` may ask for.
 */
import type { RowChange } from '../../capture/row-change.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { RowsAtHand } from '../../rows/rows-at-hand.ts'
import { type NetChange, type PlacedChange, PlaceCounter } from '../../transaction/net-change.ts'
import { aloneOf } from '../../transaction/net-changes.ts'
import { followRows } from '../../transaction/row-follower.ts'
import type { LargeTransaction } from '../../transaction/source-transaction.ts'
import type { TransactionBudget } from '../../transaction/large/transaction-budget.ts'
import { Joins } from './join.ts'
import { addOutcomes, type Outcome, type TranslationPlan } from './translate.ts'

/** Both passes get all changes of the transaction that are read, in its order. `gather` is the first of them. */
export class LargeTranslation {
  private readonly transaction: LargeTransaction
  private readonly plan: TranslationPlan
  private readonly rows: RowsAtHand
  private readonly budget: TransactionBudget
  private readonly gathering = new PlaceCounter()
  private readonly translating = new PlaceCounter()
  private readonly together: PlacedChange[] = []
  private joined: NetChange[] | null = []
  private togetherBytes = 0
  private joinedBytes = 0
  private gathered: { readonly byOrder: ReadonlyMap<number, NetChange>; readonly joins: Joins } | null = null

  constructor(
    transaction: LargeTransaction,
    { plan, budget, rows }: { plan: TranslationPlan; budget: TransactionBudget; rows: RowsAtHand },
  ) {
    this.transaction = transaction
    this.plan = plan
    this.rows = rows
    this.budget = budget
  }

  /** Whether the first pass can be spared. */
  get standsAlone(): boolean {
    return !this.transaction.keys.hasRepeats && this.plan.joined.size === 0
  }

  /**
   * Gives whether the change is held, and what it is made of must stay. Raises FalseworkError `TX_TOO_LARGE` when the
   * rows that change more than once are more than may be held.
   */
  gather(change: RowChange, bytes: number): boolean {
    const placed = this.gathering.place(change)
    if (this.transaction.keys.repeats(change)) {
      this.together.push(placed)
      this.togetherBytes += bytes
      if (this.isOver) this.leaveJoined()
      if (this.isOver) throw this.tooLarge()
      return true
    }
    if (this.joined === null || !this.plan.joined.has(change.table)) return false
    this.joined.push(aloneOf(placed))
    this.joinedBytes += bytes
    if (!this.isOver) return true
    this.leaveJoined()
    return false
  }

  /** Rules that need these rows fail; the others do not. */
  private leaveJoined(): void {
    this.joined = null
    this.joinedBytes = 0
  }

  /** Raises FalseworkError of `netChanges`. */
  translate(change: RowChange, outcomes: Outcome[]): void {
    const placed = this.translating.place(change)
    const { byOrder, joins } = (this.gathered ??= this.finishGathering())
    if (!this.plan.byTable.has(change.table)) return
    const net = this.transaction.keys.repeats(change) ? byOrder.get(placed.order) : aloneOf(placed)
    if (net === undefined) return
    addOutcomes({ change: net, transaction: this.transaction, joins, rows: this.rows }, this.plan, outcomes)
  }

  private finishGathering(): NonNullable<typeof this.gathered> {
    const net = followRows(this.together)
    const isJoined = ({ table }: NetChange): boolean => this.plan.joined.has(table)
    const joined =
      this.joined === null ? null : [...this.joined, ...net.filter(isJoined)].toSorted((a, b) => a.order - b.order)
    return { byOrder: new Map(net.map((change) => [change.order, change])), joins: new Joins(joined) }
  }

  private get isOver(): boolean {
    return this.togetherBytes + this.joinedBytes > this.budget.bytes
  }

  private tooLarge(): FalseworkError {
    const { key, rows } = this.transaction
    return new FalseworkError(
      'TX_TOO_LARGE',
      `source transaction ${key} of ${rows} rows changes more than once what takes more than ${this.budget.bytes} bytes`,
    )
  }
}
