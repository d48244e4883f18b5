/** What a real broker does only when it is slow: a topic is created, and its leaders have not heard of it yet. */
import type { Admin, Kafka } from 'kafkajs'
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

const spec = { topic: 'orders', partitions: 1, config: {} }

test('a topic counts as created when the leaders of its partitions know it', async () => {
  const { kafka, looks } = slowToSpread([answered(3), answered(5), answered(6)])
  expect(await createTopicAdmin(kafka, 1).ensure([spec])).toEqual({ created: ['orders'] })
  expect(looks()).toBe(4)
})

test('what else goes wrong is not waited for', async () => {
  const { kafka } = slowToSpread([answered(29)])
  await expect(createTopicAdmin(kafka, 1).ensure([spec])).rejects.toMatchObject({ code: 'KAFKA_UNREACHABLE' })
})
