/** What every Publisher promises. */
import type { OutputRecord } from '../../src/core/event/event-record.ts'
import type { Publisher } from '../../src/ports/kafka/publisher.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchOf, checkpointAt, outputRecord, publish, transactionTimeoutMs } from './kafka-batches.ts'
import {
  codeOf,
  freshName,
  freshSource,
  type KafkaHarness,
  type MakeHarness,
  type SeenRecord,
  withPublisher,
} from './kafka-harness.ts'

export function describePublisher(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: a publisher`, () => {
    let harness: KafkaHarness
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(async () => await harness.close())

    const fresh = async (partitions = 1): Promise<{ source: string; topic: string }> => {
      const source = await freshSource(harness)
      const topic = harness.names.events(freshName('events'))
      await harness.createTopic(topic, partitions)
      return { source, topic }
    }
    /** As soon as every transaction of the source has come to its end, which opening waits for. */
    const settled = async (source: string, topic: string): Promise<readonly SeenRecord[]> => {
      await withPublisher(harness, source, async () => await Promise.resolve())
      return await harness.readCommitted(topic)
    }
    const values = async (source: string, topic: string): Promise<(string | null)[]> =>
      (await settled(source, topic)).map(({ value }) => value)

    test('finds no checkpoint when nothing was ever published', async () => {
      const { source } = await fresh()
      expect(
        await withPublisher(harness, source, async ({ checkpoint }) => await Promise.resolve(checkpoint)),
      ).toBeNull()
    })

    test('makes records visible, and the next one finds the checkpoint that came with them', async () => {
      const { source, topic } = await fresh()
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 10, [outputRecord(topic, { text: 'one' })]))
        await publish(publisher, batchOf(source, 20, [outputRecord(topic, { text: 'two' })]))
      })
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect(await Promise.resolve(checkpoint)).toEqual(checkpointAt(source, 20))
      })
      expect(await values(source, topic)).toEqual(['one', 'two'])
    })

    test('publishes a checkpoint without any records', async () => {
      const { source } = await fresh()
      await withPublisher(harness, source, async (publisher) => await publish(publisher, batchOf(source, 7, [])))
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect((await Promise.resolve(checkpoint))?.next).toBe(7)
      })
    })

    test('keeps keys, values, tombstones and headers as they were given', async () => {
      const { source, topic } = await fresh(2)
      const fixedHeaders = Object.freeze([
        ['ce_type', 'shop.OrderPlaced'],
        ['content-type', 'application/avro'],
      ] as const)
      await withPublisher(harness, source, async (publisher) => {
        await publish(
          publisher,
          batchOf(source, 1, [
            outputRecord(topic, { text: 'größer', fixedHeaders, headers: ['ce_id', 'α', 'ce_time', ''] }),
            outputRecord(topic, { key: null, value: Buffer.alloc(0), headers: ['x'.repeat(200), 'y'.repeat(2_000)] }),
            outputRecord(topic, { partition: 1, key: Buffer.from('gone'), value: null, fixedHeaders }),
          ]),
        )
      })
      const fixed = { ce_type: 'shop.OrderPlaced', 'content-type': 'application/avro' }
      expect(await settled(source, topic)).toEqual([
        { partition: 0, key: 'key', value: 'größer', headers: { ...fixed, ce_id: 'α', ce_time: '' } },
        { partition: 0, key: null, value: '', headers: { ['x'.repeat(200)]: 'y'.repeat(2_000) } },
        { partition: 1, key: 'gone', value: null, headers: fixed },
      ])
    })

    test('keeps the order within each partition over many transactions, each record once', async () => {
      const { source, topic } = await fresh(3)
      const expected: string[][] = [[], [], []]
      await withPublisher(harness, source, async (publisher) => {
        for (let round = 0; round < 20; round++) {
          const records = Array.from({ length: 50 }, (_, index) => {
            const partition = (round + index * 7) % 3
            const text = `${round}/${index}`
            expected[partition]?.push(text)
            return outputRecord(topic, { partition, text })
          })
          await publish(publisher, batchOf(source, round, records))
        }
      })
      const seen = await settled(source, topic)
      for (const partition of [0, 1, 2]) {
        expect(seen.filter((record) => record.partition === partition).map(({ value }) => value)).toEqual(
          expected[partition],
        )
      }
    })

    test('shows all of 5,000 records over 12 partitions or none of them', async () => {
      const { source, topic } = await fresh(12)
      const records = Array.from({ length: 5_000 }, (_, index) =>
        outputRecord(topic, { partition: index % 12, text: `event ${index}` }),
      )
      await withPublisher(harness, source, async (publisher) => {
        harness.loseNextCommit('request')
        expect(await codeOf(async () => await publish(publisher, batchOf(source, 1, records)))).toBe(
          'PUBLISH_UNCERTAIN',
        )
      })
      expect(await values(source, topic)).toEqual([])
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, records))
      })
      const seen = await values(source, topic)
      expect(seen).toHaveLength(5_000)
      expect(new Set(seen).size).toBe(5_000)
    })

    test('publishes more to one partition than fits into one of its batches', async () => {
      const { source, topic } = await fresh()
      const large = 'x'.repeat(10_000)
      const records = Array.from({ length: 300 }, (_, index) => outputRecord(topic, { text: `${index}:${large}` }))
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, records))
        await publish(publisher, batchOf(source, 2, [outputRecord(topic, { text: 'after:' })]))
      })
      const order = (await values(source, topic)).map((value) => value?.split(':')[0])
      expect(order).toEqual([...Array.from({ length: 300 }, (_, index) => String(index)), 'after'])
    })

    test('is fenced by the next one, and nothing of it becomes visible any more', async () => {
      const { source, topic } = await fresh()
      await withPublisher(harness, source, async (older) => {
        await publish(older, batchOf(source, 1, [outputRecord(topic, { text: 'first' })]))
        await withPublisher(harness, source, async (newer) => {
          const late = batchOf(source, 2, [outputRecord(topic, { text: 'late' })])
          expect(await codeOf(async () => await publish(older, late))).toBe('FENCED')
          await publish(newer, batchOf(source, 2, [outputRecord(topic, { text: 'second' })]))
        })
      })
      expect(await values(source, topic)).toEqual(['first', 'second'])
    })

    test('does not fence the publishers of other sources', async () => {
      const [one, other] = [await fresh(), await fresh()]
      await withPublisher(harness, one.source, async (publisher) => {
        await withPublisher(harness, other.source, async () => {
          await publish(publisher, batchOf(one.source, 1, [outputRecord(one.topic, {})]))
        })
      })
      expect(await values(one.source, one.topic)).toHaveLength(1)
    })

    test('does not know about a commit whose answer is lost, but the next one does', async () => {
      const { source, topic } = await fresh()
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, [outputRecord(topic, { text: 'before' })]))
        harness.loseNextCommit('answer')
        const batch = batchOf(source, 2, [outputRecord(topic, { text: 'in doubt' })])
        expect(await codeOf(async () => await publish(publisher, batch))).toBe('PUBLISH_UNCERTAIN')
      })
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect((await Promise.resolve(checkpoint))?.next).toBe(2)
      })
      expect(await values(source, topic)).toEqual(['before', 'in doubt'])
    })

    test('leaves nothing behind of a commit that never arrived', async () => {
      const { source, topic } = await fresh()
      const batch = batchOf(source, 2, [outputRecord(topic, { text: 'in doubt' })])
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, [outputRecord(topic, { text: 'before' })]))
        harness.loseNextCommit('request')
        expect(await codeOf(async () => await publish(publisher, batch))).toBe('PUBLISH_UNCERTAIN')
      })
      await withPublisher(harness, source, async (publisher) => {
        expect(publisher.checkpoint?.next).toBe(1)
        await publish(publisher, batch)
      })
      expect(await values(source, topic)).toEqual(['before', 'in doubt'])
    })

    test('is spent after a failure, and after it was closed', async () => {
      const { source, topic } = await fresh()
      const publisher = await harness.openPublisher({ source, transactionTimeoutMs })
      harness.loseNextCommit('answer')
      await codeOf(async () => await publish(publisher, batchOf(source, 1, [outputRecord(topic, {})])))
      expect(await codeOf(async () => await publish(publisher, batchOf(source, 2, [])))).toBe('PUBLISHER_SPENT')
      await publisher.close()
      await publisher.close()
      expect(await codeOf(async () => await publish(publisher, batchOf(source, 2, [])))).toBe('PUBLISHER_SPENT')
    })

    test('is refused for a topic or a partition that is not there', async () => {
      const { source, topic } = await fresh()
      for (const record of [outputRecord(freshName('nowhere'), {}), outputRecord(topic, { partition: 5 })]) {
        await withPublisher(harness, source, async (publisher) => {
          const batch = batchOf(source, 1, [outputRecord(topic, { text: 'together' }), record])
          expect(await codeOf(async () => await publish(publisher, batch))).toBe('PUBLISH_REFUSED')
        })
      }
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect(await Promise.resolve(checkpoint)).toBeNull()
      })
      expect(await values(source, topic)).toEqual([])
    })

    test('is refused without its checkpoint topic', async () => {
      const opening = async () => await harness.openPublisher({ source: freshName('source'), transactionTimeoutMs })
      expect(await codeOf(opening)).toBe('PUBLISH_REFUSED')
    })

    test('is refused for a record that is too large, together with all that stands beside it', async () => {
      const { source, topic } = await fresh()
      const narrow = harness.names.events(freshName('narrow'))
      await harness.createTopic(narrow, 1, { 'max.message.bytes': '1000' })
      await withPublisher(harness, source, async (publisher) => {
        const batch = batchOf(source, 1, [outputRecord(topic, {}), outputRecord(narrow, { text: 'x'.repeat(2_000) })])
        expect(await codeOf(async () => await publish(publisher, batch))).toBe('PUBLISH_REFUSED')
      })
      expect(await values(source, topic)).toEqual([])
    })

    /** More than may be in flight: batches were sent, and answered, when the last record is appended. */
    const manyRecords = (topic: string, { partitions = 1, mark = '' } = {}): readonly OutputRecord[] =>
      Array.from({ length: 800 }, (_, index) =>
        outputRecord(topic, { partition: index % partitions, text: `${mark}${index}:${'x'.repeat(10_000)}` }),
      )
    const marks = (seen: readonly (string | null)[]): (string | undefined)[] =>
      seen.map((value) => value?.split(':')[0])
    const appendAll = async (publisher: Publisher, records: readonly OutputRecord[]): Promise<number> => {
      let pauses = 0
      for (const record of records) {
        const full = publisher.append(record)
        if (full === null) continue
        pauses += 1
        await full
      }
      return pauses
    }

    test('keeps the order of every partition over many batches of one transaction', async () => {
      const { source, topic } = await fresh(3)
      await withPublisher(harness, source, async (publisher) => {
        for (const [next, mark] of ['a', 'b'].entries()) {
          await publish(publisher, batchOf(source, next, manyRecords(topic, { partitions: 3, mark })))
        }
      })
      const seen = await settled(source, topic)
      const expected = marks(
        ['a', 'b'].flatMap((mark) => manyRecords(topic, { mark })).map(({ value }) => value?.toString() ?? null),
      )
      for (const partition of [0, 1, 2]) {
        const own = seen.filter((record) => record.partition === partition).map(({ value }) => value)
        expect(marks(own)).toEqual(expected.filter((_, index) => (index % 800) % 3 === partition))
      }
    })

    test('pushes back in a large transaction, shows nothing of it before its commit, and then all of it', async () => {
      const { source, topic } = await fresh(3)
      await withPublisher(harness, source, async (publisher) => {
        expect(await appendAll(publisher, manyRecords(topic, { partitions: 3 }))).toBeGreaterThan(0)
        expect(await harness.readCommitted(topic)).toEqual([])
        await publisher.commit({ checkpoint: checkpointAt(source, 1) })
      })
      expect(new Set(marks(await values(source, topic))).size).toBe(800)
    })

    test('has written a record when append returns: what it is made of may be used again', async () => {
      const { source, topic } = await fresh()
      const value = Buffer.from('first')
      await withPublisher(harness, source, async (publisher) => {
        await publisher.append(outputRecord(topic, { value }))
        value.write('other')
        await publisher.append(outputRecord(topic, { value }))
        await publisher.commit({ checkpoint: checkpointAt(source, 1) })
      })
      expect(await values(source, topic)).toEqual(['first', 'other'])
    })

    test('is spent by a batch that is refused in the middle of a transaction, and nothing of it is visible', async () => {
      const { source, topic } = await fresh()
      const narrow = harness.names.events(freshName('narrow'))
      await harness.createTopic(narrow, 1, { 'max.message.bytes': '1000' })
      // The second does not fit into the batch of the first, which is sent.
      const tooLarge = [1, 2].map(() => outputRecord(narrow, { text: 'x'.repeat(200_000) }))
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, []))
        const appending = async () => await appendAll(publisher, [...tooLarge, ...manyRecords(topic)])
        await expect(appending()).rejects.toMatchObject({
          code: 'PUBLISH_REFUSED',
          message: expect.stringMatching(new RegExp(`${narrow}.* the largest .*200\\d\\d\\d`)) as string,
        })
        const append = async () => await publisher.append(outputRecord(topic, {}))
        expect(await codeOf(append)).toBe('PUBLISHER_SPENT')
        const commit = async () => await publisher.commit({ checkpoint: checkpointAt(source, 2) })
        expect(await codeOf(commit)).toBe('PUBLISHER_SPENT')
      })
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect((await Promise.resolve(checkpoint))?.next).toBe(1)
      })
      expect(await values(source, topic)).toEqual([])
    })

    test('that has sent half of a transaction is fenced by the next one, which sees nothing of it', async () => {
      const { source, topic } = await fresh()
      await withPublisher(harness, source, async (older) => {
        await appendAll(older, manyRecords(topic))
        await withPublisher(harness, source, async (newer) => {
          expect(newer.checkpoint).toBeNull()
          const commit = async () => await older.commit({ checkpoint: checkpointAt(source, 1) })
          expect(await codeOf(commit)).toBe('FENCED')
          await publish(newer, batchOf(source, 2, [outputRecord(topic, { text: 'of the newer' })]))
        })
      })
      expect(await values(source, topic)).toEqual(['of the newer'])
    })

    test('that is closed in the middle of a transaction leaves nothing but what the next one fences', async () => {
      const { source, topic } = await fresh()
      const publisher = await harness.openPublisher({ source, transactionTimeoutMs })
      await appendAll(publisher, manyRecords(topic))
      await publisher.close()
      const append = async () => await publisher.append(outputRecord(topic, {}))
      expect(await codeOf(append)).toBe('PUBLISHER_SPENT')
      await withPublisher(harness, source, async (next) => {
        expect(next.checkpoint).toBeNull()
        await publish(next, batchOf(source, 1, [outputRecord(topic, { text: 'of the next' })]))
      })
      expect(await values(source, topic)).toEqual(['of the next'])
    })

    test('finds the newest checkpoint behind many barriers', async () => {
      const { source } = await fresh()
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, batchOf(source, 1, []))
        await publish(publisher, batchOf(source, 42, []))
      })
      for (let opened = 0; opened < 40; opened++)
        await withPublisher(harness, source, async () => await Promise.resolve())
      await withPublisher(harness, source, async ({ checkpoint }) => {
        expect((await Promise.resolve(checkpoint))?.next).toBe(42)
      })
    })

    test('leaves a record behind where registry records became active', async () => {
      const { source } = await fresh()
      await withPublisher(harness, source, async (publisher) => {
        await publish(publisher, { ...batchOf(source, 30, []), applied: 3 })
        await publish(publisher, batchOf(source, 40, []))
      })
      const applied = await harness.topicReader.latest(harness.names.checkpoint(source), 'applied/3')
      expect(JSON.parse(applied?.value?.toString() ?? '')).toMatchObject({ source, next: 30 })
    })

    test.each([
      ['CHECKPOINT_CORRUPT', 'not a checkpoint'],
      ['NEWER_FORMAT', JSON.stringify({ ...checkpointAt('any', 1), format: 4 })],
    ])('opens with %s rather than starting anew when the newest checkpoint cannot be read', async (code, text) => {
      const { source } = await fresh()
      await harness.append(harness.names.checkpoint(source), [
        { key: Buffer.from('checkpoint'), value: Buffer.from(text) },
      ])
      expect(await codeOf(async () => await harness.openPublisher({ source, transactionTimeoutMs }))).toBe(code)
    })
  })
}
