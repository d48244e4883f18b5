/** What went through a slice, counted for metrics and status: once per slice, never per record at a registry. */
import type { CaptureMessage } from '../../capture/capture-message.ts'
import type { RawOffset } from '../../capture/row-change.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { UnknownColumn } from '../../delivery/checkpoint.ts'
import type { Publication } from '../../event/business-event.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { AssemblyOutcome, SuspectedHead } from '../../transaction/assembly-outcome.ts'
import type { TransactionFacts } from '../../transaction/source-transaction.ts'
import type { FailureClass } from '../../values/value-error.ts'

/** Failed inputs of one mapping and class; `at` is where the first of them failed. */
export interface SkippedInputs {
  readonly mapping: string
  readonly errorClass: FailureClass
  readonly reason: string
  readonly at: string
  readonly inputs: number
}

export interface NewTable {
  readonly table: TableName
  /** Of the row. */
  readonly offset: RawOffset
  /** Its name before; null: nothing is known of another. */
  readonly from: string | null
  readonly isKnown: boolean
}

/**
 * What has become of a dead letter. One that others wait behind has its turn when theirs comes; one whose scope is another
 * one's to publish by now is `foreign`.
 */
export type LetterOutcome = 'published' | 'discarded' | 'held' | 'failed' | 'foreign' | 'turn' | 'gone' | 'left'

export class SliceCounts {
  changes = 0
  transactions = 0
  replayedTransactions = 0
  events = 0
  deadLetters = 0
  /** Inputs that began to wait, and those that waited and were looked at again. */
  heldInputs = 0
  releasedInputs = 0
  envelopesParsedWhole = 0
  readonly suspects: SuspectedHead[] = []
  /** Those among the consumed that the catalog does not know. */
  readonly unknownTables = new Set<TableName>()
  /** First rows of such tables, and of those that have got a name that the catalog knows. */
  readonly newTables: NewTable[] = []
  /** First rows that have them. */
  readonly newColumns: UnknownColumn[] = []
  lastCommitUs: bigint | null = null
  /** By table, then op. */
  readonly consumed = new Map<TableName, Map<string, number>>()
  readonly skipped = new Map<string, number>()
  /** By what is published. */
  readonly published = new Map<Publication, number>()
  /** Inputs that became dead letters, by `mapping class`. */
  readonly failures = new Map<string, number>()
  /** What the failures of class `schemaDrift` among them say, each once. */
  readonly drifts = new Set<string>()
  /** Inputs that are lost on purpose, by `mapping class`. */
  readonly skippedInputs = new Map<string, SkippedInputs>()
  /** Source transactions of which some inputs were published, and others lie behind a fence. */
  readonly inPart = new Set<string>()
  /** Optional fields that are null for a failure, by `mapping class`. */
  readonly nulledFields = new Map<string, number>()
  /** Dead letters that an operator has said a word about, by what has become of them. */
  readonly letters = new Map<LetterOutcome, number>()
  /** Commit times, ms since the epoch, of transactions that gave events: mapping, time, events. */
  readonly latencies: { readonly mapping: string; readonly committedAtMs: number; readonly events: number }[] = []

  count(message: CaptureMessage, outcome: AssemblyOutcome): void {
    if (message.kind === 'row') {
      this.changes += 1
      let ofTable = this.consumed.get(message.table)
      if (ofTable === undefined) {
        ofTable = new Map()
        this.consumed.set(message.table, ofTable)
      }
      increase(ofTable, message.op)
    } else if (message.kind !== 'begin' && message.kind !== 'end') {
      increase(this.skipped, message.kind)
    }
    switch (outcome.kind) {
      case 'complete':
      case 'large':
        this.transactions += 1
        this.lastCommitUs = outcome.transaction.committedAtUs
        if (outcome.suspect !== null) this.suspects.push(outcome.suspect)
        break
      case 'passed':
        if (outcome.suspect !== null) this.suspects.push(outcome.suspect)
        break
      case 'replayed':
        this.replayedTransactions += 1
        increase(this.skipped, 'replayed', outcome.rows)
        break
      case 'repeatedRow':
        increase(this.skipped, 'repeated')
        break
      case 'snapshotRow':
      case 'nothing':
        break
    }
  }

  translated(outcomes: readonly Outcome[], transaction: TransactionFacts): void {
    const perMapping = new Map<string, number>()
    for (const outcome of outcomes) {
      const { name } = outcome.mapping
      if (outcome.kind === 'event') {
        this.events += 1
        increase(this.published, outcome.event.publication)
        increase(perMapping, name)
        for (const errorClass of outcome.event.nulled ?? []) increase(this.nulledFields, `${name} ${errorClass}`)
      } else if (outcome.kind === 'failed' && outcome.policy === 'skip') {
        this.skip(outcome)
      } else if (outcome.kind === 'failed') {
        this.deadLetters += 1
        increase(this.failures, `${name} ${outcome.input.errorClass}`)
        if (outcome.input.errorClass === 'schemaDrift') this.drifts.add(outcome.input.failure.message)
      }
    }
    const committedAtMs = Number(transaction.committedAtUs / 1000n)
    for (const [mapping, events] of perMapping) this.latencies.push({ mapping, committedAtMs, events })
  }

  decidedLetters(outcomes: readonly LetterOutcome[]): void {
    for (const outcome of outcomes) increase(this.letters, outcome)
  }

  private skip({ mapping, input: { errorClass, place, failure } }: Extract<Outcome, { kind: 'failed' }>): void {
    const name = `${mapping.name} ${errorClass}`
    const before = this.skippedInputs.get(name)
    this.skippedInputs.set(name, {
      mapping: mapping.name,
      errorClass,
      reason: mapping.skipReasons.get(errorClass) ?? '',
      at: before?.at ?? `${place.file}:${place.line}:${place.column} ${failure.at}`,
      inputs: (before?.inputs ?? 0) + 1,
    })
  }
}

function increase<K>(counts: Map<K, number>, name: K, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}
