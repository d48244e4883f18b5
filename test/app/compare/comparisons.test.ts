import { describe, expect, it } from 'vitest'
import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { fillRawLog, type Installation, names } from '../bench-project.ts'
import { reached, start, translated } from '../translate/running-daemon.ts'
import {
  append,
  bridge,
  comparing,
  comparisonsOf,
  judged,
  mirror,
  native,
  outcomesOf,
  registeredLive,
  reportOf,
} from './comparing.ts'

async function registered(windowSeconds?: number): Promise<Installation> {
  const bench = await registeredLive(windowSeconds)
  await append(bench, {
    kind: 'stage',
    mapping: 'order-changed',
    scope: null,
    transition: 'promote',
    to: 'parity',
    epoch: 1,
    seen: { owner: 'legacy', epoch: 1 },
    reason: null,
    evidence: [],
    waivers: [],
  })
  return bench
}

/** Changes the first letter of the order's id, which stands at the front of the value. */
const spoilt = (record: TopicRecord): TopicRecord => {
  const value = Buffer.from(record.value ?? Buffer.of())
  value[6] = (value[6] ?? 0) === 0x39 ? 0x38 : 0x39
  return { ...record, value }
}

/** Around it nothing counts as missing. */
const behindBeginning = async (): Promise<void> => await systemClock.sleep(1_100)

describe('a mapping in parity', () => {
  it('is compared event by event, and the report says that all match', async () => {
    const bench = await registered()
    const { daemon } = comparing(bench)
    await fillRawLog(bench, 0, 5)
    await reached(daemon, translated(50))
    await mirror(bench)
    const report = await reportOf(bench, judged(50))
    expect(outcomesOf(report)).toEqual({ match: 50 })
    expect(report).toMatchObject({ wrongPartitions: 0, stalled: null, topics: { bridge, native } })
  })

  it('has each difference counted by its cause, and what never comes as missing', async () => {
    const bench = await registered()
    const { daemon } = comparing(bench)
    await behindBeginning()
    await fillRawLog(bench, 0, 6)
    await reached(daemon, translated(60))
    await mirror(bench, (record, at) => (at === 35 ? [] : at === 40 ? [spoilt(record)] : [record]))
    const report = await reportOf(bench, judged(60))
    expect(outcomesOf(report)).toEqual({ match: 58, 'field-mismatch': 1, 'missing-in-native': 1 })
    expect(Object.keys(report.tally.causes).sort()).toEqual([
      'OrderChanged field-mismatch orderId: another number',
      expect.stringContaining('OrderChanged missing-in-native'),
    ])
  })

  it('goes on where it was when the daemon dies, and counts nothing twice', async () => {
    const bench = await registered(30)
    const stores = memoryParityStores()
    const first = comparing(bench, stores)
    await fillRawLog(bench, 0, 2)
    await reached(first.daemon, translated(20))
    await mirror(bench, undefined, { most: 15 })
    await reportOf(bench, judged(15))
    await first.stop()
    await mirror(bench)
    const second = comparing(bench, stores)
    expect(outcomesOf(await reportOf(bench, judged(20)))).toEqual({ match: 20 })
    await second.stop()
  })

  it('is compared anew where its store is lost, with the same outcome', async () => {
    const bench = await registered()
    const first = comparing(bench)
    await fillRawLog(bench, 0, 2)
    await reached(first.daemon, translated(20))
    await mirror(bench, (record, at) => [at === 3 ? spoilt(record) : record])
    await reportOf(bench, judged(20))
    await first.stop()
    const second = comparing(bench)
    await fillRawLog(bench, 2, 3)
    await reached(second.daemon, translated(10))
    await mirror(bench)
    expect(outcomesOf(await reportOf(bench, judged(30)))).toEqual({ match: 29, 'field-mismatch': 1 })
    await second.stop()
  })

  it('begins anew when somebody says so: what was found before counts no more', async () => {
    const bench = await registered()
    const { daemon } = comparing(bench)
    await fillRawLog(bench, 0, 2)
    await reached(daemon, translated(20))
    await mirror(bench, (record) => [spoilt(record)])
    const { word } = await reportOf(bench, judged(20))
    await append(bench, { kind: 'anew', mapping: 'order-changed', reason: 'the bug is mended' })
    await reportOf(bench, (report) => report.word > word)
    await fillRawLog(bench, 2, 3)
    await reached(daemon, translated(30))
    await mirror(bench)
    expect(outcomesOf(await reportOf(bench, judged(10)))).toEqual({ match: 10 })
  })

  it('does not count a pair of which one was told before it began anew, however late the other comes', async () => {
    const [bench, ahead] = [await registered(), await registered()]
    await fillRawLog(ahead, 0, 1)
    const other = start(ahead)
    await reached(other.daemon, translated(10))
    await other.stop()
    const { daemon } = comparing(bench)
    const { word } = await reportOf(bench, () => true)
    await mirror(ahead, (record) => [spoilt(record)], { to: bench })
    await append(bench, { kind: 'anew', mapping: 'order-changed', reason: 'the bug is mended' })
    await reportOf(bench, (report) => report.word > word)
    await fillRawLog(bench, 0, 1)
    await reached(daemon, translated(10))
    const toldMs = Date.now()
    const report = await reportOf(bench, ({ judgedMs }) => judgedMs > toldMs + 1_500)
    expect(outcomesOf(report)).toEqual({})
  })

  it('that cannot be compared says why, and is compared as soon as it can be; its events are published all the while', async () => {
    const bench = await registered()
    const append = bench.kafka.appendRecord
    let refusals = 2
    const refusing: Installation = {
      ...bench,
      kafka: {
        ...bench.kafka,
        appendRecord: async (topic, record) => {
          if (refusals > 0 && topic === names.parity) {
            refusals -= 1
            throw new TypeError('a fault of ours')
          }
          return await append(topic, record)
        },
      },
    }
    const { daemon } = comparing(refusing)
    await fillRawLog(bench, 0, 2)
    await reached(daemon, translated(20))
    await mirror(bench)
    expect(outcomesOf(await reportOf(bench, judged(20)))).toEqual({ match: 20 })
    expect(refusals).toBe(0)
  })

  it('is not told of as missing while the bridge itself is behind', async () => {
    const [bench, ahead] = [await registered(), await registered()]
    for (const [one, transactions] of [
      [bench, 2],
      [ahead, 4],
    ] as const) {
      await fillRawLog(one, 0, transactions)
      const { daemon, stop } = start(one)
      await reached(daemon, translated(transactions * 10))
      await stop()
    }
    await fillRawLog(bench, 2, 4)
    await mirror(ahead, undefined, { to: bench })
    const stop = new AbortController()
    const stores = memoryParityStores()
    const alone = comparisonsOf(bench, stores)
    await alone.follow(await readRegistry(bench.kafka.openControlLog), stop.signal)
    const { atMs } = await reportOf(bench, judged(20))
    const later = await reportOf(bench, (report) => report.atMs > atMs + 2_500)
    expect(outcomesOf(later)).toEqual({ match: 20 })
    stop.abort()
    await alone.ended()
    comparing(bench, stores)
    expect(outcomesOf(await reportOf(bench, judged(40)))).toEqual({ match: 40 })
  })
})
