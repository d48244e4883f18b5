/** Brings the row store to the checkpoint of its source. It has no publisher in its hands. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../../core/event/event-record.ts'
import { planTranslation } from '../../../core/mapping/run/translate.ts'
import type { ActiveRevisions } from '../../../core/translation/active-revisions.ts'
import { SourceTranslation } from '../../../core/translation/source-translation.ts'
import { postgresDialect } from '../../../core/capture/positions/postgres.ts'
import type { RawLog } from '../../../ports/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import { Turns } from '../reading/turns.ts'
import type { SessionParts } from '../session-parts.ts'
import type { SessionRows } from './session-rows.ts'

const noRules = planTranslation([])

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
  const translation = new SourceTranslation({
    checkpoint: from,
    active: { ...active, plan: noRules, snapshotPlan: noRules, knownTables: null },
    dialect: postgresDialect,
    rows: rows.rows,
    purpose: 'rows',
    ...(parts.budget === undefined ? {} : { budget: parts.budget }),
  })
  const openLog = async (): Promise<RawLog> => await parts.openRawLog(parts.names.rawLog(parts.source))
  const turns = new Turns(parts.clock)
  const take = (): void => {
    translation.take()
    rows.writer.visible()
  }
  for await (const batch of recordsBetween(rawLog, { from: from.next, to: to.next })) {
    for (let index = 0; index < batch.count && batch.offset(index) < to.next; index += 1) {
      translation.accept(batch, index)
      const { waiting } = translation
      if (waiting?.kind === 'rows') throw new FalseworkError('INTERNAL', 'rows are published by no rule')
      if (waiting?.kind === 'held') await carryOut(waiting.steps(), turns)
      if (waiting?.kind === 'readAgain') {
        if (translation.moved) take()
        await rows.aroundLarge(waiting.reading(), openLog, { ended, publish: async () => await Promise.resolve(true) })
      }
      translation.published()
      if (translation.full) take()
      await turns.next()
      if (ended.aborted) throw new FalseworkError('FENCED', 'the lease ended while rows were read')
    }
    translation.letGo()
    if (translation.moved) take()
    const full = rows.writer.full
    if (full !== null) await full
    reached(batch.next)
  }
  if (translation.reached !== to.next) {
    const message = `the rows were read up to ${translation.reached}, and the checkpoint stands at ${to.next}`
    throw new FalseworkError('WRONG_LOG', message)
  }
  await rows.writer.markAt(to)
}

/** Without rules the steps give nothing; what they do to rows is kept. */
async function carryOut(steps: Iterable<readonly OutputRecord[]>, turns: Turns): Promise<void> {
  for (const { length } of steps) {
    if (length > 0) throw new FalseworkError('INTERNAL', 'output without rules')
    await turns.next()
  }
}
