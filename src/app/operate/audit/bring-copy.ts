/** Brings a copy of the rows of a source to what a snapshot of its database sees. */
import { MessageDecoder } from '../../../core/capture/message-decoder.ts'
import type { CaptureMessage } from '../../../core/capture/capture-message.ts'
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { ReadTables } from '../../../core/capture/row/table-plan.ts'
import { isTransaction, isVisible, type VisibleTransactions } from '../../../core/audit/visible-transactions.ts'
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import type { Watermark } from '../../../ports/database/table-reader.ts'
import { RowReplay } from '../../translate/rows/row-replay.ts'
import type { SessionRows } from '../../translate/rows/session-rows.ts'

const read = { maxWaitMs: 1_000, maxBytes: 1_048_576 } as const

export interface Bringing {
  /** What the copy accounts for. */
  readonly from: Checkpoint
  readonly rows: SessionRows
  readonly read: ReadTables
  readonly visible: VisibleTransactions
  readonly watermark: Watermark
  readonly timeoutMs: number
  readonly openLog: () => Promise<RawLog>
  readonly clock: Clock
  readonly ended: AbortSignal
  /** Told now and then how far it is, and where the log ended when it began. */
  readonly reached: (next: RawOffset, end: RawOffset) => void
}

/**
 * Applies the transactions that the snapshot sees, in the order of the log, and passes the others over: one that it sees
 * and that changes the same row as another had to wait for the end of that. Gives the offset behind the watermark. Raises
 * `WATERMARK_NOT_SEEN`, and what halts a source.
 */
export async function bringCopy(bringing: Bringing): Promise<RawOffset> {
  const { from, rows, openLog, clock, timeoutMs } = bringing
  const replay = new RowReplay({ ...bringing, from })
  // Rows are read by whoever keeps them; here it matters only of which transaction a record is.
  const decoder = new MessageDecoder({ ...bringing.read, tables: new Map() })
  const log = await openLog()
  try {
    // What is there already takes its time; it is what is not there yet that may never come.
    const { end } = await log.range()
    let deadlineMs = Number.POSITIVE_INFINITY
    for (let next = from.next; ; ) {
      const batch = await log.read(next, read)
      for (let index = 0; index < batch.count; index += 1) {
        const message = decoder.decode(batch, index)
        if (!isPassedOver(message, bringing.visible)) await replay.accept(batch, index)
        if (!isBehind(message, bringing.watermark)) continue
        await replay.endBatch()
        await rows.writer.flush()
        return message.offset + 1
      }
      await replay.endBatch()
      next = batch.next
      bringing.reached(next, end)
      if (next >= end) deadlineMs = Math.min(deadlineMs, clock.nowMs() + timeoutMs)
      if (clock.nowMs() >= deadlineMs) throw notSeen(next, timeoutMs)
      if (bringing.ended.aborted) throw new FalseworkError('FENCED', 'it was ended while rows were read')
    }
  } finally {
    await log.close()
  }
}

function isPassedOver(message: CaptureMessage, visible: VisibleTransactions): boolean {
  return 'transaction' in message && !isVisible(visible, message.transaction)
}

/** The watermark's own END, or that of any transaction that was committed behind it. */
function isBehind(message: CaptureMessage, { transaction, position }: Watermark): boolean {
  if (message.kind !== 'end') return false
  return isTransaction(transaction, message.transaction) || message.position > position
}

const notSeen = (next: RawOffset, timeoutMs: number): FalseworkError =>
  new FalseworkError(
    'WATERMARK_NOT_SEEN',
    `the watermark of the audit is not before offset ${next} of the raw log, after ${timeoutMs / 1_000} s`,
  )
