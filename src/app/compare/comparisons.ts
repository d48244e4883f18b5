/** The comparisons of an installation: one worker for each mapping of which a scope is in parity, as the registry log says. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import type { MigrationFile } from '../../core/migration/file/migration-file.ts'
import { comparisonOf } from '../../core/parity/comparison.ts'
import type { RegistryState, Revision } from '../../core/registry/registry-state.ts'
import type { AppendRecord } from '../../ports/append-record.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { OpenLease } from '../../ports/lease.ts'
import type { OpenParityStore } from '../../ports/parity-store.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'
import { migrationOf } from '../migrate/read-stages.ts'
import { compiledAsRegistered } from '../observe/registered.ts'
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

/** One at a time follows the registry log, and asks for all that is wanted now. */
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
    const found = compiledWithMigration(registry, { revision: current, names: parts.names })
    if (found === null) return []
    const { compiled, migration } = found
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

/** Null where this build cannot read one of the two: the source of the mapping says so by name. */
function compiledWithMigration(
  registry: RegistryState,
  { revision, names }: { readonly revision: Revision; readonly names: TopicNames },
): { readonly compiled: CompiledMapping; readonly migration: MigrationFile } | null {
  try {
    const compiled = compiledAsRegistered(revision, names)
    const migration = migrationOf(registry, compiled)
    return migration === null ? null : { compiled, migration }
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
