/** Topics through kafkajs's admin: described and created, never altered. */
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import type { TopicAdmin, TopicDescription, TopicSpec } from '../../ports/topic-admin.ts'
import { connectionError } from './cluster/protocol-error.ts'

export function createTopicAdmin(kafka: Kafka, replicationFactor: number): TopicAdmin {
  let connecting: Promise<Admin> | null = null
  const connected = async (): Promise<Admin> => {
    connecting ??= (async () => {
      const admin = kafka.admin()
      await admin.connect()
      return admin
    })()
    try {
      return await connecting
    } catch (cause) {
      connecting = null
      throw connectionError(cause)
    }
  }
  return {
    describe: async (topics) => await describeTopics(await connected(), topics),
    ensure: async (specs) => {
      const admin = await connected()
      const known = new Set(await guarded(async () => await admin.listTopics()))
      const created: string[] = []
      for (const spec of specs) {
        if (known.has(spec.topic)) continue
        if (await guarded(async () => await createTopic(admin, spec, replicationFactor))) created.push(spec.topic)
      }
      return { created }
    },
    close: async () => {
      const admin = await connecting?.catch(() => null)
      await admin?.disconnect()
    },
  }
}

/** False when somebody else has created it meanwhile. */
async function createTopic(admin: Admin, spec: TopicSpec, replicationFactor: number): Promise<boolean> {
  return await admin.createTopics({
    waitForLeaders: true,
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

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw connectionError(cause)
  }
}
