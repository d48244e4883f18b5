/** What every TransactionalOutput promises beside what `publisher.ts` asks of it by way of checkpoints. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TransactionalOutput, TransactionalOutputOptions } from '../../src/ports/kafka/transactional-output.ts'
import { outputRecord, transactionTimeoutMs } from './kafka-batches.ts'
import { codeOf, freshName, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

export function describeTransactionalOutput(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a transactional output`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    const fresh = async (): Promise<TransactionalOutputOptions> => {
      const topic = harness.names.events(freshName('state'))
      await harness.createTopic(topic, 1, { 'cleanup.policy': 'compact' })
      const transactionalId = `output-${randomBytes(6).toString('hex')}`
      return { transactionalId, transactionTimeoutMs, stateTopic: { topic, stateKey: 'at', barrierKey: 'nonce' } }
    }
    const opened = async <T>(
      options: TransactionalOutputOptions,
      use: (output: TransactionalOutput) => Promise<T>,
    ): Promise<T> => {
      const output = await harness.openTransactionalOutput(options)
      try {
        return await use(output)
      } finally {
        await output.close()
      }
    }
    const stateOf = async (options: TransactionalOutputOptions): Promise<string | null> =>
      await opened(options, async ({ state }) => await Promise.resolve(state?.toString() ?? null))

    test('finds no state at first, and then the newest that stands under its key', async () => {
      const options = await fresh()
      expect(await stateOf(options)).toBeNull()
      await opened(options, async (output) => {
        await output.commit([['at', Buffer.from('one')]])
        await output.commit([
          ['at', Buffer.from('two')],
          ['beside/2', Buffer.from('other')],
        ])
      })
      expect(await stateOf(options)).toBe('two')
      const { topic } = options.stateTopic
      expect((await harness.topicReader.latest(topic, 'beside/2'))?.value?.toString()).toBe('other')
    })

    test('shows records and state together, and neither of a transaction that was fenced', async () => {
      const options = await fresh()
      const events = harness.names.events(freshName('events'))
      await harness.createTopic(events)
      await opened(options, async (older) => {
        await older.append(outputRecord(events, { text: 'first' }))
        await older.commit([['at', Buffer.from('one')]])
        await older.append(outputRecord(events, { text: 'late' }))
        expect(await stateOf(options)).toBe('one')
        expect(await codeOf(async () => await older.commit([['at', Buffer.from('two')]]))).toBe('FENCED')
        expect(await codeOf(async () => await older.commit([]))).toBe('PUBLISHER_SPENT')
      })
      expect(await stateOf(options)).toBe('one')
      expect((await harness.readCommitted(events)).map(({ value }) => value)).toEqual(['first'])
    })

    test('is refused without the topic of its state', async () => {
      const { stateTopic, ...options } = await fresh()
      const nowhere = { ...stateTopic, topic: harness.names.events(freshName('nowhere')) }
      const opening = async () => await harness.openTransactionalOutput({ ...options, stateTopic: nowhere })
      expect(await codeOf(opening)).toBe('PUBLISH_REFUSED')
    })
  })
}
