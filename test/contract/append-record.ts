/** What every AppendRecord promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshName, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeAppendRecord(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a record that is appended by itself`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    test('stands in the first partition behind those before it, with its key or without', async () => {
      const topic = harness.names.events(freshName('append'))
      await harness.createTopic(topic, 2)
      const first = await harness.appendRecord(topic, { key: Buffer.from('a'), value: Buffer.from('one') })
      const second = await harness.appendRecord(topic, { key: null, value: Buffer.from('two') })
      expect([first.offset, second.offset]).toEqual([0, 1])
      expect((await harness.readCommitted(topic)).map(({ partition, key, value }) => [partition, key, value])).toEqual([
        [0, 'a', 'one'],
        [0, null, 'two'],
      ])
    })
  })
}
