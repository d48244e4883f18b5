/** Publishes what the log is not read past: a transaction that is too much for a turn, left rows, and who owns a scope. */
import type { Waiting } from '../../../core/translation/waiting.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import type { SessionRevisions } from '../session/session-revisions.ts'
import type { SessionWork } from '../session/session-work.ts'

/** Until nothing waits any more, or it is ended: then it waits still, and nothing may be sent any more. */
export async function publishWaiting(
  work: SessionWork,
  revisions: SessionRevisions,
  ended: AbortSignal,
): Promise<void> {
  const { translation, slices } = work
  for (let { waiting } = translation; waiting !== null && !ended.aborted; { waiting } = translation) {
    await slices.settle()
    if (waiting.kind === 'rows') await publishLeftRows(work, ended)
    else if (waiting.kind === 'fence') await decideFence(work, revisions, ended)
    else await publishTransaction(work, waiting, ended)
  }
}

/** As it is translated, behind the slice before it. */
async function publishTransaction(
  { parts, translation, slices, output, rows }: SessionWork,
  waiting: Exclude<Waiting, { kind: 'rows' | 'fence' }>,
  ended: AbortSignal,
): Promise<void> {
  let isPublished = false
  const publish = async (): Promise<boolean> => {
    await output.publish(waiting, ended, async () => {
      translation.published()
      isPublished = true
      await slices.send()
    })
    await slices.sender.settle()
    return isPublished
  }
  const openLog = async (): Promise<RawLog> => await parts.openRawLog(parts.names.rawLog(parts.source))
  if (waiting.kind === 'readAgain' && rows !== null) {
    await rows.aroundLarge(waiting.reading(), openLog, { ended, publish })
  } else await publish()
}

/**
 * Behind everything before it, by all words that were said before the fence was moved: the transaction that tells who
 * owns the scope is closed at once.
 */
async function decideFence(
  { parts, translation, slices }: SessionWork,
  revisions: SessionRevisions,
  ended: AbortSignal,
): Promise<void> {
  await parts.registry.refresh()
  if (revisions.areBehind) await revisions.activate(ended)
  translation.decideFence()
  await slices.send()
  await slices.sender.settle()
}

/** Page by page, each with the checkpoint that says how far they are: a restart goes on behind it. */
async function publishLeftRows({ translation, slices, rows }: SessionWork, ended: AbortSignal): Promise<void> {
  await rows?.writer.flush()
  for (let left = translation.leftRows; left !== null && rows !== null; left = translation.leftRows) {
    if (ended.aborted) return
    const { entries, upTo } = rows.page(left)
    translation.publishRows(left, entries, upTo)
    await slices.send()
  }
}
