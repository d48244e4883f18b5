/** What goes on around the commands of a migration: a new service that publishes, comparisons told of days, writers behind the fence. */
import { expect } from 'vitest'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { beginningOf } from '../../src/app/compare/comparisons.ts'
import { readDeadLetters } from '../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import { emptyTally, tallied } from '../../src/core/parity/causes.ts'
import { encodeParityReport } from '../../src/core/parity/parity-report.ts'
import type { Verdict } from '../../src/core/parity/verdict.ts'
import type { Daemon } from '../../src/app/translate/daemon.ts'
import { brand } from '../../src/brand.ts'
import { scopeHeader } from '../../src/core/event/cloud-event-headers.ts'
import { names, rawLog } from '../app/bench-project.ts'
import { reached } from '../app/translate/running-daemon.ts'
import { ownershipIn, storesIn } from '../app/translate/said-stages.ts'
import { type FencedShop, nativeId } from '../cli/migrate/fenced-shop.ts'

const bridge = 'order-changes.v1'
const dayMs = 86_400_000

/** The daemon has compared so many pairs in the last eight days, and found what the verdict says besides. */
export async function compared({ bench }: FencedShop, found: Partial<Verdict> | null = null): Promise<void> {
  const beginning = beginningOf(await readRegistry(bench.kafka.openControlLog), 'order-changed')
  const atMs = systemClock.wallMs()
  const place = { partition: 0, offset: 0 }
  const match: Verdict = {
    ...{ outcome: 'match', type: 'OrderChanged', aggregate: '1', causes: [] },
    ...{ atMs, firstMs: atMs, places: { bridge: place, native: place } },
  }
  const matches = Array.from({ length: 1_204 }, () => match)
  const report = {
    ...{ mapping: 'order-changed', version: 'v1', word: beginning?.word ?? -1 },
    topics: { bridge, native: names.native(bridge) },
    ...{ atMs, sinceMs: atMs - 8 * dayMs, judgedMs: atMs, pendingSinceMs: null, stalled: null, wrongPartitions: 0 },
    tally: tallied(emptyTally, found === null ? matches : [...matches, { ...match, ...found }]),
  }
  const record = { key: Buffer.from('order-changed'), value: encodeParityReport(report) }
  await bench.kafka.appendRecord(names.parity, record)
}

/** The new service opens its id; whenever it is fenced it is started again, until `signal` is. */
export async function supervised({ bench: { kafka } }: FencedShop, signal: AbortSignal): Promise<void> {
  let producer = kafka.cluster.openProducer(nativeId)
  while (!signal.aborted) {
    try {
      kafka.cluster.checkEpoch(producer)
    } catch {
      producer = kafka.cluster.openProducer(nativeId)
    }
    await systemClock.sleep(5)
  }
}

/** As soon as the new service has read that a scope is its own it publishes for it, in every epoch. */
export async function publishing({ bench }: FencedShop, signal: AbortSignal): Promise<void> {
  let told = 0
  while (!signal.aborted) {
    const owned = (await ownershipIn(bench)).filter(({ owner }) => owner === 'native')
    for (const { scope, epoch } of owned.slice(told)) {
      const headers: [string, Buffer][] = [
        [`${brand.headerPrefix}epoch`, Buffer.from(String(epoch))],
        ...(scope === null ? [] : [[scopeHeader, Buffer.from(scope)] satisfies [string, Buffer]]),
      ]
      bench.kafka.cluster.append(bridge, { key: null, value: Buffer.from('its own'), headers })
    }
    told = owned.length
    await systemClock.sleep(5)
  }
}

/** Until there are some that nobody has decided, or none. */
export async function deadLettersAre({ bench }: FencedShop, wanted: 'some' | 'none'): Promise<void> {
  for (;;) {
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    if (letters.length > 0 === (wanted === 'some')) return
    await systemClock.sleep(5)
  }
}

/** What the new service has written, as `falsework_sync`: nothing of the scope is published, and none of it is a violation. */
export async function broughtBack(
  shop: FencedShop,
  daemon: Daemon,
  { scope, epoch }: { readonly scope: string; readonly epoch: number },
): Promise<void> {
  const ofScope = async () => (await storesIn(shop.bench, bridge)).filter((store) => store === scope).length
  const published = await ofScope()
  // Of each of its forty stores there is a row.
  shop.bringBack(5, epoch)
  const [log] = await shop.bench.kafka.topicReader.range(rawLog)
  await reached(daemon, ({ next }) => next === log?.end)
  expect(await ofScope()).toBe(published)
  await deadLettersAre(shop, 'none')
}
