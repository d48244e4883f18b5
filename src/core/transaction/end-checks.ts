/** What must hold where a source transaction ends, or is left, for its rows to be the whole of it. */
import type { EndMessage } from '../capture/capture-message.ts'
import { historyOf } from '../capture/positions/source-position.ts'
import type { RawOffset, SourcePosition } from '../capture/row-change.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { transactionError } from './transaction-error.ts'

/**
 * What was translated before was committed no later than the latest of all that were. A later one stands at a position
 * that history has used twice: the database was restored, or another one took its place. Raises `POSITION_REUSED`.
 */
export function requireSeen(
  { offset, transaction }: EndMessage,
  commitUs: bigint | null,
  /** Undefined: it is not known. */
  latest: bigint | null | undefined,
): void {
  if (commitUs === null || latest === undefined || (latest !== null && commitUs <= latest)) return
  const message = 'its position was passed before, but its commit is later than all that were translated'
  throw transactionError('POSITION_REUSED', { offset, transaction, message })
}

/**
 * A connector that goes back names one that began no later; where it goes on, the open one will get no END. Of a database
 * that does not end all of its transactions. Raises `XA_SUSPECTED`.
 */
export function requireEnd(
  { id, rows, begunAt }: OpenTransaction,
  next: { readonly offset: RawOffset; readonly position: SourcePosition | null },
): void {
  if (rows === 0 || begunAt === null || next.position === null) return
  if (historyOf(begunAt) !== historyOf(next.position) || next.position <= begunAt) return
  const message = `a later one follows its ${rows} rows, and its END never came`
  throw transactionError('XA_SUSPECTED', { offset: next.offset, transaction: id, message })
}

/** What is compared with a position of another history would pass for a replay. Raises `HISTORY_CHANGED`. */
export function requireSameHistory({ offset, transaction, position }: EndMessage, before: SourcePosition | null): void {
  if (before === null || historyOf(before) === historyOf(position)) return
  const message = `it stands at ${position}, which is no place in the history of the commit before it, ${before}`
  throw transactionError('HISTORY_CHANGED', { offset, transaction, message })
}

export function headMissing({ offset, transaction, eventCount }: EndMessage): Error {
  const message = `its ${eventCount} rows did not begin with the first, and it was not translated before`
  return transactionError('TX_HEAD_MISSING', { offset, transaction, message })
}
