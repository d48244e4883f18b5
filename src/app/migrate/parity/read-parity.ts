/** What the comparison of a mapping has found: the latest report of the daemon, judged by the gates as they are registered. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { runParityGates } from '../../../core/migration/gates.ts'
import { comparisonOf } from '../../../core/parity/comparison.ts'
import type { ParityReport } from '../../../core/parity/parity-report.ts'
import { type ParityDocument, parityDocument } from '../../../core/parity/report/parity-document.ts'
import type { SampleRecords, ShownValues } from '../../../core/parity/report/sample-pair.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'
import { beginningOf } from '../../compare/comparisons.ts'
import { latestParityReport, parityFound, standingOf } from './parity-found.ts'
import { readSamples } from './parity-samples.ts'
import { limitsOf } from '../promotion.ts'
import { type MigratedMapping, readStages } from '../read-stages.ts'

export interface ParityQuestion {
  readonly mapping: string
  /** Whether the pairs behind the causes are read, and how their values are shown. */
  readonly samples: ShownValues | 'left out'
}

export interface ParityParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly wallMs: () => number
}

export type ParityFound =
  /** Nothing is compared: no scope is in parity, or nothing that is registered says how. */
  | { readonly kind: 'not compared'; readonly why: 'not in parity' | 'no migration' }
  /** No report is there yet. */
  | { readonly kind: 'not told yet' }
  | {
      readonly kind: 'found'
      readonly document: ParityDocument
      /** How old the report is. */
      readonly ageMs: number
    }

/** Raises as `readStages`, `PARITY_UNREADABLE`, `NEWER_FORMAT`, and what the reader raises. */
export async function readParity(
  { mapping, samples }: ParityQuestion,
  { registry, parts }: { readonly registry: RegistryState; readonly parts: ParityParts },
): Promise<ParityFound> {
  const migrated = await readStages(mapping, registry, parts)
  const report = await latestParityReport(mapping, parts)
  const beginning = beginningOf(registry, mapping)
  if (report === null) return nothingToldOf(migrated, beginning !== null)
  const isRead = samples !== 'left out'
  const pairs = isRead ? await readSamples(report, { registry, topicReader: parts.topicReader }) : new Map()
  const told = { report, samples: pairs, values: isRead ? samples : 'masked' } as const
  const nowMs = parts.wallMs()
  const document = documentOf(migrated, { ...told, word: beginning?.word ?? null, nowMs })
  return { kind: 'found', document, ageMs: Math.max(0, nowMs - report.atMs) }
}

function nothingToldOf({ migration }: MigratedMapping, isInParity: boolean): ParityFound {
  if (!isInParity) return { kind: 'not compared', why: 'not in parity' }
  return migration === null ? { kind: 'not compared', why: 'no migration' } : { kind: 'not told yet' }
}

interface Told {
  readonly report: ParityReport
  readonly samples: ReadonlyMap<string, SampleRecords>
  readonly values: ShownValues
  /** With which what is compared now began; null: nothing is. */
  readonly word: number | null
  readonly nowMs: number
}

function documentOf(migrated: MigratedMapping, { word, nowMs, ...told }: Told): ParityDocument {
  const { migration, mapping } = migrated
  const { report } = told
  const limits = limitsOf(migrated, nowMs)
  const gates = runParityGates(parityFound(report, { word: word ?? -1, limits, nowMs }), limits)
  const { today } = limits
  const { publications } = mapping
  const types = migration === null ? {} : comparisonOf(migration, { publications, today }).types
  const standing = standingOf(report, { word, nowMs })
  return parityDocument({ ...told, standing, migration, gates, types, today })
}
