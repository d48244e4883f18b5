/** A large transaction that is read again from the raw log: once to gather what belongs together, once to translate. */
import type { RowMessage } from '../capture/capture-message.ts'
import type { MessageDecoder } from '../capture/message-decoder.ts'
import type { RawRecords } from '../capture/record/raw-records.ts'
import type { RowChange } from '../capture/row-change.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { LargeTranslation } from '../mapping/run/large-translation.ts'
import type { Outcome, TranslationPlan } from '../mapping/run/translate.ts'
import { UnfollowedChanges } from '../rows/cascades/unfollowed-changes.ts'
import type { LargeCompletion } from '../rows/large-completion.ts'
import type { NewRows } from '../rows/new-rows.ts'
import type { KeptRows } from '../rows/row-overlay.ts'
import type { SourceRows } from '../rows/source-rows.ts'
import type { RowsAtHand } from '../rows/rows-at-hand.ts'
import { keepBytes } from '../transaction/open-transaction.ts'
import { bytesOf } from '../transaction/large/passed-rows.ts'
import type { LargeTransaction } from '../transaction/source-transaction.ts'
import type { TransactionBudget } from '../transaction/large/transaction-budget.ts'
import type { TransactionOutput } from './slice/transaction-output.ts'

type Pass = 'gather' | 'translate'

export class ReadAgain {
  readonly transaction: LargeTransaction
  /** To be done in this order, each from `transaction.from` to `transaction.to`. */
  readonly passes: readonly Pass[]
  private readonly translation: LargeTranslation
  private readonly completion: LargeCompletion
  private readonly unfollowed: UnfollowedChanges
  private readonly decoder: MessageDecoder
  private readonly output: TransactionOutput
  private readonly touched: (change: RowChange) => readonly OutputRecord[]
  private readonly newRows: NewRows
  /** Rows of the pass at hand. */
  private rows = 0

  constructor(options: {
    readonly transaction: LargeTransaction
    readonly plan: TranslationPlan
    readonly rows: SourceRows
    readonly budget: TransactionBudget
    readonly lookedUp: RowsAtHand
    /** What is published of rows before the change touches them. */
    readonly touched: (change: RowChange) => readonly OutputRecord[]
    readonly decoder: MessageDecoder
    readonly output: TransactionOutput
  }) {
    const { transaction, plan, budget, rows, lookedUp } = options
    this.transaction = transaction
    this.completion = rows.completionOfLarge()
    this.unfollowed = new UnfollowedChanges(rows.tables, plan.derived)
    this.translation = new LargeTranslation(transaction, { plan, budget, rows: lookedUp })
    this.decoder = options.decoder
    this.output = options.output
    this.touched = options.touched
    this.newRows = rows.newRows
    this.passes = this.translation.standsAlone ? ['translate'] : ['gather', 'translate']
  }

  /**
   * What a record gives in this pass. Everything that was judged when the transaction was read to its END, repeats among
   * it, is passed over. Raises what halts a source.
   */
  take(pass: Pass, records: RawRecords, index: number): readonly OutputRecord[] {
    const message = this.rowOf(records, index)
    if (message === null) return nothing
    return pass === 'gather' ? this.gather(message) : this.translate(message)
  }

  /** The same of the last pass: the change of a row that is read, or null. In `kept` its row is new no more. */
  changeAt(records: RawRecords, index: number, kept: KeptRows): RowChange | null {
    const change = this.rowOf(records, index)?.change ?? null
    if (change !== null) this.newRows.end(change, kept)
    return change
  }

  private rowOf(records: RawRecords, index: number): RowMessage | null {
    const message = this.decoder.decode(records, index)
    if (message.kind !== 'row' && message.kind !== 'logicalMessage') return null
    if (message.transaction !== this.transaction.id || message.totalOrder !== this.rows + 1) return null
    this.rows += 1
    return message.kind === 'row' && message.change !== null ? message : null
  }

  /** Raises FalseworkError `WRONG_LOG` unless every row was there again. */
  endPass(): void {
    const { key, rows } = this.transaction
    if (this.rows !== rows) {
      throw new FalseworkError('WRONG_LOG', `source transaction ${key} had ${rows} rows and now has ${this.rows}`)
    }
    this.rows = 0
  }

  private gather(message: RowMessage): readonly OutputRecord[] {
    const { change } = message
    if (change !== null && this.translation.gather(this.completed(change), bytesOf(message))) keepBytes(message)
    return nothing
  }

  private translate({ change }: RowMessage): readonly OutputRecord[] {
    const outcomes: Outcome[] = []
    const touched = change === null ? nothing : this.touched(change)
    // What depends on other changes was completed when it was gathered.
    const isGathered = change !== null && this.transaction.keys.repeats(change)
    if (change !== null) this.translation.translate(isGathered ? change : this.completed(change), outcomes)
    const records = this.output.records(outcomes)
    return touched.length === 0 ? records : [...touched, ...records]
  }

  private completed(change: RowChange): RowChange {
    const { completion, transaction } = this
    this.refuseUnfollowed(change)
    return transaction.keys.repeats(change) ? completion.completeTogether(change) : completion.completeAlone(change)
  }

  /** What foreign keys change is kept when the transaction is visible, and shown to no rule. */
  private refuseUnfollowed(change: RowChange): void {
    const table = this.unfollowed.behind(change)
    if (table === null) return
    const { key, rows } = this.transaction
    throw new FalseworkError(
      'TX_TOO_LARGE',
      `source transaction ${key} of ${rows} rows is not held, and a rule wants what foreign keys change in ${table} with its changes of ${change.table}`,
    )
  }
}

const nothing: readonly OutputRecord[] = []
