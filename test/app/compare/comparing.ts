/** A mapping that is compared, and the new service that tells what the bridge has told. */
import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { Comparisons } from '../../../src/app/compare/comparisons.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { decodeParityReport, type ParityReport } from '../../../src/core/parity/parity-report.ts'
import { type ControlRecord, controlFormat } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { OpenParityStore } from '../../../src/ports/parity-store.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../bench-project.ts'
import { type RunningDaemon, silent, start, uncounted } from '../translate/running-daemon.ts'

export const bridge = 'order-changes.v1'
export const native = names.native(bridge)
const migration = (windowSeconds: number): string => `migration: orders
format: 1
mapping: order-changed
topics: {bridge: ${bridge}, native: native.${bridge}}
windowSeconds: ${windowSeconds}
native: {transactionalIds: [falsework.native.order-changed.1]}
`

/** `edit`: of the mapping. */
export async function registeredLive(windowSeconds = 1, edit?: (mapping: string) => string): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 0)
  bench.kafka.cluster.createTopic(native, 6, {})
  const project = await benchProject(edit)
  const migrations = [{ path: 'migrations/orders.yaml', text: migration(windowSeconds) }]
  await bench.register({ ...project, texts: { ...project.texts, migrations } })
  return bench
}

type Said = {
  [K in 'stage' | 'anew']: Omit<Extract<ControlRecord, { kind: K }>, 'format' | 'uuid' | 'basedOn' | 'atMs' | 'actor'>
}

export async function append({ kafka }: Installation, said: Said['stage'] | Said['anew']): Promise<void> {
  const { end } = await readRegistry(kafka.openControlLog)
  const common = { format: controlFormat, uuid: `word ${end}`, basedOn: end, atMs: Date.now(), actor: 'ana' } as const
  const log = await kafka.openControlLog()
  await log.append(encodeControlRecord({ ...said, ...common }))
  await log.close()
}

export function comparing(bench: Installation, stores = memoryParityStores()): RunningDaemon {
  return start(bench, { comparisons: comparisonsOf(bench, stores) })
}

export function comparisonsOf(bench: Installation, openParityStore: OpenParityStore): Comparisons {
  const { openComparisonLease, newTopicReader, appendRecord } = bench.kafka
  return new Comparisons({
    names,
    openComparisonLease,
    openParityStore,
    topicReader: newTopicReader(),
    appendRecord,
    clock: systemClock,
    log: silent,
    metrics: uncounted,
  })
}

/** What of the bridge's events the new service has seen. */
const seenOf = new WeakMap<Installation, Set<string>>()

/** The new service tells what the bridge has told since, as far as `edit` lets it, of so many events at most. */
export async function mirror(
  bench: Installation,
  edit: (record: TopicRecord, at: number) => readonly TopicRecord[] = (record) => [record],
  { most = Number.POSITIVE_INFINITY, to = bench }: { readonly most?: number; readonly to?: Installation } = {},
): Promise<void> {
  const seen = seenOf.get(bench) ?? new Set()
  seenOf.set(bench, seen)
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  let at = 0
  for await (const record of bench.kafka.topicReader.read(bridge, options)) {
    const place = `${record.partition} ${record.offset}`
    if (seen.has(place) || at >= most) continue
    seen.add(place)
    for (const { partition, key, value, headers } of edit(record, at)) {
      to.kafka.cluster.append(native, { partition, key, value, headers: [...headers] })
    }
    at += 1
  }
}

export async function reportOf(
  { kafka }: Installation,
  wanted: (report: ParityReport) => boolean,
): Promise<ParityReport> {
  for (;;) {
    const record = await kafka.topicReader.latest(names.parity, 'order-changed')
    const report = record?.value == null ? null : decodeParityReport(record.value)
    if (report !== null && wanted(report)) return report
    await systemClock.sleep(5)
  }
}

export const outcomesOf = ({ tally }: ParityReport): Record<string, number> =>
  Object.fromEntries(
    Object.entries(tally.types['OrderChanged']?.outcomes ?? {}).map(([name, { count }]) => [name, count]),
  )

export const judged =
  (count: number) =>
  (report: ParityReport): boolean =>
    Object.values(outcomesOf(report)).reduce((sum, one) => sum + one, 0) >= count
