/** A source transaction that is too much for one turn: how its output comes, bit by bit. */
import type { MessageDecoder } from '../capture/message-decoder.ts'
import type { RowChange } from '../capture/row-change.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { translateInSteps, type TranslationPlan } from '../mapping/run/translate.ts'
import type { SourceRows } from '../rows/source-rows.ts'
import type { RowsAtHand } from '../rows/rows-at-hand.ts'
import type { LargeTransaction, SourceTransaction } from '../transaction/source-transaction.ts'
import type { TransactionBudget } from '../transaction/large/transaction-budget.ts'
import { ReadAgain } from './read-again.ts'
import type { TransactionOutput } from './transaction-output.ts'

/** Some milliseconds of work: the event loop is asked for in between. */
const rowsAtATime = 100

/**
 * What it gives is published as it comes, so that nothing else waits for it, and the slice before it must have been
 * taken: the functions are called then.
 */
export type Waiting =
  | { readonly kind: 'held'; readonly steps: () => Iterable<readonly OutputRecord[]> }
  | { readonly kind: 'readAgain'; readonly reading: () => ReadAgain }
  /** Rows that a snapshot has left. */
  | { readonly kind: 'rows' }
  /** The fence of a scope has moved, and the words that are in force are to decide. */
  | { readonly kind: 'fence' }

interface WaitingParts {
  readonly plan: TranslationPlan
  readonly rows: SourceRows
  readonly budget: TransactionBudget
  readonly lookedUp: RowsAtHand
  readonly output: () => TransactionOutput
  readonly decoder: () => MessageDecoder
}

export function waitingOf(transaction: SourceTransaction | LargeTransaction, parts: WaitingParts): Waiting {
  if ('changes' in transaction) return { kind: 'held', steps: () => stepsOf(transaction, parts) }
  const { output, decoder, ...others } = parts
  return {
    kind: 'readAgain',
    reading: () => new ReadAgain({ transaction, ...others, output: output(), decoder: decoder() }),
  }
}

function* stepsOf(
  transaction: SourceTransaction,
  { plan, rows, lookedUp, output: outputOf }: WaitingParts,
): Generator<readonly OutputRecord[]> {
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
