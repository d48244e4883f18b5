/** Brings the row store to the checkpoint of its source. It has no publisher in its hands. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ActiveRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import type { SessionParts } from '../session/session-parts.ts'
import { RowReplay } from './row-replay.ts'
import type { SessionRows } from './session-rows.ts'

export interface CatchUp {
  readonly from: Checkpoint
  readonly to: Checkpoint
  readonly rawLog: RawLog
  readonly active: ActiveRevisions
  readonly rows: SessionRows
  readonly ended: AbortSignal
  /** Told now and then how far it is. */
  readonly reached: (position: number) => void
}

/** Raises what halts a source, and `FENCED` when it was ended before. */
export async function catchUp(
  parts: SessionParts,
  { from, to, rawLog, active, rows, ended, reached }: CatchUp,
): Promise<void> {
  const { clock, budget } = parts
  const openLog = async (): Promise<RawLog> => await parts.openRawLog(parts.names.rawLog(parts.source))
  const replay = new RowReplay({ from, read: active.read, rows, openLog, clock, ended, budget })
  for await (const batch of recordsBetween(rawLog, { from: from.next, to: to.next })) {
    for (let index = 0; index < batch.count && batch.offset(index) < to.next; index += 1) {
      await replay.accept(batch, index)
    }
    await replay.endBatch()
    reached(batch.next)
  }
  if (replay.reached !== to.next) {
    const message = `the rows were read up to ${replay.reached}, and the checkpoint stands at ${to.next}`
    throw new FalseworkError('WRONG_LOG', message)
  }
  await rows.writer.markAt(to)
}
