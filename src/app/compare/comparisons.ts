/** The comparisons of an installation: one worker for each mapping of which a scope is in parity, as the registry log says. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { comparisonOf } from '../../core/parity/comparison.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { AppendRecord } from '../../ports/append-record.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { OpenLease } from '../../ports/lease.ts'
import type { OpenParityStore } from '../../ports/parity-store.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'
import { compiledMapping, migrationOf } from '../migrate/read-stages.ts'
import { comparedStreams } from './compared-streams.ts'
import type { Beginning } from './comparison.ts'
import { ComparisonWorker, type ComparisonWorkerParts } from './comparison-worker.ts'

export interface ComparisonsParts {
  readonly names: TopicNames
  readonly openComparisonLease: OpenLease
  readonly openParityStore: OpenParityStore
  /** Not shared with others: it waits for records. */
  readonly topicReader: TopicReader
  readonly appendRecord: AppendRecord
  readonly clock: Clock
  readonly log: Log
}

interface Running {
  /** What it compares by: another comparison is another worker. */
  readonly name: string
  readonly stop: AbortController
  readonly worker: ComparisonWorker
  readonly finished: Promise<void>
}

export class Comparisons {
  private readonly parts: ComparisonsParts
  private readonly running = new Map<string, Running>()

  constructor(parts: ComparisonsParts) {
    this.parts = parts
  }

  /** Starts and ends workers as the state wants them. One after the other: two never have one store. */
  async follow(registry: RegistryState, stop: AbortSignal): Promise<void> {
    const wanted = new Map(wantedComparisons(registry, this.parts).map((one) => [one.mapping, one]))
    for (const [mapping, { name, stop: ending, finished }] of this.running) {
      if (wanted.get(mapping)?.name === name) continue
      ending.abort()
      await finished
      this.running.delete(mapping)
    }
    for (const { mapping, name, worker: parts } of wanted.values()) {
      if (this.running.has(mapping) || stop.aborted) continue
      const ending = new AbortController()
      const worker = new ComparisonWorker(parts())
      const finished = worker.run(AbortSignal.any([stop, ending.signal]))
      this.running.set(mapping, { name, stop: ending, worker, finished })
    }
  }

  /** Behind the signal that ends all of them. */
  async ended(): Promise<void> {
    await Promise.all([...this.running.values()].map(async ({ finished }) => await finished))
  }

  reports(): readonly ComparisonLine[] {
    return [...this.running].map(
      ([
        mapping,
        {
          worker: { phase, trouble },
        },
      ]) => ({ mapping, phase, trouble }),
    )
  }
}

export interface ComparisonLine extends Pick<ComparisonWorker, 'phase' | 'trouble'> {
  readonly mapping: string
}

interface Wanted {
  readonly mapping: string
  readonly name: string
  readonly worker: () => ComparisonWorkerParts
}

function wantedComparisons(registry: RegistryState, parts: ComparisonsParts): readonly Wanted[] {
  return [...registry.mappings].flatMap(([mapping, { current }]): readonly Wanted[] => {
    const beginning = beginningOf(registry, mapping)
    if (beginning === null) return []
    const compiled = compiledMapping(current, parts.names)
    const migration = migrationOf(registry, compiled)
    if (migration === null) return []
    const today = new Date(parts.clock.wallMs()).toISOString().slice(0, 10)
    const comparison = comparisonOf(migration, { publications: compiled.publications, today })
    const { names, clock, log, topicReader, appendRecord, openParityStore } = parts
    const common = { names, clock, log, topicReader, appendRecord, openParityStore }
    return [
      {
        mapping,
        name: `${comparison.version} ${beginning.word} ${current.offset}`,
        worker: () => ({
          ...common,
          mapping,
          source: compiled.source,
          comparison,
          beginning,
          streams: comparedStreams(registry, { mapping: compiled, migration, names }),
          lease: parts.openComparisonLease(mapping),
        }),
      },
    ]
  })
}

/** The last word that led a scope to parity, as long as one is there. */
function beginningOf({ stages }: RegistryState, mapping: string): Beginning | null {
  const { scopes = new Map(), words = [] } = stages.get(mapping) ?? {}
  if (![...scopes.values()].some(({ stage }) => stage === 'parity')) return null
  const word = words.findLast(({ record }) => record.transition === 'promote' && record.to === 'parity')
  return word === undefined ? null : { word: word.offset, atMs: word.record.atMs }
}
