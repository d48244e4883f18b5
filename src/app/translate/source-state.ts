/** What a source is doing, as it is told to `status`, health and scripts. */
import type { RawOffset } from '../../core/capture/row-change.ts'
import { isSound, type Life, shownPhase, type SourceState, troubleOf } from '../../core/delivery/source-life.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import type { AuditedRecord } from '../../core/registry/control-record.ts'
import type { ToldRows } from './rows/rows-report.ts'

export interface ToldState {
  /** `halted` also while a halt is looked at again. */
  readonly phase: SourceState['phase']
  /** Whether nothing is for a person to do. */
  readonly sound: boolean
  /** What a waiting source waits for. */
  readonly for: 'topics' | 'lease' | null
  readonly code: string | null
  readonly message: string | null
  readonly remedy: string | null
  /** Of a halt: whether another instance may be sound. */
  readonly scope: 'source' | 'instance' | null
  /** Of a halt: the raw offset from which the source would go on. */
  readonly position: RawOffset | null
  /** Until it is tried again, ms; null when nothing is waited for by time. */
  readonly againInMs: number | null
}

export function tellState(life: Life, nowMs: number): ToldState {
  const { state, halt } = life
  const trouble = troubleOf(life)
  const untilMs = 'untilMs' in state ? state.untilMs : null
  return {
    phase: shownPhase(life),
    sound: isSound(life),
    for: state.phase === 'waiting' ? state.for : null,
    code: trouble?.code ?? null,
    message: trouble?.message ?? null,
    remedy: trouble === null ? null : remedyOf(trouble.code),
    scope: halt?.scope ?? null,
    position: halt?.position ?? null,
    againInMs: untilMs === null ? null : Math.max(0, untilMs - nowMs),
  }
}

export interface SourceReport {
  readonly source: string
  readonly state: ToldState
  /** The next raw offset to read, as of the last published checkpoint; null before the first one is known. */
  readonly next: RawOffset | null
  readonly registryOffset: number
  readonly counts: SourceCounts
  /** Commit time of the last translated source transaction, ms since the epoch. */
  readonly lastCommitMs: number | null
  /** Since the process started, where there are any. */
  readonly skipped: readonly SkippedTotal[]
  /** Null where no rows are kept, or their store was not opened yet. */
  readonly rows: ToldRows | null
  /** What the last audit has found, as far as the registry log was followed; null: there was none. */
  readonly audited: ToldAudit | null
}

export interface ToldAudit {
  /** ms since the epoch. */
  readonly atMs: number
  /** Rows compared, of all tables. */
  readonly rows: number
  /** Rows that differed for good. */
  readonly differences: number
}

export function tellAudit(record: AuditedRecord | undefined): ToldAudit | null {
  if (record === undefined) return null
  const sum = (what: 'rows' | 'differences'): number => record.tables.reduce((total, table) => total + table[what], 0)
  return { atMs: record.atMs, rows: sum('rows'), differences: sum('differences') }
}

/** Inputs that were lost on purpose, as a mapping says of a class of failures. */
export interface SkippedTotal {
  readonly mapping: string
  readonly class: string
  readonly inputs: number
}

/** Since this process started. */
export const nothingYet = {
  changes: 0,
  transactions: 0,
  replayedTransactions: 0,
  events: 0,
  deadLetters: 0,
  kafkaTransactions: 0,
}

export type SourceCounts = Readonly<typeof nothingYet>

export function increased(before: SourceCounts, by: Partial<SourceCounts>): SourceCounts {
  const total = { ...before }
  for (const name of Object.keys(nothingYet) as (keyof SourceCounts)[]) total[name] += by[name] ?? 0
  return total
}
