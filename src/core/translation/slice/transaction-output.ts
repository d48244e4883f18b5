/** Outcomes of one source transaction as records, counted; a failure that halts its source is raised. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import { type TransactionStamp, transactionStamp } from '../../event/record-factory.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import type { HeldState } from '../../held/held-state.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { TransactionFacts } from '../../transaction/source-transaction.ts'
import type { ActiveRevisions } from '../revisions/active-revisions.ts'
import { isViolation, type OwnedWay } from '../ownership/owned-outcomes.ts'
import type { HeldInputs } from '../held/held-inputs.ts'
import { countedBefore, inputsOf } from '../held/outcomes-of-inputs.ts'
import type { SliceCounts } from './slice-counts.ts'

interface TransactionOutputParts {
  readonly source: string
  readonly incarnation: number
  readonly transaction: TransactionFacts
  readonly active: ActiveRevisions
  readonly registryOffset: number
  readonly counts: SliceCounts
  readonly held: HeldInputs
  readonly torn: OwnedWay['torn']
}

export class TransactionOutput {
  private readonly parts: TransactionOutputParts
  private readonly stamp: TransactionStamp
  /** What waits before the transaction. */
  private readonly before: HeldState
  /** Whose scopes it has changed, as far as it was translated. */
  private readonly parties = new Set<'falsework' | 'native'>()

  constructor(parts: TransactionOutputParts) {
    this.parts = parts
    this.stamp = transactionStamp(parts)
    this.before = parts.held.holds.state
  }

  /**
   * Raises FalseworkError `RULE_FAILED` where the policy of a failure is to halt, `HELD_TOO_MUCH` where too many inputs
   * would wait: then nothing of the transaction waits.
   */
  records(all: readonly Outcome[]): readonly OutputRecord[] {
    if (all.length === 0) return []
    const { held, active, transaction, torn } = this.parts
    const outcomes = active.owned(all, { sync: transaction.sync ?? [], torn })
    this.watch(outcomes)
    try {
      if (held.holds.any || outcomes.some(isHeld)) return this.divided(outcomes)
      return this.published(outcomes)
    } catch (error) {
      held.restore(this.before)
      throw error
    }
  }

  /** Only a part of the source transaction is to come: other scopes that it has changed are another one's to publish. */
  private watch(outcomes: readonly Outcome[]): void {
    if (outcomes.some(isViolation)) this.parties.add('native')
    if (!outcomes.every(isViolation)) this.parties.add('falsework')
    const { counts, transaction } = this.parts
    if (this.parties.size > 1) counts.inPart.add(transaction.key)
  }

  private published(outcomes: readonly Outcome[]): readonly OutputRecord[] {
    const { active, counts, transaction } = this.parts
    for (const outcome of outcomes) refuseHalt(outcome, transaction)
    counts.translated(outcomes, transaction)
    return outcomes.flatMap((outcome, at) => active.recordsOf(outcome, this.stamp, beforeFailed(outcomes, at)))
  }

  /** Input by input: where one waits, none of its events goes out. */
  private divided(outcomes: readonly Outcome[]): readonly OutputRecord[] {
    const { held, ...parts } = this.parts
    const judged: Outcome[] = []
    const records: OutputRecord[] = []
    let at = 0
    let heldInputs = 0
    for (const input of inputsOf(outcomes)) {
      const eventsBefore = countedBefore(outcomes, at)
      const diverted = held.divert(input, { ...parts, stamp: this.stamp, eventsBefore })
      if (diverted?.kind !== 'waits') judged.push(...input)
      if (diverted === null) {
        for (const outcome of input) refuseHalt(outcome, parts.transaction)
        records.push(...input.flatMap((outcome) => parts.active.recordsOf(outcome, this.stamp, eventsBefore)))
      } else {
        records.push(...diverted.records)
        heldInputs += 1
      }
      at += input.length
    }
    parts.counts.translated(judged, parts.transaction)
    parts.counts.heldInputs += heldInputs
    return records
  }
}

/** Only a dead letter says it. */
const beforeFailed = (outcomes: readonly Outcome[], at: number): KeptInput['eventsBefore'] =>
  outcomes[at]?.kind === 'failed' ? countedBefore(outcomes, at) : {}

const isHeld = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && (outcome.policy === 'holdKey' || outcome.policy === 'holdMapping')

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
