/** How long nobody published for a scope that was handed over. */
import { ownershipKey } from '../../../core/migration/ownership-record.ts'
import { isOfNewOwner } from '../../../core/migration/native-record.ts'
import { standingsOf } from '../read-stages.ts'
import type { FencedScope } from './fences.ts'
import type { AwaitParts } from './await-owners.ts'

/** Where each topic of the scopes ends. Whatever the new owner publishes stands behind it. */
export type TopicEnds = ReadonlyMap<string, readonly number[]>

export async function endsOf(scopes: readonly FencedScope[], { names, topicReader }: AwaitParts): Promise<TopicEnds> {
  const named = scopes.flatMap(({ migrated: { mapping } }) => mapping.publications.map(({ topic }) => topic))
  const ends = new Map<string, readonly number[]>()
  for (const topic of new Set(named.map(names.events))) {
    ends.set(
      topic,
      (await topicReader.range(topic)).map(({ end }) => end),
    )
  }
  return ends
}

/**
 * From the Kafka transaction that holds the last legacy events, and says that they are, to the first event of the new
 * owner, in ms by the clocks of who has written them. Null: there was none within `patienceMs`.
 */
export async function gapMs(
  {
    scopes,
    ends,
    patienceMs,
  }: { readonly scopes: readonly FencedScope[]; readonly ends: TopicEnds; readonly patienceMs: number },
  parts: AwaitParts,
): Promise<number | null> {
  const { names, topicReader, clock, signal } = parts
  const decided = await Promise.all(
    scopes.map(async ({ migrated, scope }) => {
      return await topicReader.latest(names.ownership, ownershipKey({ mapping: migrated.mapping.name, scope }))
    }),
  )
  const decidedMs = Math.max(...decided.map((record) => record?.timestampMs ?? 0))
  const owned = scopes.map(({ migrated, scope, epoch }) => ({
    scope,
    epoch,
    apart: standingsOf(migrated).map(({ scope: apart }) => apart),
  }))
  const isWanted = (headers: ReadonlyMap<string, Buffer>): boolean => owned.some((one) => isOfNewOwner(headers, one))
  const next = new Map(ends)
  const deadlineMs = clock.nowMs() + patienceMs
  while (!signal.aborted && clock.nowMs() < deadlineMs) {
    const found: number[] = []
    for (const [topic, from] of next) {
      const batch = await topicReader.readFrom(topic, from, { maxWaitMs: pollIntervalMs })
      next.set(topic, batch.next)
      found.push(...batch.records.filter(({ headers }) => isWanted(headers)).map(({ timestampMs }) => timestampMs))
    }
    if (found.length > 0) return Math.max(0, Math.min(...found) - decidedMs)
  }
  return null
}

const pollIntervalMs = 50
