/** A source transaction that is too much for one turn: how its output comes, bit by bit. */
import type { MessageDecoder } from '../capture/message-decoder.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { translateInSteps, type TranslationPlan } from '../mapping/run/translate.ts'
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

interface WaitingParts {
  readonly plan: TranslationPlan
  readonly budget: TransactionBudget
  readonly output: () => TransactionOutput
  readonly decoder: () => MessageDecoder
}

export function waitingOf(transaction: SourceTransaction | LargeTransaction, parts: WaitingParts): Waiting {
  const { plan, budget } = parts
  if ('changes' in transaction) return { kind: 'held', steps: () => stepsOf(transaction, plan, parts.output()) }
  return {
    kind: 'readAgain',
    reading: () => new ReadAgain({ transaction, plan, budget, output: parts.output(), decoder: parts.decoder() }),
  }
}

function* stepsOf(
  transaction: SourceTransaction,
  plan: TranslationPlan,
  output: TransactionOutput,
): Generator<readonly OutputRecord[]> {
  for (const outcomes of translateInSteps(transaction, plan, rowsAtATime)) yield output.records(outcomes)
}
