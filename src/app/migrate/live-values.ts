/** What the gates ask, as it is now. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { GateLimits, LiveValues } from '../../core/migration/gates.ts'
import type { OpenRawLog } from '../../ports/raw-log.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'
import { readDeadLetters } from '../observe/dead-letters.ts'
import { beginningOf } from '../compare/comparisons.ts'
import { latestParityReport, parityFound } from './parity-found.ts'
import type { MigratedMapping } from './read-stages.ts'

export interface LiveParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly openRawLog: OpenRawLog
  readonly wallMs: () => number
}

/** Raises what the logs raise. */
export async function liveValues(migrated: MigratedMapping, limits: GateLimits, parts: LiveParts): Promise<LiveValues> {
  const { mapping, checkpoint, registry } = migrated
  const beginning = beginningOf(registry, mapping.name)
  const report = beginning === null ? null : await latestParityReport(mapping.name, parts)
  const { letters } = await readDeadLetters(parts.topicReader, parts.names.deadLetters)
  return {
    lagSeconds: checkpoint === null ? null : await lagSeconds(mapping.source, checkpoint.next, parts),
    holds: heldOf(migrated),
    deadLetters: letters.filter((letter) => letter.mapping === mapping.name).length,
    ...parityFound(report, { word: beginning?.word ?? -1, limits, nowMs: parts.wallMs() }),
    unfenced: null,
    rehearsedDaysAgo: null,
    notNative: [],
    violations: 0,
    readers: [],
  }
}

/** Keys, or whole topics, of the mapping that wait. */
function heldOf({ mapping, checkpoint }: MigratedMapping): number {
  const topics = new Set([...mapping.publications.map(({ topic }) => topic), ...mapping.tombstoneTopics])
  return (checkpoint?.held?.holds ?? []).filter(({ unit }) => topics.has(unit.topic)).length
}

/** How long the first record that is not translated stands in the raw log. */
async function lagSeconds(source: string, next: number, { names, openRawLog, wallMs }: LiveParts): Promise<number> {
  const log = await openRawLog(names.rawLog(source))
  try {
    const { end } = await log.range()
    for (let from = next; from < end; ) {
      const batch = await log.read(from, { maxWaitMs: 0, maxBytes: 1 })
      if (batch.count > 0) return Math.max(0, Math.floor((wallMs() - batch.timestampMs(0)) / 1_000))
      if (batch.next === from) break
      from = batch.next
    }
    return 0
  } finally {
    await log.close()
  }
}
