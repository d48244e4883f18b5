/** The end of a source whose mappings are all retired: it works until its checkpoint says so, and never again. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { isSourceRetired } from '../../core/translation/ownership/retired.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { latestCheckpoint } from '../observe/source-status.ts'

export interface RetiredSourceParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly clock: Clock
  readonly log: Log
  readonly registry: { readonly current: RegistryState }
}

export interface Work {
  /** What has begun already is not begun once more. */
  readonly begin: () => void
  readonly end: () => Promise<void>
}

/** Resolves when the work has ended, `stop` fires, or something of the source is to be translated again. */
export async function endRetired(
  source: string,
  { begin, end }: Work,
  { parts, stop }: { readonly parts: RetiredSourceParts; readonly stop: AbortSignal },
): Promise<void> {
  const { registry, clock, log } = parts
  while (!stop.aborted && isSourceRetired(registry.current, source)) {
    const standing = await standingOf(source, parts)
    if (standing === 'ended') {
      await end()
      log.info('source retired', { source })
      return
    }
    if (standing === 'to be told') begin()
    await clock.sleep(pollIntervalMs, stop)
  }
}

const pollIntervalMs = 500

/** `to be told`: its checkpoint does not stand behind the last word about its mappings yet. */
async function standingOf(
  source: string,
  { names, topicReader, registry }: RetiredSourceParts,
): Promise<'ended' | 'to be told' | 'unknown'> {
  try {
    const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
    // Where there is none any more somebody has cleared up behind it.
    return checkpoint === null || checkpoint.registryOffset > lastWord(registry.current, source)
      ? 'ended'
      : 'to be told'
  } catch (error) {
    return error instanceof FalseworkError && error.code === 'TOPIC_MISSING' ? 'ended' : 'unknown'
  }
}

function lastWord({ mappings, stages }: RegistryState, source: string): number {
  const own = [...mappings].filter(([, { current }]) => current.record.content.source === source)
  return Math.max(...own.flatMap(([mapping]) => (stages.get(mapping)?.words ?? []).map(({ offset }) => offset)))
}
