/** What the log is not read past: a source transaction that is too much for one turn, or one that moves fences. */
import type { MessageDecoder } from '../capture/message-decoder.ts'
import type { FenceMove } from '../capture/own-tables.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { translateInSteps, type TranslationPlan } from '../mapping/run/translate.ts'
import type { SourceRows } from '../rows/source-rows.ts'
import type { RowsAtHand } from '../rows/rows-at-hand.ts'
import type { AssemblyOutcome } from '../transaction/assembly-outcome.ts'
import type { LargeTransaction, SourceTransaction } from '../transaction/source-transaction.ts'
import type { TransactionBudget } from '../transaction/large/transaction-budget.ts'
import { ReadAgain } from './read-again.ts'
import { sliceChangesMax } from './slice/slice-at-hand.ts'
import type { TransactionOutput } from './slice/transaction-output.ts'

/** Some milliseconds of work: the event loop is asked for in between. */
const rowsAtATime = 100

/**
 * What it gives is published as it comes, so that nothing else waits for it, and the slice before it must have been
 * taken: the functions are called then. From there on no slice is taken until all of it was published.
 */
export type Waiting =
  | { readonly kind: 'held'; readonly steps: () => Iterable<readonly OutputRecord[]> }
  | { readonly kind: 'readAgain'; readonly reading: () => ReadAgain }
  /** Rows that a snapshot has left. */
  | { readonly kind: 'rows' }
  /** The fence of a scope has moved, and the words that are in force are to decide. */
  | { readonly kind: 'fence' }

/** Nothing behind its END is translated before it is carried out. */
export type Stop =
  | { readonly kind: 'transaction'; readonly transaction: SourceTransaction | LargeTransaction }
  | {
      readonly kind: 'fence'
      readonly moves: readonly FenceMove[]
      /** Null: it changes nothing else that is read. */
      readonly transaction: SourceTransaction | null
    }

/** Null: what there is to translate is translated at once. `moves`: of fences, by the transaction that has ended. */
export function stopAt(outcome: AssemblyOutcome, moves: readonly FenceMove[]): Stop | null {
  const isComplete = outcome.kind === 'complete'
  if (moves.length > 0) return { kind: 'fence', moves, transaction: isComplete ? outcome.transaction : null }
  if (outcome.kind !== 'large' && !(isComplete && outcome.transaction.changes.length > sliceChangesMax)) return null
  return { kind: 'transaction', transaction: outcome.transaction }
}

interface WaitingParts {
  readonly plan: TranslationPlan
  readonly rows: SourceRows
  readonly budget: TransactionBudget
  readonly lookedUp: RowsAtHand
  /** Rows that rules are to see before the transaction changes them. */
  readonly touched: (transaction: SourceTransaction) => readonly OutputRecord[]
  readonly touchedAgain: (transaction: LargeTransaction) => (change: RowChange) => readonly OutputRecord[]
  readonly output: () => TransactionOutput
  readonly decoder: () => MessageDecoder
  /** The first of it is about to be published. */
  readonly begun: () => void
}

export function waitingOf(transaction: SourceTransaction | LargeTransaction, parts: WaitingParts): Waiting {
  if ('changes' in transaction) return { kind: 'held', steps: () => stepsOf(transaction, parts) }
  const { output, decoder, begun, touchedAgain, plan, rows, budget, lookedUp } = parts
  return {
    kind: 'readAgain',
    reading: () => {
      begun()
      const touched = touchedAgain(transaction)
      return new ReadAgain({ transaction, plan, rows, budget, lookedUp, touched, output: output(), decoder: decoder() })
    },
  }
}

function* stepsOf(
  transaction: SourceTransaction,
  { plan, rows, lookedUp, touched, output: outputOf, begun }: WaitingParts,
): Generator<readonly OutputRecord[]> {
  begun()
  yield touched(transaction)
  rows.begin()
  const changes: RowChange[] = []
  for (let first = 0; first < transaction.changes.length; first += rowsAtATime) {
    changes.push(...rows.complete(transaction.changes.slice(first, first + rowsAtATime), plan.readsBefore))
    yield []
  }
  const output = outputOf()
  const completed = { ...transaction, changes }
  for (const outcomes of translateInSteps(completed, plan, lookedUp, rowsAtATime)) yield output.records(outcomes)
  rows.end()
}
