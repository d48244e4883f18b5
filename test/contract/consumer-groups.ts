/** What every ConsumerGroups promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadingGroup } from '../../src/ports/kafka/consumer-groups.ts'
import { freshName, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeConsumerGroups(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: consumer groups`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    const fresh = async (partitions = 1): Promise<string> => {
      const topic = harness.names.events(freshName('read'))
      await harness.createTopic(topic, partitions)
      return topic
    }
    /** Of this installation: groups of other tests are on the broker, too. */
    const newGroup = (): string => harness.names.events(freshName('group'))
    const readersOf = async (topic: string): Promise<readonly ReadingGroup[] | undefined> =>
      (await harness.consumerGroups.readersOf([topic])).get(topic)

    test('nobody reads a topic that no group has committed on, nor one that is missing', async () => {
      const [topic, other, missing] = [await fresh(), await fresh(), harness.names.events(freshName('nowhere'))]
      await harness.append(other, [{ value: Buffer.from('one') }])
      await harness.consumer(newGroup(), other)
      expect(await harness.consumerGroups.readersOf([topic, missing])).toEqual(
        new Map([
          [topic, []],
          [missing, []],
        ]),
      )
    })

    test('a group with a member is a reader, with the records that it is behind', async () => {
      const [topic, group] = [await fresh(2), newGroup()]
      await harness.append(
        topic,
        [0, 1].map((partition) => ({ value: Buffer.from('one'), partition })),
      )
      await harness.consumer(group, topic)
      expect(await readersOf(topic)).toEqual([{ group, state: 'Stable', members: 1, lag: 0 }])
    })

    test('a group whose members have left is a reader as long as its offsets are there', async () => {
      const [topic, group] = [await fresh(), newGroup()]
      await harness.append(topic, [{ value: Buffer.from('one') }])
      const { leave } = await harness.consumer(group, topic)
      await leave()
      await harness.append(
        topic,
        ['two', 'three'].map((text) => ({ value: Buffer.from(text) })),
      )
      expect(await readersOf(topic)).toEqual([{ group, state: 'Empty', members: 0, lag: 2 }])
    })

    test('a partition on which a group has committed nothing is behind by all that it has', async () => {
      const [topic, group] = [await fresh(2), newGroup()]
      await harness.append(topic, [{ value: Buffer.from('one') }])
      const { leave } = await harness.consumer(group, topic)
      await leave()
      await harness.append(
        topic,
        [1, 1, 1].map((partition) => ({ value: Buffer.from('more'), partition })),
      )
      expect(await readersOf(topic)).toMatchObject([{ group, lag: 3 }])
    })

    test('groups come by name, for each topic that is asked for', async () => {
      const [one, other] = [await fresh(), await fresh()]
      const groups = [newGroup(), newGroup()].toSorted()
      for (const topic of [one, other]) await harness.append(topic, [{ value: Buffer.from('one') }])
      for (const group of groups.toReversed()) await harness.consumer(group, one)
      await harness.consumer(newGroup(), other)
      const readers = await harness.consumerGroups.readersOf([one, other])
      expect(readers.get(one)?.map(({ group }) => group)).toEqual(groups)
      expect(readers.get(other)).toHaveLength(1)
    })

    test('the groups that are leases of falsework read nothing', async () => {
      const topic = await fresh()
      await harness.append(topic, [{ value: Buffer.from('one') }])
      await harness.consumer(harness.names.leaseGroup('shop'), topic)
      await harness.consumer(harness.names.comparisonGroup('orders'), topic)
      expect(await readersOf(topic)).toEqual([])
    })
  })
}
