/** Of a mapping that is divided into scopes, those that are in parity are compared, and no others. */
import { describe, expect, it } from 'vitest'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { fillRawLog, type Installation } from '../bench-project.ts'
import { reached, translated } from '../translate/running-daemon.ts'
import { fillFence, recordsIn, say, scoped } from '../translate/said-stages.ts'
import { bridge, comparing, judged, mirror, native, outcomesOf, registeredLive, reportOf } from './comparing.ts'

const legacy = { owner: 'legacy', epoch: 1 } as const
const scopeHeader = 'falsework-scope'

const scopeOf = ({ headers }: TopicRecord): string => headers.get(scopeHeader)?.toString() ?? 'none'

const without = (record: TopicRecord, header: string): TopicRecord => ({
  ...record,
  headers: new Map([...record.headers].filter(([name]) => name !== header)),
})

/** Of that installation, where both are in parity and all others are live. */
interface TwoScopes {
  readonly bench: Installation
  readonly kept: string
  readonly leaving: string
}

/** Fifty events are published by then, and say which scopes there are. */
async function twoInParity(): Promise<TwoScopes> {
  const bench = await registeredLive(2, scoped)
  const { daemon, stop } = comparing(bench)
  await fillRawLog(bench, 0, 5)
  await reached(daemon, translated(50))
  await stop()
  const [kept = '', leaving = ''] = [...new Set((await recordsIn(bench, bridge)).map(scopeOf))]
  for (const scope of [kept, leaving]) await say(bench, { to: 'parity', epoch: 1, seen: legacy, scope })
  return { bench, kept, leaving }
}

const publishedOf = async (bench: Installation, scope: string): Promise<number> =>
  (await recordsIn(bench, bridge)).filter((record) => scopeOf(record) === scope).length

/** What waits by now is judged by then. */
const allJudged = async (bench: Installation) => {
  const sinceMs = Date.now()
  return await reportOf(bench, ({ judgedMs }) => judgedMs > sinceMs + 2_100)
}

describe('a mapping of which some scopes are in parity', () => {
  it('has nothing counted as missing that the new service does not mirror of the others', async () => {
    const { bench, kept, leaving } = await twoInParity()
    comparing(bench)
    let left = 0
    await mirror(bench, (record) => {
      if (scopeOf(record) === kept && (left += 1) === 1) return []
      return [kept, leaving].includes(scopeOf(record)) ? [record] : []
    })
    const compared = (await publishedOf(bench, kept)) + (await publishedOf(bench, leaving))
    expect(outcomesOf(await reportOf(bench, judged(compared)))).toEqual({
      match: compared - 1,
      'missing-in-native': 1,
    })
  })

  it('is compared no more where a scope is handed over: neither what waits of it, nor what its new owner tells', async () => {
    const { bench, kept, leaving } = await twoInParity()
    const { daemon } = comparing(bench)
    const isCompared = (record: TopicRecord): boolean => [kept, leaving].includes(scopeOf(record))
    await mirror(bench, (record) => (isCompared(record) ? [record] : []))
    const before = (await publishedOf(bench, kept)) + (await publishedOf(bench, leaving))
    await reportOf(bench, judged(before))
    await say(bench, { to: 'native', epoch: 2, seen: legacy, scope: leaving })
    await fillRawLog(bench, 5, 10)
    fillFence(bench, 10, { scope: leaving, owner: 'native', epoch: 2 })
    await fillRawLog(bench, 11, 16)
    await reached(daemon, ({ next }) => (next ?? 0) >= 15 * 12 + 3)
    // What the bridge has told last of the scope is never mirrored; the new owner's own work is told on both topics.
    const [own] = (await recordsIn(bench, native)).filter((record) => scopeOf(record) === leaving)
    await mirror(bench, (record) => (scopeOf(record) === kept ? [record] : []))
    for (const [topic, headers] of [
      [bridge, own === undefined ? new Map<string, Buffer>() : without(own, 'falsework-mapping').headers],
      [native, own?.headers ?? new Map<string, Buffer>()],
    ] as const) {
      const told = new Map(headers).set('falsework-epoch', Buffer.from('2')).set('ce_subject', Buffer.from('own'))
      const { partition = 0, key = null, value = null } = own ?? {}
      bench.kafka.cluster.append(topic, { partition, key, value, headers: [...told] })
    }
    const { tally } = await allJudged(bench)
    const { outcomes = {} } = tally.types['OrderChanged'] ?? {}
    expect(Object.keys(outcomes)).toEqual(['match'])
    expect(outcomes['match']?.count).toBeGreaterThan(before)
  })

  it('has an event that says no scope told as one that cannot be compared', async () => {
    const { bench, kept } = await twoInParity()
    comparing(bench)
    let told = 0
    await mirror(bench, (record) => {
      if (scopeOf(record) !== kept) return []
      return [(told += 1) === 1 ? without(record, scopeHeader) : record]
    })
    const { tally } = await reportOf(bench, (report) => 'uncomparable' in outcomesOf(report))
    expect(Object.keys(tally.causes)).toEqual(['OrderChanged uncomparable it says no scope in native'])
  })
})

describe('a mapping all of whose scopes are in parity', () => {
  it('has events compared that say none', async () => {
    const bench = await registeredLive(2, scoped)
    await say(bench, { to: 'parity', epoch: 1, seen: legacy })
    const { daemon } = comparing(bench)
    await fillRawLog(bench, 0, 2)
    await reached(daemon, translated(20))
    await mirror(bench, (record) => [without(record, scopeHeader)])
    expect(outcomesOf(await reportOf(bench, judged(20)))).toEqual({ match: 20 })
  })
})
