/** Opens the rows of a source as they are at its checkpoint: at once, or when what is missing was read again. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import type { RowStart } from '../../../core/delivery/row-start-up.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import { foundMark } from '../../../core/rows/stored/store-mark.ts'
import { keysOf } from '../../../core/rows/stored/stored-catalog.ts'
import type { ActiveRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { rowStartOf } from '../reading/starts.ts'
import type { SessionParts } from '../session/session-parts.ts'
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
 * log raises, and `STORE_IN_USE`, `STORE_DAMAGED` and `STORE_FAILED` of the store.
 */
export async function openRows(parts: SessionParts, at: AtCheckpoint): Promise<SessionRows | null> {
  const { source, clock } = parts
  const { stored } = at.active
  if (stored === null) return null
  const store = await parts.openRowStore(source)
  const report = parts.report.rows
  try {
    const { rawLog, registry, checkpoint } = at
    const looking = { source, schemas: parts.schemas, rawLog, registry }
    const start = await rowStartOf(looking, { mark: foundMark(store), checkpoint, keys: keysOf(stored) })
    if (start.kind === 'halt') throw new FalseworkError(start.code, start.message)
    const { indexes } = at.active.plan
    // Before anything is read of it: what is known of its tables stands among the rows.
    if (start.kind === 'rebuild') await store.clear()
    const rows = new SessionRows(store, { catalog: stored, clock, report })
    rows.expect(at.active)
    if (start.kind === 'rebuild') await rows.beginAt(start.from, indexes)
    else await rows.resume(indexes)
    const from = start.kind === 'current' ? checkpoint : start.from
    report.stoodAt(from.next, store)
    if (start.kind !== 'current') await bring(parts, { ...at, rows, from, start })
    await bringIndexes(parts, rows, { indexes, checkpoint, ended: at.ended })
    return rows
  } catch (error) {
    await store.close()
    throw error
  }
}

async function bring(
  parts: SessionParts,
  at: AtCheckpoint & {
    readonly rows: SessionRows
    readonly from: Checkpoint
    readonly start: Extract<RowStart, { readonly kind: 'replay' | 'rebuild' }>
  },
): Promise<void> {
  const { source, log, clock } = parts
  const { rawLog, active, rows, from, checkpoint: to, ended, start } = at
  const report = parts.report.rows
  const [kind, why] =
    start.kind === 'rebuild'
      ? (['rebuild', start.why] as const)
      : (['catch-up', 'it is behind the checkpoint'] as const)
  const sinceMs = clock.nowMs()
  let toldMs = sinceMs
  log.info('rows are read from the raw log', { source, why, from: from.next, to: to.next })
  report.begin({ kind, why, from: from.next, to: to.next })
  const reached = (position: number): void => {
    report.reached(position)
    parts.onStep?.('in-catch-up')
    if (clock.nowMs() - toldMs < tellMs) return
    toldMs = clock.nowMs()
    log.info('rows are being read', { source, position, to: to.next })
  }
  try {
    await catchUp(parts, { from, to, rawLog, active, rows, ended, reached })
  } finally {
    report.end()
  }
  log.info('rows are as they are at the checkpoint', { source, position: to.next, ms: clock.nowMs() - sinceMs })
}

/** Raises `FENCED` when it was ended before. */
export async function bringIndexes(
  { source, log, clock, onStep }: SessionParts,
  rows: SessionRows,
  at: { readonly indexes: Indexes; readonly checkpoint: Checkpoint; readonly ended: AbortSignal },
): Promise<void> {
  let toldMs = clock.nowMs()
  const reached = (table: string, count: number): void => {
    onStep?.('in-index-build')
    if (clock.nowMs() - toldMs < tellMs) return
    toldMs = clock.nowMs()
    log.info('rows are being indexed', { source, table, rows: count })
  }
  await rows.bringIndexes(at.indexes, { checkpoint: at.checkpoint, ended: at.ended, reached })
}
