/** Reads a large transaction a last time, when it is visible, and keeps what it has done to its rows. */
import { CascadingRows } from '../../../core/rows/cascades/cascading-rows.ts'
import { Hydration, type HydrationParts } from '../../../core/rows/hydration.ts'
import { RowOverlay, type StoredBytes } from '../../../core/rows/row-overlay.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import { Turns } from '../reading/turns.ts'
import type { RowWriter } from './row-writer.ts'

const partBytes = 8_388_608
const noneReadBefore: ReadonlySet<TableName> = new Set()

/**
 * In parts, each written over the one before. The mark of the store stays where it was: after a crash everything from
 * there on is read again, and a change that comes twice leaves the row as it was left. False when it was ended before.
 */
export async function keepLarge(
  reading: ReadAgain,
  parts: {
    readonly log: RawLog
    readonly kept: Omit<HydrationParts, 'rows'>
    readonly stored: StoredBytes
    readonly writer: RowWriter
    readonly clock: Clock
    readonly ended: AbortSignal
  },
): Promise<boolean> {
  const { log, kept, stored, writer, ended } = parts
  const turns = new Turns(parts.clock)
  const rows = new RowOverlay(stored)
  const cascading = new CascadingRows(new Hydration({ ...kept, rows }), { ...kept, rows })
  for await (const batch of recordsBetween(log, reading.transaction)) {
    for (let index = 0; index < batch.count; index += 1) {
      const change = reading.changeAt(batch, index, rows)
      if (change !== null) cascading.complete(change, noneReadBefore)
      await turns.next()
      if (ended.aborted) return false
    }
    if (rows.bytes < partBytes) continue
    await writer.writePart(rows.content)
    rows.clear()
  }
  await writer.writePart(rows.content)
  reading.endPass()
  return true
}
