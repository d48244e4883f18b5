/** Topics through kafkajs's admin: described and created, never altered. */
import { setTimeout } from 'node:timers/promises'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import type { TopicAdmin, TopicDescription, TopicSpec } from '../../ports/kafka/topic-admin.ts'
import { lazyAdmin } from './cluster/lazy-admin.ts'
import { connectionError, protocolCodeOf, protocolError } from './cluster/protocol-error.ts'

/** What a broker answers that has not heard of a topic yet, or of its leader. */
const spreadingErrors: readonly (number | null)[] = [
  protocolError.unknownTopicOrPartition,
  protocolError.leaderNotAvailable,
  protocolError.notLeaderOrFollower,
]

export function createTopicAdmin(
  kafka: Kafka,
  { brokers, replicationFactor }: { readonly brokers: readonly string[]; readonly replicationFactor: number },
): TopicAdmin {
  const { connected, close } = lazyAdmin(kafka, brokers)
  return {
    describe: async (topics) => await describeTopics(await connected(), topics),
    batchBytesMax: async (topics) => await askBatchBytesMax(await connected(), topics),
    ensure: async (specs) => {
      const admin = await connected()
      const known = new Set(await guarded(async () => await admin.listTopics()))
      const created: string[] = []
      for (const spec of specs) {
        if (known.has(spec.topic)) continue
        if (await guarded(async () => await createTopic(admin, spec, replicationFactor))) created.push(spec.topic)
      }
      for (const { topic } of specs) await untilServed(admin, topic)
      return { created }
    },
    close,
  }
}

/** False when somebody else has created it meanwhile. */
async function createTopic(admin: Admin, spec: TopicSpec, replicationFactor: number): Promise<boolean> {
  return await admin.createTopics({
    // kafkajs takes a broker that has not heard of the topic for a failure: `untilServed` waits instead.
    waitForLeaders: false,
    topics: [
      {
        topic: spec.topic,
        numPartitions: spec.partitions,
        replicationFactor,
        configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
      },
    ],
  })
}

const serveTimeoutMs = 30_000
const serveRetryMs = 50

/**
 * That a topic is created spreads among the brokers with delay: until then the leaders of its partitions do not know
 * it. Raises `TOPIC_MISSING` when it takes too long.
 */
async function untilServed(admin: Admin, topic: string): Promise<void> {
  const deadlineMs = performance.now() + serveTimeoutMs
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic)
      return
    } catch (cause) {
      const spreading = spreadingErrors.includes(protocolCodeOf(cause))
      if (!spreading || performance.now() > deadlineMs) throw connectionError(cause)
    }
    await setTimeout(serveRetryMs)
  }
}

async function describeTopics(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>> {
  return await guarded(async () => {
    const known = new Set(await admin.listTopics())
    const wanted = topics.filter((topic) => known.has(topic))
    if (wanted.length === 0) return new Map<string, TopicDescription>()
    const metadata = await admin.fetchTopicMetadata({ topics: wanted })
    const configs = await admin.describeConfigs({
      includeSynonyms: false,
      resources: wanted.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    })
    return new Map(
      metadata.topics.map(({ name, partitions }): [string, TopicDescription] => {
        const entries = configs.resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? []
        const config = new Map(entries.map((entry) => [entry.configName, entry.configValue]))
        return [name, { partitions: partitions.length, config }]
      }),
    )
  })
}

/** Whether there is no such topic, or we may not know. */
const unanswered: readonly (number | null)[] = [
  protocolError.unknownTopicOrPartition,
  protocolError.topicAuthorizationFailed,
  protocolError.clusterAuthorizationFailed,
]

/** Each by itself: one that may not be asked for fails the whole request. */
async function askBatchBytesMax(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const name = 'max.message.bytes'
  const ask = async (topic: string): Promise<[string, number][]> => {
    try {
      const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] })
      const bytes = Number(resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue)
      return Number.isInteger(bytes) ? [[topic, bytes]] : []
    } catch (cause) {
      if (unanswered.includes(protocolCodeOf(cause))) return []
      throw connectionError(cause)
    }
  }
  return new Map((await Promise.all(topics.map(ask))).flat())
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw connectionError(cause)
  }
}
