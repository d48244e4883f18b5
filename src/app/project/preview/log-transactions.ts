/** The source transactions of a raw log as its records show them, each with its rows completed; nothing is kept. */
import type { CaptureMessage } from '../../../core/capture/capture-message.ts'
import { MessageDecoder } from '../../../core/capture/message-decoder.ts'
import type { TransactionHabits } from '../../../core/capture/source-dialect.ts'
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { ReadTables } from '../../../core/capture/row/table-plan.ts'
import type { SourceRows } from '../../../core/rows/source-rows.ts'
import { Assembler } from '../../../core/transaction/assembler.ts'
import type { AssemblyOutcome } from '../../../core/transaction/assembly-outcome.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import type { RawLog } from '../../../ports/raw-log.ts'

const read = { maxWaitMs: 1_000, maxBytes: 4 * 2 ** 20 } as const

export interface LogReading {
  /** Where to begin; in the middle of a transaction the next one is the first. */
  readonly from: RawOffset
  readonly end: RawOffset
  readonly read: ReadTables
  /** What the log tells of rows up to each transaction; empty at the beginning. */
  readonly rows: SourceRows
  readonly ended: AbortSignal
}

/**
 * Calls `seen` within each transaction, while the rows are as it leaves them; its values are valid in that call. Those
 * that are too large to be held are passed over, and counted. Raises what halts a source.
 */
export async function readTransactions(
  log: RawLog,
  { from, end, read: tables, rows, ended }: LogReading,
  seen: (transaction: SourceTransaction) => void,
): Promise<{ readonly large: number }> {
  const decoder = new MessageDecoder(tables)
  let assembler: Assembler | null = null
  let large = 0
  for (let next = from; next < end && !ended.aborted; ) {
    const batch = await log.read(next, read)
    for (let index = 0; index < batch.count && batch.offset(index) < end; index += 1) {
      const message = decoder.decode(batch, index)
      assembler ??= beginsAnew(message) ? assemblerAt(message.offset, tables.dialect.transactions) : null
      if (assembler === null) continue
      const outcome = assembler.accept(message, batch.timestampMs(index))
      rows.areWhole = assembler.snapshotState.phase === 'done'
      if (outcome.kind === 'large') large += 1
      take(message, outcome, { rows, seen })
    }
    assembler?.keep()
    if (batch.next <= next) break
    next = batch.next
  }
  return { large }
}

const beginsAnew = ({ kind }: CaptureMessage): boolean => kind !== 'row' && kind !== 'end' && kind !== 'logicalMessage'

const assemblerAt = (next: RawOffset, habits: TransactionHabits): Assembler =>
  new Assembler({ next, position: null, snapshot: { run: 0, phase: 'none' }, habits })

function take(
  message: CaptureMessage,
  outcome: AssemblyOutcome,
  { rows, seen }: Pick<LogReading, 'rows'> & { readonly seen: (transaction: SourceTransaction) => void },
): void {
  if (message.kind === 'snapshotRow' && message.change !== null) rows.snapshotRow(message.change, false)
  if (outcome.kind !== 'complete') return
  const { transaction } = outcome
  rows.begin()
  const tables = new Set(transaction.changes.map(({ table }) => table))
  seen({ ...transaction, changes: rows.complete(transaction.changes, tables) })
  rows.end()
}
