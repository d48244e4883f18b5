/** What the publisher of a native service promises, on any Kafka. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeOwnership, type OwnedScope } from '../../src/core/migration/ownership-record.ts'
import type { NativePublisher } from '../../src/native/native-publisher.ts'
import { type NativeBench, nativeBench } from './native-bench.ts'
import { codeOf, type MakeHarness } from './kafka-harness.ts'

export function describeNativePublisher(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: the publisher of a native service`, () => {
    let bench: NativeBench
    const opened: NativePublisher[] = []
    beforeEach(async () => {
      bench = await nativeBench(await makeHarness())
    })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(async (publisher) => await publisher.close()))
      await bench.harness.close()
    })

    const open = async (beforeCommit?: () => Promise<void>): Promise<NativePublisher> => {
      const publisher = await bench.open(beforeCommit)
      opened.push(publisher)
      return publisher
    }
    /** By falsework. */
    const decide = async (owner: OwnedScope['owner'], epoch: number): Promise<void> => {
      const record = encodeOwnership({ mapping: bench.mapping, scope: '3', owner, epoch, position: null })
      await bench.harness.append(bench.harness.names.ownership, [record])
    }

    test('has no position at first, and then the one of the last batch', async () => {
      const publisher = await open()
      expect(publisher.position).toBeNull()
      await publisher.publish({ events: [bench.event({})], position: 'lsn 10' })
      await publisher.publish({ events: [], position: 'lsn 20' })
      expect(publisher.position).toBe('lsn 20')
      expect((await open()).position).toBe('lsn 20')
      expect(await bench.ids('mirrored')).toHaveLength(1)
    })

    test('shows nothing of a batch before it is committed', async () => {
      const seen: number[] = []
      const publisher = await open(async () => {
        seen.push((await bench.visible('mirrored')).length)
      })
      await publisher.publish({ events: bench.manyEvents(60), position: '1' })
      expect(seen).toEqual([0])
      expect(await bench.ids('mirrored')).toHaveLength(60)
    })

    test('publishes what is mirrored to native.<topic>, whoever owns the scope', async () => {
      const publisher = await open()
      for (const [index, owner] of (['legacy', 'none', 'native'] as const).entries()) {
        await decide(owner, index + 1)
        await publisher.publish({ events: [bench.event({ id: owner })], position: owner })
      }
      const seen = await bench.seen('mirrored')
      expect(seen.map(({ headers }) => [headers['ce_id'], headers['falsework-epoch']])).toEqual([
        ['legacy', '1'],
        ['none', '2'],
        ['native', '3'],
      ])
      expect(await bench.ids('own')).toEqual([])
    })

    test('puts native.<topic> into the partitions of the public one, and each key where falsework puts it', async () => {
      await decide('native', 2)
      const publisher = await open()
      const keys = ['1', '2', '3', '4', '5', '6']
      const events = keys.flatMap((key) => [bench.event({ key }), bench.event({ key, origin: 'own' })])
      await publisher.publish({ events, position: '1' })
      const [mirrored, own] = [await bench.seen('mirrored'), await bench.seen('own')]
      expect(mirrored.map(({ key, partition }) => [key, partition])).toEqual(
        own.map(({ key, partition }) => [key, partition]),
      )
      expect(new Set(own.map(({ partition }) => partition)).size).toBeGreaterThan(1)
    })

    test.each(['legacy', 'none'] as const)(
      'refuses an event of its own while %s owns, with its batch, and stays open',
      async (owner) => {
        await decide(owner, 3)
        const publisher = await open()
        const batch = { events: [bench.event({}), bench.event({ origin: 'own' })], position: '1' }
        expect(await codeOf(async () => await publisher.publish(batch))).toBe('NATIVE_NOT_OWNER')
        expect(publisher.position).toBeNull()
        await decide('native', 4)
        await publisher.publish(batch)
        expect(await bench.ids('mirrored')).toHaveLength(1)
      },
    )

    test('publishes events of its own to the public topic when native owns, as the envelope says', async () => {
      await decide('native', 2)
      const publisher = await open()
      const own = bench.event({ origin: 'own', id: 'event-1', subject: 'order/42', fields: { orderId: '42' } })
      await publisher.publish({ events: [own], position: '1' })
      expect(await bench.seen('own')).toEqual([
        {
          partition: expect.any(Number) as number,
          key: '42',
          value: '\u0000\u0000\u0000\u0000\u0001\u000442\u0000',
          headers: {
            ce_specversion: '1.0',
            ce_source: '/fulfilment',
            ce_type: 'com.acme.orders.OrderPlaced',
            ce_dataschema: 'memory:///schemas/ids/1',
            'content-type': 'application/avro',
            'falsework-epoch': '2',
            ce_id: 'event-1',
            ce_time: '2026-01-31T10:00:00.123456Z',
            ce_subject: 'order/42',
            ce_partitionkey: '42',
            'falsework-scope': '3',
          },
        },
      ])
    })

    test('says no scope where there is none', async () => {
      await decide('native', 2)
      const publisher = await open()
      await publisher.publish({ events: [bench.event({ origin: 'mirrored', scope: null })], position: '1' })
      expect((await bench.seen('mirrored')).map(({ headers }) => headers['falsework-scope'])).toEqual([undefined])
    })

    test('sees what was decided between two batches', async () => {
      await decide('native', 2)
      const publisher = await open()
      const batch = (id: string) => ({ events: [bench.event({ id, origin: 'own' })], position: id })
      await publisher.publish(batch('before'))
      await decide('none', 3)
      expect(await codeOf(async () => await publisher.publish(batch('after')))).toBe('NATIVE_NOT_OWNER')
      expect(await bench.ids('own')).toEqual(['before'])
      expect((await open()).position).toBe('before')
    })

    test('is fenced by the next one, and is spent', async () => {
      const older = await open()
      await older.publish({ events: [], position: '1' })
      const newer = await open()
      const late = { events: [bench.event({ id: 'late' })], position: '2' }
      expect(await codeOf(async () => await older.publish(late))).toBe('NATIVE_FENCED')
      expect(await codeOf(async () => await older.publish(late))).toBe('PUBLISHER_SPENT')
      await newer.publish({ events: [bench.event({ id: 'of the newer' })], position: '2' })
      expect(await bench.ids('mirrored')).toEqual(['of the newer'])
    })

    test('that falsework fences in the middle of a transaction shows nothing of it', async () => {
      await decide('native', 2)
      const publisher = await open(async () => await bench.fence())
      const batch = { events: bench.manyEvents(60, 'own'), position: '1' }
      expect(await codeOf(async () => await publisher.publish(batch))).toBe('NATIVE_FENCED')
      expect(await bench.ids('own')).toEqual([])
      expect((await open()).position).toBeNull()
    })

    test('that does not know whether a batch became visible is told by the position of the next one', async () => {
      for (const [what, expected] of [
        ['request', null],
        ['answer', '1'],
      ] as const) {
        const publisher = await open()
        bench.harness.loseNextCommit(what)
        const batch = { events: [bench.event({})], position: '1' }
        expect(await codeOf(async () => await publisher.publish(batch))).toBe('PUBLISH_UNCERTAIN')
        expect(publisher.position).toBeNull()
        expect((await open()).position).toBe(expected)
      }
    })

    test('takes one batch at a time, and none when it is closed', async () => {
      const publisher = await open()
      const first = publisher.publish({ events: [bench.event({})], position: '1' })
      expect(await codeOf(async () => await publisher.publish({ events: [], position: '2' }))).toBe('PUBLISHER_SPENT')
      await first
      await publisher.publish({ events: [], position: '3' })
      await publisher.close()
      await publisher.close()
      expect(await codeOf(async () => await publisher.publish({ events: [], position: '4' }))).toBe('PUBLISHER_SPENT')
      expect((await open()).position).toBe('3')
    })
  })
}
