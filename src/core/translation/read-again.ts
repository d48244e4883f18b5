/** A large transaction that is read again from the raw log: once to gather what belongs together, once to translate. */
import type { RowMessage } from '../capture/capture-message.ts'
import type { MessageDecoder } from '../capture/message-decoder.ts'
import type { RawRecords } from '../capture/record/raw-records.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { LargeTranslation } from '../mapping/run/large-translation.ts'
import type { Outcome, TranslationPlan } from '../mapping/run/translate.ts'
import { keepBytes } from '../transaction/open-transaction.ts'
import { bytesOf } from '../transaction/large/passed-rows.ts'
import type { LargeTransaction } from '../transaction/source-transaction.ts'
import type { TransactionBudget } from '../transaction/large/transaction-budget.ts'
import type { TransactionOutput } from './transaction-output.ts'

export type Pass = 'gather' | 'translate'

export class ReadAgain {
  readonly transaction: LargeTransaction
  /** To be done in this order, each from `transaction.from` to `transaction.to`. */
  readonly passes: readonly Pass[]
  private readonly translation: LargeTranslation
  private readonly decoder: MessageDecoder
  private readonly output: TransactionOutput
  /** Rows of the pass at hand. */
  private rows = 0

  constructor(options: {
    readonly transaction: LargeTransaction
    readonly plan: TranslationPlan
    readonly budget: TransactionBudget
    readonly decoder: MessageDecoder
    readonly output: TransactionOutput
  }) {
    const { transaction, plan, budget } = options
    this.transaction = transaction
    this.translation = new LargeTranslation(transaction, plan, budget)
    this.decoder = options.decoder
    this.output = options.output
    this.passes = this.translation.standsAlone ? ['translate'] : ['gather', 'translate']
  }

  /**
   * What a record gives in this pass. Everything that was judged when the transaction was read to its END, repeats among
   * it, is passed over. Raises what halts a source.
   */
  take(pass: Pass, records: RawRecords, index: number): readonly OutputRecord[] {
    const message = this.decoder.decode(records, index)
    if (message.kind !== 'row' && message.kind !== 'logicalMessage') return nothing
    if (message.transaction !== this.transaction.id || message.totalOrder !== this.rows + 1) return nothing
    this.rows += 1
    if (message.kind !== 'row' || message.change === null) return nothing
    return pass === 'gather' ? this.gather(message) : this.translate(message)
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
    if (message.change !== null && this.translation.gather(message.change, bytesOf(message))) keepBytes(message)
    return nothing
  }

  private translate({ change }: RowMessage): readonly OutputRecord[] {
    const outcomes: Outcome[] = []
    if (change !== null) this.translation.translate(change, outcomes)
    return this.output.records(outcomes)
  }
}

const nothing: readonly OutputRecord[] = []
