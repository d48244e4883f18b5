/**
 * A source transaction that is larger than memory, translated change by change. What depends on other changes of it is
 * gathered before: rows that change more than once, and those that a `with` may ask for or a rule puts into groups.
 */
import type { RowChange } from '../../capture/row-change.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { RowsAtHand } from '../../rows/rows-at-hand.ts'
import { type NetChange, type PlacedChange, PlaceCounter } from '../../transaction/net-change.ts'
import { aloneOf, singlesOf } from '../../transaction/net-changes.ts'
import { followRows } from '../../transaction/row-follower.ts'
import type { LargeTransaction } from '../../transaction/source-transaction.ts'
import type { TransactionBudget } from '../../transaction/large/transaction-budget.ts'
import { Groups } from './groups.ts'
import { Joins } from './join.ts'
import { addOutcomes, type Outcome, type Siblings, type TranslationPlan } from './translate.ts'

interface Gathered {
  readonly siblings: Siblings
  /** Of rows that change more than once. */
  readonly netAt: ReadonlyMap<number, NetChange>
  readonly singleAt: ReadonlyMap<number, NetChange>
}

const byOrder = (changes: readonly NetChange[]): ReadonlyMap<number, NetChange> =>
  new Map(changes.map((change) => [change.order, change]))

/** Both passes get all changes of the transaction that are read, in its order. `gather` is the first of them. */
export class LargeTranslation {
  private readonly transaction: LargeTransaction
  private readonly plan: TranslationPlan
  private readonly rows: RowsAtHand
  private readonly budget: TransactionBudget
  private readonly gathering = new PlaceCounter()
  private readonly translating = new PlaceCounter()
  private readonly together: PlacedChange[] = []
  private siblings: NetChange[] | null = []
  private togetherBytes = 0
  private siblingBytes = 0
  private gathered: Gathered | null = null

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
    const { joined, grouped } = this.plan
    return !this.transaction.keys.hasRepeats && joined.size === 0 && grouped.size === 0
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
      if (this.isOver) this.leaveSiblings()
      if (this.isOver) throw this.tooLarge()
      return true
    }
    if (this.siblings === null || !this.isSibling(change)) return false
    this.siblings.push(aloneOf(placed))
    this.siblingBytes += bytes
    if (!this.isOver) return true
    this.leaveSiblings()
    return false
  }

  /** Whether rules ask for the row when they fire for another one. */
  private isSibling({ table }: Pick<RowChange, 'table'>): boolean {
    return this.plan.joined.has(table) || this.plan.grouped.has(table)
  }

  /** Rules that need these rows fail; the others do not. */
  private leaveSiblings(): void {
    this.siblings = null
    this.siblingBytes = 0
  }

  /** Raises FalseworkError of `netChanges`. */
  translate(change: RowChange, outcomes: Outcome[]): void {
    const placed = this.translating.place(change)
    const { netAt, singleAt, siblings } = (this.gathered ??= this.finishGathering())
    const { plan, transaction, rows } = this
    if (!plan.byTable.has(change.table)) return
    const alone = transaction.keys.repeats(change) ? null : aloneOf(placed)
    const net = alone ?? netAt.get(placed.order) ?? null
    const single = plan.singly.has(change.table) ? (alone ?? singleAt.get(placed.order) ?? null) : null
    if (net === null && single === null) return
    addOutcomes({ place: { net, single }, transaction, rows, siblings }, plan, outcomes)
  }

  private finishGathering(): Gathered {
    const net = followRows(this.together)
    const siblings =
      this.siblings === null
        ? null
        : [...this.siblings, ...net.filter((change) => this.isSibling(change))].toSorted((a, b) => a.order - b.order)
    return {
      netAt: byOrder(net),
      singleAt: byOrder(this.plan.singly.size === 0 ? [] : singlesOf(this.together)),
      siblings: { joins: new Joins(siblings), groups: new Groups(siblings) },
    }
  }

  private get isOver(): boolean {
    return this.togetherBytes + this.siblingBytes > this.budget.bytes
  }

  private tooLarge(): FalseworkError {
    const { key, rows } = this.transaction
    return new FalseworkError(
      'TX_TOO_LARGE',
      `source transaction ${key} of ${rows} rows changes more than once what takes more than ${this.budget.bytes} bytes`,
    )
  }
}
