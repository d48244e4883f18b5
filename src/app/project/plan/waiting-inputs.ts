/** What inputs that wait would come to under revisions that are to be registered; asking changes nothing. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { keptForms } from '../../../core/held/kept-forms.ts'
import { Holds } from '../../../core/held/holds.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import { type WaitingInputs, WaitingUnder } from '../../../core/translation/held/waiting-under.ts'
import { promisedForms, type Promising } from '../../../core/translation/revisions/promised-forms.ts'
import type { OpenRawLog } from '../../../ports/kafka/raw-log.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'
import { latestCheckpoint } from '../../observe/source-status.ts'
import type { IntendedRevision, Registration } from './intended-revision.ts'
import { heldInputsFrom } from '../../translate/output/held-inputs.ts'

export interface WaitingParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly openRawLog: OpenRawLog
}

/** As it is to be registered. */
export interface ReleasingRevision extends Promising {
  readonly mapping: CompiledMapping
}

export const releasing = (
  { item }: Registration,
  { content }: Pick<IntendedRevision, 'content'>,
): ReleasingRevision => ({
  mapping: item.mapping,
  tables: content.catalog.tables,
  capture: content.capture,
})

/**
 * By mapping, of those of which inputs wait. Their sources must have been registered before. Raises `HELD_UNREADABLE` and
 * what the ports raise.
 */
export async function waitingInputs(
  revisions: readonly ReleasingRevision[],
  parts: WaitingParts,
): Promise<ReadonlyMap<string, WaitingInputs>> {
  const found = new Map<string, WaitingInputs>()
  for (const [source, own] of Map.groupBy(revisions, ({ mapping }) => mapping.source)) {
    const under = own.map((revision) => new WaitingUnder(revision.mapping, keptForms(promisedForms(revision))))
    await readWaiting(source, under, parts)
    for (const { mapping, found: waiting } of under) if (waiting.inputs > 0) found.set(mapping, waiting)
  }
  return found
}

async function readWaiting(
  source: string,
  under: readonly WaitingUnder[],
  { names, topicReader, openRawLog }: WaitingParts,
): Promise<void> {
  const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
  const holds = new Holds(checkpoint?.held)
  if (!holds.any) return
  const log = await openRawLog(names.held(source))
  try {
    for await (const { input } of heldInputsFrom(holds.first, log)) {
      if (holds.waits(input)) for (const one of under) one.take(input)
    }
  } finally {
    await log.close()
  }
}
