/** What a real broker does only when it is slow: a topic is created, and its leaders have not heard of it yet. */
import type { Admin, DescribeConfigResponse, Kafka } from 'kafkajs'
import { expect, test } from 'vitest'
import { createTopicAdmin } from '../../../src/adapters/kafka/topic-admin.ts'

const answered = (code: number): Error =>
  Object.assign(new Error(`code ${code}`), { name: 'KafkaJSProtocolError', code })

/** Its leaders answer so, one after the other, before they know the topic. */
function slowToSpread(answers: Error[]): { readonly kafka: Kafka; readonly looks: () => number } {
  let looks = 0
  const admin: Partial<Admin> = {
    connect: async () => await Promise.resolve(),
    listTopics: async () => await Promise.resolve([]),
    createTopics: async () => await Promise.resolve(true),
    fetchTopicOffsets: async () => {
      looks += 1
      const answer = answers.shift()
      return answer === undefined ? await Promise.resolve([]) : await Promise.reject(answer)
    },
  }
  return { kafka: { admin: () => admin } as unknown as Kafka, looks: () => looks }
}

test.each([
  [3, 'a topic that is not there'],
  [29, 'one that may not be asked for'],
])('error %i at the question for its batches is an answer about %s, and not about the others', async (code) => {
  const admin: Partial<Admin> = {
    connect: async () => await Promise.resolve(),
    describeConfigs: async ({ resources: [resource] }) => {
      if (resource?.name === 'other') throw answered(code)
      const entry = { configName: 'max.message.bytes', configValue: '2000' }
      const resources = [{ resourceName: resource?.name, configEntries: [entry] }]
      return await Promise.resolve({ resources, throttleTime: 0 } as unknown as DescribeConfigResponse)
    },
  }
  const kafka = { admin: () => admin } as unknown as Kafka
  expect(
    await createTopicAdmin(kafka, { brokers: [], replicationFactor: 1 }).batchBytesMax(['orders', 'other']),
  ).toEqual(new Map([['orders', 2_000]]))
})

const spec = { topic: 'orders', partitions: 1, config: {} }

test('a topic counts as created when the leaders of its partitions know it', async () => {
  const { kafka, looks } = slowToSpread([answered(3), answered(5), answered(6)])
  expect(await createTopicAdmin(kafka, { brokers: [], replicationFactor: 1 }).ensure([spec])).toEqual({
    created: ['orders'],
  })
  expect(looks()).toBe(4)
})

test('what else goes wrong is not waited for', async () => {
  const { kafka } = slowToSpread([answered(29)])
  await expect(createTopicAdmin(kafka, { brokers: [], replicationFactor: 1 }).ensure([spec])).rejects.toMatchObject({
    code: 'KAFKA_UNREACHABLE',
  })
})
