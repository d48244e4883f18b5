import { describe, expect, it, onTestFinished } from 'vitest'
import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { Comparisons } from '../../../src/app/compare/comparisons.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { decodeEpochReport, type EpochReport, epochReportKey } from '../../../src/core/migration/epochs/epoch-report.ts'
import type { Log, LogFields, Metrics } from '../../../src/ports/clock-log-metrics.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../bench-project.ts'
import { reached, silent, start, translated, uncounted } from '../translate/running-daemon.ts'
import { recordsIn, say, scoped } from '../translate/said-stages.ts'

const topic = 'order-changes.v1'
const mapping = 'order-changed'
const legacy = { owner: 'legacy', epoch: 1 } as const

/** Ten events of falsework are there, and the handover to the new service was asked for. */
async function handedOver(): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  await bench.register(await benchProject(scoped))
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(10))
  await stop()
  await say(bench, { to: 'parity', epoch: 1, seen: legacy })
  await say(bench, { to: 'native', epoch: 2, seen: legacy })
  return bench
}

interface Watching {
  /** Of level error, one for each alarm. */
  readonly alarms: LogFields[]
  readonly counted: string[]
  readonly stop: () => Promise<void>
}

async function watching(bench: Installation, openParityStore = memoryParityStores()): Promise<Watching> {
  const { openComparisonLease, newTopicReader, appendRecord } = bench.kafka
  const [alarms, counted]: [LogFields[], string[]] = [[], []]
  const log: Log = { ...silent, error: (_, fields = {}) => void alarms.push(fields) }
  const metrics: Metrics = {
    ...uncounted,
    add: (name, labels) => void counted.push(`${name} ${JSON.stringify(labels)}`),
  }
  const ports = { openComparisonLease, openParityStore, topicReader: newTopicReader(), appendRecord }
  const comparisons = new Comparisons({ ...ports, names, clock: systemClock, log, metrics })
  const stopping = new AbortController()
  await comparisons.follow(await readRegistry(bench.kafka.openControlLog), stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await comparisons.ended()
  }
  onTestFinished(stop)
  return { alarms, counted, stop }
}

type Headers = Readonly<Record<string, string | null>>

/** The same event once more, under other headers; null leaves one out. */
function append({ kafka }: Installation, { partition, key, value, headers }: TopicRecord, other: Headers): void {
  const all = new Map<string, Buffer | null>(headers)
  for (const [name, text] of Object.entries(other)) all.set(name, text === null ? null : Buffer.from(text))
  const left = [...all].flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes] as const]))
  kafka.cluster.append(topic, { partition, key, value, headers: left })
}

/** As a native service writes them. */
const native: Headers = { 'falsework-epoch': '2', 'falsework-mapping': null }

async function reportOf({ kafka }: Installation, wanted: (report: EpochReport) => boolean): Promise<EpochReport> {
  for (;;) {
    const record = await kafka.topicReader.latest(names.parity, epochReportKey(mapping))
    const report = record?.value == null ? null : decodeEpochReport(record.value)
    if (report !== null && wanted(report)) return report
    await systemClock.sleep(5)
  }
}

const decreased = ({ decreases }: EpochReport): boolean => decreases.length > 0

describe('the monitor of epochs', () => {
  it('raises an alarm where an earlier epoch stands behind a later one of its key, once for each partition', async () => {
    const bench = await handedOver()
    const [event] = await recordsIn(bench, topic)
    if (event === undefined) throw new Error('nothing was published')
    append(bench, event, native)
    append(bench, event, {})
    append(bench, event, {})
    const { alarms, counted } = await watching(bench)
    const report = await reportOf(bench, decreased)
    expect(report.decreases).toMatchObject([{ topic, partition: event.partition, before: 2, epoch: 1, records: 2 }])
    expect(alarms).toMatchObject([
      { code: 'EPOCH_DECREASED', mapping, topic, partition: event.partition, before: 2, epoch: 1 },
    ])
    expect(JSON.stringify(alarms)).not.toContain(event.key?.toString())
    const labels = JSON.stringify({ topic, partition: String(event.partition) })
    expect(counted).toEqual([`epoch_decreases_total ${labels}`, `epoch_decreases_total ${labels}`])
  })

  it('is silent while each key goes on in its epoch or a later one', async () => {
    const bench = await handedOver()
    const [first, other] = await recordsIn(bench, topic)
    if (first === undefined || other === undefined) throw new Error('nothing was published')
    append(bench, first, native)
    append(bench, other, {})
    append(bench, first, { ...native, 'falsework-epoch': '3' })
    const { alarms } = await watching(bench)
    expect(await reportOf(bench, () => true)).toMatchObject({ decreases: [], forgotten: 0 })
    expect(alarms).toEqual([])
  })

  it('leaves out what another mapping has written to the topic, and what tells no epoch', async () => {
    const bench = await handedOver()
    const [event] = await recordsIn(bench, topic)
    if (event === undefined) throw new Error('nothing was published')
    append(bench, event, native)
    append(bench, event, { 'falsework-mapping': 'refunds@1' })
    append(bench, event, { 'falsework-epoch': null })
    const { alarms } = await watching(bench)
    expect((await reportOf(bench, () => true)).decreases).toEqual([])
    expect(alarms).toEqual([])
  })

  it('remembers over a restart what it has seen, and raises no alarm again', async () => {
    const bench = await handedOver()
    const [event] = await recordsIn(bench, topic)
    if (event === undefined) throw new Error('nothing was published')
    const stores = memoryParityStores()
    append(bench, event, native)
    const first = await watching(bench, stores)
    const { atMs } = await reportOf(bench, () => true)
    await first.stop()
    append(bench, event, {})
    const second = await watching(bench, stores)
    await reportOf(bench, decreased)
    await second.stop()
    const third = await watching(bench, stores)
    append(bench, event, {})
    const report = await reportOf(bench, ({ decreases: [one] }) => one?.records === 2)
    expect(report.atMs).toBeGreaterThan(atMs)
    expect([first, second, third].map(({ alarms }) => alarms.length)).toEqual([0, 1, 0])
  })

  it('watches no mapping of which no scope was to be handed over', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    await bench.register(await benchProject(scoped))
    await say(bench, { to: 'parity', epoch: 1, seen: legacy })
    const { stop } = await watching(bench)
    await stop()
    expect(await bench.kafka.topicReader.latest(names.parity, epochReportKey(mapping))).toBeNull()
  })
})
