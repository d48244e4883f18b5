/** Outcomes of one source transaction as records, counted; a failure that halts its source is raised. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { type TransactionStamp, transactionStamp } from '../event/record-factory.ts'
import type { Outcome } from '../mapping/run/translate.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import type { ActiveRevisions } from './active-revisions.ts'
import type { SliceCounts } from './slice-counts.ts'

export class TransactionOutput {
  private readonly transaction: TransactionFacts
  private readonly active: ActiveRevisions
  private readonly counts: SliceCounts
  private readonly stamp: TransactionStamp

  constructor(options: {
    readonly source: string
    readonly incarnation: number
    readonly transaction: TransactionFacts
    readonly active: ActiveRevisions
    readonly counts: SliceCounts
  }) {
    this.transaction = options.transaction
    this.active = options.active
    this.counts = options.counts
    this.stamp = transactionStamp(options)
  }

  /** Raises FalseworkError `RULE_FAILED` where the policy of a failure is to halt. */
  records(outcomes: readonly Outcome[]): readonly OutputRecord[] {
    for (const outcome of outcomes) refuseHalt(outcome, this.transaction)
    if (outcomes.length > 0) this.counts.translated(outcomes, this.transaction)
    return outcomes.flatMap((outcome) => this.active.recordsOf(outcome, this.stamp))
  }
}

/** Its message names place, class and transaction, and no value. */
function refuseHalt(outcome: Outcome, transaction: TransactionFacts): void {
  if (outcome.kind !== 'failed' || outcome.policy !== 'haltSource') return
  const { place, errorClass, failure } = outcome.input
  throw new FalseworkError(
    'RULE_FAILED',
    `${place.file}:${place.line}:${place.column} ${failure.at}: class ${errorClass} in source transaction ` +
      `${transaction.key}, raw offsets ${transaction.from} to ${transaction.to - 1}`,
  )
}
