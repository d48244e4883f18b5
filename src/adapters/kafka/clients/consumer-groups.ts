/** Consumer groups through kafkajs's admin: members by what they say of themselves, offsets as they were committed. */
import { setTimeout } from 'node:timers/promises'
import { type Admin, AssignerProtocol, type GroupDescription, type Kafka } from 'kafkajs'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ConsumerGroups, ReadingGroup } from '../../../ports/kafka/consumer-groups.ts'
import { lazyAdmin } from '../cluster/lazy-admin.ts'
import { connectionError, protocolCodeOf, protocolError } from '../cluster/protocol-error.ts'

/** Groups that are asked at one time: each costs a request to its coordinator. */
const groupsAtOnce = 20
/** A rebalance is over in less, as a rule; until then members tell nothing of their topics. */
const rebalancePatienceMs = 3_000
const rebalanceRetryMs = 200

export interface ConsumerGroupsOptions {
  readonly brokers: readonly string[]
  readonly names: { readonly isOwnGroup: (group: string) => boolean }
}

export function createConsumerGroups(kafka: Kafka, { brokers, names }: ConsumerGroupsOptions): ConsumerGroups {
  const { connected, close } = lazyAdmin(kafka, brokers)
  return {
    readersOf: async (topics) => {
      const admin = await connected()
      try {
        return await readersOf(admin, topics, names.isOwnGroup)
      } catch (cause) {
        throw groupsError(cause)
      }
    },
    close,
  }
}

async function readersOf(
  admin: Admin,
  topics: readonly string[],
  isOwnGroup: (group: string) => boolean,
): Promise<ReadonlyMap<string, readonly ReadingGroup[]>> {
  const known = new Set(await admin.listTopics())
  const ranges = new Map<string, TopicRange>()
  for (const topic of new Set(topics)) {
    if (known.has(topic)) ranges.set(topic, await rangeOf(admin, topic))
  }
  const readers = new Map<string, ReadingGroup[]>(topics.map((topic) => [topic, []]))
  if (ranges.size === 0) return readers
  const { groups } = await admin.listGroups()
  const names = groups.map(({ groupId }) => groupId).filter((group) => !isOwnGroup(group))
  for (const some of chunks(names.toSorted(), groupsAtOnce)) {
    const found = await Promise.all(some.map(async (group) => await readingsOf(admin, group, ranges)))
    for (const [topic, reading] of found.flat()) readers.get(topic)?.push(reading)
  }
  return readers
}

/** By partition. */
type TopicRange = ReadonlyMap<number, { readonly first: number; readonly end: number }>

async function rangeOf(admin: Admin, topic: string): Promise<TopicRange> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.map(({ partition, low, high }) => [partition, { first: Number(low), end: Number(high) }]))
}

async function readingsOf(
  admin: Admin,
  groupId: string,
  ranges: ReadonlyMap<string, TopicRange>,
): Promise<readonly (readonly [topic: string, reading: ReadingGroup])[]> {
  const description = await settledGroup(admin, groupId)
  if (description === undefined) return []
  // Members of other protocols, as Kafka Connect has them, subscribe to nothing.
  const consumers = description.protocolType === 'consumer' ? description.members : []
  const subscriptions = consumers.map(({ memberMetadata }) => subscribedTopics(memberMetadata))
  const committed = await admin.fetchOffsets({ groupId, topics: [...ranges.keys()] })
  return committed.flatMap(({ topic, partitions }) => {
    const members = subscriptions.filter((subscribed) => subscribed === 'unknown' || subscribed.includes(topic)).length
    const offsets = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    const lag = lagOf(offsets, ranges.get(topic) ?? new Map())
    if (members === 0 && lag === null) return []
    return [[topic, { group: groupId, state: description.state, members, lag }] as const]
  })
}

/** As it is after a rebalance that ends in time. */
async function settledGroup(admin: Admin, groupId: string): Promise<GroupDescription | undefined> {
  const deadlineMs = performance.now() + rebalancePatienceMs
  for (;;) {
    const { groups } = await admin.describeGroups([groupId])
    const [group] = groups
    if (group?.state.endsWith('Rebalance') !== true || performance.now() > deadlineMs) return group
    await setTimeout(rebalanceRetryMs)
  }
}

/** What a consumer says when it joins; it is not told while its group is being rebalanced. */
function subscribedTopics(metadata: Buffer): readonly string[] | 'unknown' {
  if (metadata.length === 0) return 'unknown'
  try {
    return AssignerProtocol.MemberMetadata.decode(metadata)?.topics ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/** `committed` is negative where nothing is. A partition without a committed offset is behind by all that it has. */
function lagOf(committed: ReadonlyMap<number, number>, range: TopicRange): number | null {
  if (![...committed.values()].some((offset) => offset >= 0)) return null
  let lag = 0
  for (const [partition, { first, end }] of range) {
    const offset = committed.get(partition) ?? -1
    lag += Math.max(0, end - Math.max(offset, first))
  }
  return lag
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

const forbidden: readonly (number | null)[] = [
  protocolError.groupAuthorizationFailed,
  protocolError.clusterAuthorizationFailed,
  protocolError.topicAuthorizationFailed,
]

function groupsError(cause: unknown): FalseworkError {
  if (!forbidden.includes(protocolCodeOf(cause))) return connectionError(cause)
  return new FalseworkError('NOT_AUTHORISED', 'Kafka does not tell who reads: DESCRIBE on topics and groups', { cause })
}
