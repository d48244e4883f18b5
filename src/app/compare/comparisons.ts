/**
 * What watches the streams of an installation, as the registry log says: a comparison for each mapping of which a scope is
 * in parity, and the monitor of epochs for each of which a scope was ever to be handed over.
 */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { comparisonOf } from '../../core/parity/comparison.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { AppendRecord } from '../../ports/kafka/append-record.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { OpenLease } from '../../ports/kafka/lease.ts'
import type { OpenParityStore } from '../../ports/parity-store.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { migrationOf } from '../migrate/read-stages.ts'
import { compiledAsRegistered } from '../observe/registered.ts'
import { comparedStreams, epochsOf } from './compared-streams.ts'
import type { Beginning } from './comparison.ts'
import { ComparisonWorker } from './comparison-worker.ts'
import { EpochMonitor, epochsName } from './epoch-monitor.ts'

export interface ComparisonsParts {
  readonly names: TopicNames
  readonly openComparisonLease: OpenLease
  readonly openParityStore: OpenParityStore
  /** Not shared with others: it waits for records. */
  readonly topicReader: TopicReader
  readonly appendRecord: AppendRecord
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

interface Worker {
  /** Until `stop` fires. Never rejects. */
  run(stop: AbortSignal): Promise<void>
}

interface Wanted {
  /** Of the lease and the store that it works with. */
  readonly place: string
  /** What it goes by: anything else is another worker. */
  readonly name: string
  readonly worker: () => Worker
}

interface Running extends Pick<Wanted, 'name'> {
  readonly stop: AbortController
  readonly finished: Promise<void>
}

/** One at a time follows the registry log, and asks for all that is wanted now. */
export class Comparisons {
  private readonly parts: ComparisonsParts
  private readonly running = new Map<string, Running>()

  constructor(parts: ComparisonsParts) {
    this.parts = parts
  }

  /** Starts and ends workers as the state wants them. One after the other: two never have one store. */
  async follow(registry: RegistryState, stop: AbortSignal): Promise<void> {
    const all = [...wantedComparisons(registry, this.parts), ...wantedMonitors(registry, this.parts)]
    const wanted = new Map(all.map((one) => [one.place, one]))
    for (const [place, { name, stop: ending, finished }] of this.running) {
      if (wanted.get(place)?.name === name) continue
      ending.abort()
      await finished
      this.running.delete(place)
    }
    for (const { place, name, worker } of wanted.values()) {
      if (this.running.has(place) || stop.aborted) continue
      const ending = new AbortController()
      const finished = worker().run(AbortSignal.any([stop, ending.signal]))
      this.running.set(place, { name, stop: ending, finished })
    }
  }

  /** Behind the signal that ends all of them. */
  async ended(): Promise<void> {
    await Promise.all([...this.running.values()].map(async ({ finished }) => await finished))
  }
}

function wantedComparisons(registry: RegistryState, parts: ComparisonsParts): readonly Wanted[] {
  return [...registry.mappings].flatMap(([mapping, { current }]): readonly Wanted[] => {
    const beginning = beginningOf(registry, mapping)
    const compiled = beginning === null ? null : readable(() => compiledAsRegistered(current, parts.names))
    const migration = compiled === null ? null : readable(() => migrationOf(registry, compiled))
    if (beginning === null || compiled === null || migration === null) return []
    const today = new Date(parts.clock.wallMs()).toISOString().slice(0, 10)
    const comparison = comparisonOf(migration, { publications: compiled.publications, today })
    const { names, clock, log, topicReader, appendRecord, openParityStore } = parts
    const common = { names, clock, log, topicReader, appendRecord, openParityStore }
    const worker = (): Worker =>
      new ComparisonWorker({
        ...common,
        mapping,
        source: compiled.source,
        comparison,
        beginning,
        streams: comparedStreams(registry, { mapping: compiled, migration, names }),
        lease: parts.openComparisonLease(mapping),
      })
    const said = registry.stages.get(mapping)?.words.at(-1)?.offset ?? 0
    return [{ place: mapping, name: `${comparison.version} ${beginning.word} ${current.offset} ${said}`, worker }]
  })
}

/** Also when the scope is back: whoever published for it meanwhile may be there still. */
function wantedMonitors(registry: RegistryState, parts: ComparisonsParts): readonly Wanted[] {
  return [...registry.mappings].flatMap(([mapping, { current }]): readonly Wanted[] => {
    const words = registry.stages.get(mapping)?.words ?? []
    const first = words.find(({ record: { transition, to } }) => transition === 'promote' && to === 'native')
    const compiled = first === undefined ? null : readable(() => compiledAsRegistered(current, parts.names))
    if (first === undefined || compiled === null) return []
    const { names, clock, log, metrics, topicReader, appendRecord, openParityStore } = parts
    const common = { names, clock, log, metrics, topicReader, appendRecord }
    const topics = [...new Set(compiled.publications.map(({ topic }) => names.events(topic)))]
    const place = epochsName(mapping)
    const worker = (): Worker =>
      new EpochMonitor({
        ...common,
        mapping,
        topics,
        sinceMs: first.record.atMs,
        epochOf: epochsOf(registry, mapping),
        openStore: openParityStore,
        lease: parts.openComparisonLease(place),
      })
    return [{ place, name: `${first.offset} ${current.offset}`, worker }]
  })
}

/** Null where this build cannot read what is registered: the source of the mapping says so by name. */
function readable<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FalseworkError) return null
    throw error
  }
}

/** The last word that led a scope to parity, or that it begins anew; null where no scope is in parity. */
export function beginningOf({ stages, anew }: RegistryState, mapping: string): Beginning | null {
  const { scopes = new Map(), words = [] } = stages.get(mapping) ?? {}
  if (![...scopes.values()].some(({ stage }) => stage === 'parity')) return null
  const word = words.findLast(({ record }) => record.transition === 'promote' && record.to === 'parity')
  const again = anew.get(mapping)
  const last = again !== undefined && again.offset > (word?.offset ?? -1) ? again : word
  return last === undefined ? null : { word: last.offset, atMs: last.record.atMs }
}
