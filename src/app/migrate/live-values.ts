/** What the gates ask, as it is now. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { topicsOf } from '../../core/mapping/compiled-mapping.ts'
import { type Gate, type GateLimits, gatesTo, type LiveValues } from '../../core/migration/gates.ts'
import { scopeText, type Stage } from '../../core/migration/stage.ts'
import { holdsOfMapping } from '../../core/translation/ownership/held-of-mapping.ts'
import type { ConsumerGroups } from '../../ports/kafka/consumer-groups.ts'
import type { ProducerIds } from '../../ports/kafka/producer-ids.ts'
import type { OpenRawLog } from '../../ports/kafka/raw-log.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { readDeadLetters } from '../observe/dead-letters.ts'
import { beginningOf } from '../compare/comparisons.ts'
import { latestParityReport, parityFound } from './parity/parity-found.ts'
import { type MigratedMapping, standingsOf } from './read-stages.ts'
import { rehearsedDaysAgo } from './rehearsed.ts'
import { violationsSince } from './retire/violations.ts'

export interface LiveParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly openRawLog: OpenRawLog
  readonly consumerGroups: ConsumerGroups
  readonly producerIds: ProducerIds
  readonly wallMs: () => number
}

/**
 * What is asked of a cluster with rights of its own, as groups and transactional ids are, is asked only where a gate in
 * front of the stage needs it. Raises what the ports raise.
 */
export async function liveValues(
  migrated: MigratedMapping,
  { to, limits }: { readonly to: Exclude<Stage, 'shadow'>; readonly limits: GateLimits },
  parts: LiveParts,
): Promise<LiveValues> {
  const { mapping, checkpoint, registry } = migrated
  const needs = (gate: Gate): boolean => gatesTo[to].includes(gate)
  const beginning = beginningOf(registry, mapping.name)
  const report = beginning === null ? null : await latestParityReport(mapping.name, parts)
  const { letters } = await readDeadLetters(parts.topicReader, parts.names.deadLetters)
  return {
    lagSeconds: checkpoint === null ? null : await lagSeconds(mapping.source, checkpoint.next, parts),
    holds: holdsOfMapping(migrated.staging, checkpoint?.held).length,
    deadLetters: letters.filter((letter) => letter.mapping === mapping.name).length,
    ...parityFound(report, { word: beginning?.word ?? -1, limits, nowMs: parts.wallMs() }),
    unfenced: needs('fenceable') ? await neverOpened(migrated, parts.producerIds) : null,
    rehearsedDaysAgo: rehearsedDaysAgo(migrated, parts.wallMs()),
    notNative: notNative(migrated),
    violations: needs('no violations') ? await violationsSince(mapping.name, daysAgoMs(limits, parts), parts) : 0,
    readers: needs('no readers') ? await readers(migrated, parts) : [],
  }
}

const dayMs = 86_400_000

const daysAgoMs = ({ gates: { days } }: GateLimits, { wallMs }: LiveParts): number => wallMs() - days * dayMs

/** With their stages. What is retired already, where a retirement has come no further, is the new service's. */
const notNative = (migrated: MigratedMapping): readonly string[] =>
  standingsOf(migrated).flatMap(({ scope, stage, isUnderWay }) => {
    const isNative = (stage === 'native' && !isUnderWay) || stage === 'retired'
    return isNative ? [] : [`${scopeText(scope)} (${isUnderWay ? 'changes its owner' : stage})`]
  })

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

/**
 * Of the declared ids those that nobody has ever opened: whoever publishes natively does it under another one, or
 * without transactions, and could not be fenced. Null where none is declared. To ask fences nobody.
 */
export async function neverOpened(
  { migration }: MigratedMapping,
  producerIds: ProducerIds,
): Promise<readonly string[] | null> {
  if (migration === null) return null
  const declared = migration.native.transactionalIds.map(({ value }) => value)
  const described = await producerIds.describe(declared)
  return declared.filter((_, index) => (described[index] ?? null) === null)
}

/** Groups on shadow topics, which end with the mapping, and on the topics of deprecated versions: `billing (orders.v1)`. */
async function readers(migrated: MigratedMapping, { names, consumerGroups }: LiveParts): Promise<readonly string[]> {
  const deprecated = migrated.mapping.publications.filter((publication) => publication.deprecated !== undefined)
  const topics = new Set([
    ...topicsOf(migrated.mapping).map(names.shadow),
    ...deprecated.map(({ topic }) => names.events(topic)),
  ])
  const found = await consumerGroups.readersOf([...topics])
  return [...found].flatMap(([topic, groups]) => groups.map(({ group }) => `${group} (${topic})`))
}
