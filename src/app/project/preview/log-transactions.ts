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
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { SnapshotRows, standingAt } from './snapshot-rows.ts'

const read = { maxWaitMs: 1_000, maxBytes: 4 * 2 ** 20 } as const

export interface LogReading {
  /** Where to begin; in the middle of a transaction the next one is the first. */
  readonly from: RawOffset
  readonly end: RawOffset
  readonly read: ReadTables
  /** What the log tells of rows up to each transaction; empty at the beginning. */
  readonly rows: SourceRows
  /** Tables of which the rows are seen, too, that snapshots have left. */
  readonly snapshotRows?: ReadonlySet<TableName>
  readonly ended: AbortSignal
}

/**
 * Calls `seen` within each transaction, and for each row that a snapshot has left (a transaction proven by it), while the
 * rows are as it leaves them; its values are valid in that call. Those that are too large to be held are passed over, and
 * counted. Raises what halts a source.
 */
export async function readTransactions(
  log: RawLog,
  { from, end, read: tables, rows, snapshotRows = new Set(), ended }: LogReading,
  seen: (transaction: SourceTransaction) => void,
): Promise<{ readonly large: number }> {
  const decoder = new MessageDecoder(tables)
  const snapshots = new SnapshotRows(rows, snapshotRows)
  let assembler: Assembler | null = null
  let safe: Assembler['safePosition'] | null = null
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
      take(outcome, { rows, snapshots, seen })
      const standing = standingAt(assembler, batch.timestampMs(index))
      snapshots.see(message, standing)
      const { safePosition: reached } = assembler
      if (reached === safe) continue
      safe = reached
      snapshots.show(standing, safe.next, seen)
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

interface Taking extends Pick<LogReading, 'rows'> {
  readonly snapshots: SnapshotRows
  readonly seen: (transaction: SourceTransaction) => void
}

function take(outcome: AssemblyOutcome, { rows, snapshots, seen }: Taking): void {
  if (outcome.kind !== 'complete') return
  const { transaction } = outcome
  snapshots.showTouched(transaction, seen)
  rows.begin()
  const tables = new Set(transaction.changes.map(({ table }) => table))
  seen({ ...transaction, changes: rows.complete(transaction.changes, tables) })
  rows.end()
}
