/** What every ProducerIds promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DescribedProducer } from '../../src/ports/kafka/producer-ids.ts'
import { freshName, type KafkaHarness, type MakeHarness, type TransactionalWriter } from './kafka-harness.ts'

export function describeProducerIds(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: producers by their transactional ids`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    const fresh = async (): Promise<{ readonly topic: string; readonly writer: TransactionalWriter }> => {
      const topic = harness.names.events(freshName('native'))
      await harness.createTopic(topic)
      return { topic, writer: await harness.writer(topic) }
    }
    const described = async ({ transactionalId }: TransactionalWriter): Promise<DescribedProducer | null | undefined> =>
      (await harness.producerIds.describe([transactionalId]))[0]
    const write = async (writer: TransactionalWriter, text: string): Promise<void> =>
      await writer.append({ value: Buffer.from(text) })
    const isRefused = async (work: Promise<unknown>): Promise<boolean> =>
      await work.then(
        () => false,
        () => true,
      )

    test('an id that nobody has opened is not known, and the question does not make it so', async () => {
      const transactionalId = harness.names.events(freshName('nobody'))
      expect(await harness.producerIds.describe([transactionalId])).toEqual([null])
      expect(await harness.producerIds.describe([transactionalId])).toEqual([null])
    })

    test('an id that was opened is known before it has written anything', async () => {
      const { writer } = await fresh()
      const { transactionalId } = writer
      expect(await described(writer)).toMatchObject({ transactionalId, state: 'Empty', topics: [], sinceMs: null })
    })

    test('a transaction that is open is told with its topics and its beginning', async () => {
      const { topic, writer } = await fresh()
      const before = Date.now() - 60_000
      await writer.begin()
      await write(writer, 'one')
      const open = await described(writer)
      expect(open).toMatchObject({ state: 'Ongoing', topics: [topic] })
      expect(open?.sinceMs).toBeGreaterThan(before)
      await writer.end('commit')
      expect(await described(writer)).toMatchObject({ topics: [], sinceMs: null })
    })

    test('answers stand in the order of the questions', async () => {
      const { writer } = await fresh()
      const { transactionalId } = writer
      const nobody = harness.names.events(freshName('nobody'))
      const answers = await harness.producerIds.describe([nobody, transactionalId, nobody])
      expect(answers.map((one) => one?.transactionalId ?? null)).toEqual([null, transactionalId, null])
      expect(await harness.producerIds.describe([])).toEqual([])
    })

    test('what a fenced producer has open is never visible, and it can neither write nor commit any more', async () => {
      const { topic, writer } = await fresh()
      await writer.begin()
      await write(writer, 'before')
      await writer.end('commit')
      await writer.begin()
      await write(writer, 'open')
      const open = await described(writer)
      const [fenced] = await harness.producerIds.fence([writer.transactionalId])
      expect(fenced).toMatchObject({ transactionalId: writer.transactionalId, producerId: open?.producerId })
      expect(fenced?.epoch).toBeGreaterThan(open?.epoch ?? 0)
      expect(await isRefused(write(writer, 'late'))).toBe(true)
      expect(await isRefused(writer.end('commit'))).toBe(true)
      expect((await harness.readCommitted(topic)).map(({ value }) => value)).toEqual(['before'])
      expect(await described(writer)).toMatchObject({ ...fenced, topics: [], sinceMs: null })
    })

    test('a fenced producer that had nothing open cannot begin', async () => {
      const { topic, writer } = await fresh()
      await harness.producerIds.fence([writer.transactionalId])
      await writer.begin()
      expect(await isRefused(write(writer, 'late'))).toBe(true)
      expect(await harness.readCommitted(topic)).toEqual([])
    })

    test('fencing again gives a newer epoch, and other ids are left alone', async () => {
      const [one, other] = [await fresh(), await fresh()]
      const [first] = await harness.producerIds.fence([one.writer.transactionalId])
      const [second] = await harness.producerIds.fence([one.writer.transactionalId])
      expect(second?.epoch).toBeGreaterThan(first?.epoch ?? 0)
      await other.writer.begin()
      await write(other.writer, 'untouched')
      await other.writer.end('commit')
      expect(await harness.readCommitted(other.topic)).toHaveLength(1)
    })
  })
}
