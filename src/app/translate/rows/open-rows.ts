/** Opens the rows of a source as they are at its checkpoint: at once, or when what is missing was read again. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { decideRowStart } from '../../../core/delivery/row-start-up.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import { keysOf } from '../../../core/rows/stored-catalog.ts'
import { decodeMark } from '../../../core/rows/store-mark.ts'
import type { ActiveRevisions } from '../../../core/translation/active-revisions.ts'
import type { RawLog } from '../../../ports/raw-log.ts'
import { compareAnchor, opensWithSnapshot } from '../reading/log-looks.ts'
import type { SessionParts } from '../session-parts.ts'
import { catchUp } from './catch-up.ts'
import { type Indexes, SessionRows } from './session-rows.ts'

/** Between log lines of a long catch-up. */
const tellMs = 5_000

interface AtCheckpoint {
  readonly checkpoint: Checkpoint
  readonly rawLog: RawLog
  readonly registry: RegistryState
  readonly active: ActiveRevisions
  readonly ended: AbortSignal
}

/**
 * Null where no registration says which tables are kept. Raises the HALTs of `row-start-up.ts`, what reading the raw
 * log raises, and `STORE_IN_USE` and `STORE_FAILED` of the store.
 */
export async function openRows(parts: SessionParts, at: AtCheckpoint): Promise<SessionRows | null> {
  const { source, clock } = parts
  const { stored } = at.active
  if (stored === null) return null
  const store = await parts.openRowStore(source)
  const rows = new SessionRows(store, stored, clock)
  try {
    const mark = store.mark === null ? null : decodeMark(store.mark)
    const log = await at.rawLog.range()
    const incarnation = at.registry.incarnations.get(source)
    const begin = incarnation?.incarnation === at.checkpoint.incarnation ? incarnation.from : null
    const start = decideRowStart({
      mark,
      checkpoint: at.checkpoint,
      keys: keysOf(stored),
      log,
      begin,
      opensWithSnapshot: log.first > 0 && (await opensWithSnapshot(parts, at.rawLog, log.first)),
      anchor: await compareAnchor(at.rawLog, log, mark?.checkpoint ?? null),
    })
    if (start.kind === 'halt') throw new FalseworkError(start.code, start.message)
    const { indexes } = at.active.plan
    if (start.kind === 'rebuild') await rows.beginAt(start.from, indexes)
    else await rows.resumeFrom(mark?.checkpoint ?? at.checkpoint, mark?.indexes ?? [], indexes)
    if (start.kind !== 'current') {
      const why = start.kind === 'rebuild' ? start.why : 'it is behind the checkpoint'
      await bring(parts, { ...at, rows, from: start.from, why })
    }
    await bringIndexes(parts, rows, { indexes, checkpoint: at.checkpoint, ended: at.ended })
    return rows
  } catch (error) {
    await store.close()
    throw error
  }
}

async function bring(
  parts: SessionParts,
  at: AtCheckpoint & { readonly rows: SessionRows; readonly from: Checkpoint; readonly why: string },
): Promise<void> {
  const { source, log, clock } = parts
  const { rawLog, active, rows, from, checkpoint: to, ended, why } = at
  const sinceMs = clock.nowMs()
  let toldMs = sinceMs
  log.info('rows are read from the raw log', { source, why, from: from.next, to: to.next })
  const reached = (position: number): void => {
    if (clock.nowMs() - toldMs < tellMs) return
    toldMs = clock.nowMs()
    log.info('rows are being read', { source, position, to: to.next })
  }
  await catchUp(parts, { from, to, rawLog, active, rows, ended, reached })
  log.info('rows are as they are at the checkpoint', { source, position: to.next, ms: clock.nowMs() - sinceMs })
}

/** Raises `FENCED` when it was ended before. */
export async function bringIndexes(
  { source, log, clock }: SessionParts,
  rows: SessionRows,
  at: { readonly indexes: Indexes; readonly checkpoint: Checkpoint; readonly ended: AbortSignal },
): Promise<void> {
  let toldMs = clock.nowMs()
  const reached = (table: string, count: number): void => {
    if (clock.nowMs() - toldMs < tellMs) return
    toldMs = clock.nowMs()
    log.info('rows are being indexed', { source, table, rows: count })
  }
  await rows.bringIndexes(at.indexes, { checkpoint: at.checkpoint, ended: at.ended, reached })
}
