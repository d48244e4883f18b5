/** What every TopicAdmin promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshName, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeTopicAdmin(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a topic admin`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    test('creates topics with their partitions and settings', async () => {
      const topic = harness.names.events(freshName('admin'))
      const spec = { topic, partitions: 3, config: { 'cleanup.policy': 'compact', 'retention.ms': '-1' } }
      expect(await harness.topicAdmin.ensure([spec])).toEqual({ created: [topic] })
      const described = (await harness.topicAdmin.describe([topic])).get(topic)
      expect(described?.partitions).toBe(3)
      expect(described?.config.get('cleanup.policy')).toBe('compact')
      expect(described?.config.get('retention.ms')).toBe('-1')
    })

    test('leaves a topic alone that is there already', async () => {
      const topic = harness.names.events(freshName('admin'))
      await harness.createTopic(topic, 2, { 'cleanup.policy': 'compact' })
      const other = harness.names.events(freshName('admin'))
      const created = await harness.topicAdmin.ensure([
        { topic, partitions: 5, config: { 'cleanup.policy': 'delete' } },
        { topic: other, partitions: 1, config: {} },
      ])
      expect(created).toEqual({ created: [other] })
      const described = (await harness.topicAdmin.describe([topic])).get(topic)
      expect(described?.partitions).toBe(2)
      expect(described?.config.get('cleanup.policy')).toBe('compact')
    })

    test('creates a topic once when two ask for it at the same time', async () => {
      const topic = harness.names.events(freshName('admin'))
      const specs = [{ topic, partitions: 2, config: {} }]
      await Promise.all([harness.topicAdmin.ensure(specs), harness.topicAdmin.ensure(specs)])
      expect((await harness.topicAdmin.describe([topic])).get(topic)?.partitions).toBe(2)
    })

    test('tells what a topic takes in one batch, by its own setting or the default of brokers', async () => {
      const [narrow, usual] = [harness.names.events(freshName('admin')), harness.names.events(freshName('admin'))]
      await harness.createTopic(narrow, 2, { 'max.message.bytes': '1000' })
      await harness.createTopic(usual)
      const told = await harness.topicAdmin.batchBytesMax([narrow, usual, freshName('nowhere')])
      expect(told).toEqual(
        new Map([
          [narrow, 1_000],
          [usual, 1_048_588],
        ]),
      )
      expect((await harness.topicAdmin.batchBytesMax([])).size).toBe(0)
    })

    test('describes only what is there', async () => {
      const topic = harness.names.events(freshName('admin'))
      await harness.createTopic(topic)
      const described = await harness.topicAdmin.describe([topic, freshName('nowhere')])
      expect([...described.keys()]).toEqual([topic])
      expect((await harness.topicAdmin.describe([])).size).toBe(0)
    })
  })
}
