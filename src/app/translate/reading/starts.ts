/** Finds out what the two halves of the start-up table decide on, and lets them decide. Nothing is written. */
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { decideRowStart, type RowStart } from '../../../core/delivery/row-start-up.ts'
import { decideStart, type Start } from '../../../core/delivery/start-up.ts'
import { tellUnread } from '../../../core/registry/unread-record.ts'
import type { FoundMark } from '../../../core/rows/stored/store-mark.ts'
import { compareAnchor, type Looking, opensWithSnapshot } from './log-looks.ts'

/** Where a source with this checkpoint begins; null: it has none. Raises what reading the raw log raises. */
export async function startOf(looking: Looking, checkpoint: Checkpoint | null): Promise<Start> {
  const { source, rawLog, registry } = looking
  const log = await rawLog.range()
  const { unread } = registry
  return decideStart({
    source,
    checkpoint,
    started: registry.sources.get(source)?.incarnation ?? null,
    wanted: registry.incarnations.get(source) ?? null,
    log,
    opensWithSnapshot: checkpoint === null && log.first > 0 && (await opensWithSnapshot(looking, log.first)),
    anchor: await compareAnchor(rawLog, log, checkpoint),
    registryEnd: registry.end,
    registryUnread: unread === null ? null : { code: unread.code, message: tellUnread(unread) },
  })
}

/** How a row store that says this of itself comes to hold the rows as they are at the checkpoint. Raises as `startOf`. */
export async function rowStartOf(
  looking: Looking,
  {
    mark,
    checkpoint,
    keys,
  }: {
    readonly mark: FoundMark
    readonly checkpoint: Checkpoint
    /** By table whose rows are to be kept, the columns of its key. */
    readonly keys: ReadonlyMap<TableName, string>
  },
): Promise<RowStart> {
  const { source, rawLog, registry } = looking
  const log = await rawLog.range()
  const incarnation = registry.incarnations.get(source)
  return decideRowStart({
    mark,
    checkpoint,
    keys,
    log,
    begin: incarnation?.incarnation === checkpoint.incarnation ? incarnation.from : null,
    opensWithSnapshot: log.first > 0 && (await opensWithSnapshot(looking, log.first)),
    anchor: await compareAnchor(rawLog, log, typeof mark === 'object' ? (mark?.checkpoint ?? null) : null),
  })
}
