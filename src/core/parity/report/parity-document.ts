/** What a comparison has found, as it is attached to a decision: plain data, which the page shows as well. */
import type { GateEvidence } from '../../migration/stage-word.ts'
import type { MigrationFile } from '../../migration/file/migration-file.ts'
import type { RecordPlace, Side } from '../compared-event.ts'
import type { ComparedType } from '../comparison.ts'
import type { ParityReport } from '../parity-report.ts'
import type { ParityRate } from '../rate.ts'
import { type ParityOutcome, parityOutcomes } from '../verdict.ts'
import { type SampleRecord, type SampleRecords, type SampleRow, sampleRows, type ShownValues } from './sample-pair.ts'

/** `ended`: with another word than what is compared now; `not renewed`: nobody compares. */
export type ParityStanding = 'at work' | 'ended' | 'not renewed'

/** Times are in ISO 8601. */
export interface ParityDocument {
  readonly mapping: string
  readonly topics: Readonly<Record<Side, string>>
  /** Of the comparison: what it compares, and how. */
  readonly version: string
  readonly writtenAt: string
  readonly standing: ParityStanding
  /** Of the first event that was compared; null: there was none yet. */
  readonly since: string | null
  readonly judgedUpTo: string
  /** Of the oldest event that waits for its pair; null: none waits. */
  readonly pendingSince: string | null
  readonly stalled: Side | null
  readonly wrongPartitions: number
  readonly gates: readonly GateEvidence[]
  readonly types: readonly TypeLine[]
  /** The most frequent first. */
  readonly causes: readonly CauseLine[]
  readonly rate: ParityRate
  readonly ignored: readonly IgnoredLine[]
  readonly accepted: readonly AcceptedLine[]
  readonly values: ShownValues
}

export interface TypeLine {
  readonly event: string
  /** All of them, also those of which there is none. */
  readonly outcomes: Readonly<Record<ParityOutcome, number>>
}

export interface CauseLine {
  readonly name: string
  readonly count: number
  readonly first: string
  readonly last: string
  /** Null: it was not read. */
  readonly sample: SampleLines | null
}

export interface SampleLines {
  readonly bridge: SampleHead
  readonly native: SampleHead
  readonly rows: readonly SampleRow[]
}

export type SampleHead =
  | ({ readonly kind: 'record'; readonly at: string; readonly unread: string | null } & RecordPlace)
  | Exclude<SampleRecord, { readonly kind: 'record' }>

interface UntilLine {
  readonly reason: string
  /** The last day. */
  readonly until: string
  readonly isOver: boolean
}

export interface IgnoredLine extends UntilLine {
  readonly event: string
  readonly field: string
}

export interface AcceptedLine extends UntilLine {
  readonly outcome: ParityOutcome
  readonly by: string
}

export interface Found {
  readonly report: ParityReport
  readonly standing: ParityStanding
  readonly migration: MigrationFile | null
  readonly gates: readonly GateEvidence[]
  /** By the name of their cause. */
  readonly samples: ReadonlyMap<string, SampleRecords>
  /** By full name. */
  readonly types: Readonly<Record<string, ComparedType>>
  readonly values: ShownValues
  /** In ISO 8601. */
  readonly today: string
}

/** Values of events are in it only where they are `shown`. */
export function parityDocument({
  report,
  standing,
  migration,
  gates,
  samples,
  types,
  values,
  today,
}: Found): ParityDocument {
  const { mapping, topics, version, stalled, wrongPartitions, tally } = report
  const until = untilOn(today)
  return {
    ...{ mapping, topics, version, stalled, wrongPartitions, standing, gates, values },
    writtenAt: iso(report.atMs),
    since: isoOrNull(report.sinceMs),
    judgedUpTo: iso(report.judgedMs),
    pendingSince: isoOrNull(report.pendingSinceMs),
    types: Object.entries(tally.types).map(([event, { outcomes }]) => ({
      event,
      outcomes: Object.fromEntries(
        parityOutcomes.map((one) => [one, outcomes[one]?.count ?? 0]),
      ) as TypeLine['outcomes'],
    })),
    causes: mostFrequent(report).map(({ name, count, firstMs, lastMs }) => {
      const sample = samples.get(name)
      const lines = sample === undefined ? null : sampleLines(sample, { types, values })
      return { name, count, first: iso(firstMs), last: iso(lastMs), sample: lines }
    }),
    rate: tally.rate,
    ignored: [...(migration?.events ?? [])].flatMap(([event, { ignore }]) =>
      ignore.map((one) => ({ event, field: one.field.value, ...until(one) })),
    ),
    accepted: (migration?.gates.accept ?? []).map(({ outcome, by, ...one }) => ({ outcome, by, ...until(one) })),
  }
}

/** Causes in the order in which a person looks at them. */
export const mostFrequent = ({ tally }: Pick<ParityReport, 'tally'>) =>
  Object.values(tally.causes).toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))

function sampleLines(records: SampleRecords, how: Parameters<typeof sampleRows>[1]): SampleLines {
  return { bridge: headOf(records.bridge), native: headOf(records.native), rows: sampleRows(records, how) }
}

function headOf(record: SampleRecord): SampleHead {
  if (record.kind !== 'record') return record
  const { kind, partition, offset, atMs, fields } = record
  return { kind, partition, offset, at: iso(atMs), unread: typeof fields === 'string' ? fields : null }
}

const untilOn =
  (today: string) =>
  ({ reason, until }: { readonly reason: string; readonly until: { readonly value: string } }): UntilLine => ({
    reason,
    until: until.value,
    isOver: until.value < today,
  })

const iso = (atMs: number): string => new Date(atMs).toISOString()
const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : iso(atMs))
