/** Where snapshots stand. Their rows are read and skipped; how far they are is part of the checkpoint. */
import type { SnapshotRowMessage } from '../../capture/capture-message.ts'
import { asksFor, type SnapshotRequest } from '../../capture/snapshot-request.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { SnapshotState } from '../../delivery/checkpoint.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { type AskedSnapshot, askedBehind, askedWith, stillAsked } from './asked-snapshots.ts'

/**
 * Phases of the initial snapshot: `none` · `running` · `done`. A connector that is stopped in mid-snapshot begins anew,
 * which is a new run: its first table begins again. (Its very first row is `first` only when the first of all tables
 * has rows.) Once it is done, or anything has streamed, a snapshot means that the connector has lost its place, unless
 * a signal has asked for it. Rows of an incremental snapshot change nothing.
 */
export class SnapshotProgress {
  state: SnapshotState
  /** Tables whose rows have passed in the snapshot that is running because it was asked for. */
  private readonly passing = new Set<TableName>()

  constructor({ run, phase, asked, begun }: SnapshotState) {
    this.state = { run, phase, ...(asked === undefined ? {} : { asked }), ...(begun === undefined ? {} : { begun }) }
  }

  /** A signal asks for a blocking snapshot at a time of the log. */
  ask(request: SnapshotRequest, atMs: number): void {
    this.setAsked(askedWith(this.state.asked ?? [], request, atMs))
  }

  /**
   * The connector tells that a snapshot is over. The first one is, even where no table had a row; of others their last
   * row tells, or what is streamed behind them.
   */
  ended({ streamed }: { readonly streamed: boolean }): void {
    const { run, phase, asked } = this.state
    if (streamed || phase === 'done' || asked !== undefined) return
    this.state = { run: phase === 'none' ? run + 1 : run, phase: 'done' }
  }

  /** The connector streams at a time of the log. */
  streams(atMs: number): void {
    const { asked } = this.state
    if (asked === undefined) return
    const still = stillAsked(asked, atMs)
    if (still !== asked) this.setAsked(still)
  }

  /** `streamed`: whether any source transaction has completed. Raises FalseworkError `SNAPSHOT_UNEXPECTED`. */
  accept(row: SnapshotRowMessage, { streamed, atMs }: { readonly streamed: boolean; readonly atMs: number }): void {
    if (row.place === 'incremental') return
    if (this.passes(row, atMs)) return
    const { phase } = this.state
    if (streamed || phase === 'done') throw unexpected(row, phase)
    this.acceptInitial(row)
  }

  private acceptInitial({ place, table }: SnapshotRowMessage): void {
    const { run, phase, begun = [], asked } = this.state
    const others = asked === undefined ? {} : { asked }
    const begins = place === 'firstOfTable'
    const beginsAgain = begins && begun.includes(table)
    const newRun = phase === 'none' || beginsAgain ? run + 1 : run
    if (place === 'last') this.state = { ...others, run: newRun, phase: 'done' }
    // Called for every row: the same state stays the same object.
    else if (begins || phase !== 'running') {
      const tables = begins ? [...(beginsAgain ? [] : begun), table] : begun
      this.state = { ...others, run: newRun, phase: 'running', begun: tables }
    }
  }

  /** Whether the row is of a snapshot that was asked for. */
  private passes({ place, table }: SnapshotRowMessage, atMs: number): boolean {
    const { asked } = this.state
    if (asked === undefined) return false
    // Most rows end here, before any pattern is tried.
    if (place !== 'last' && this.passing.has(table)) return true
    const served = asked.findIndex((request) => asksFor(request, table))
    const request = asked[served]
    if (request === undefined) return false
    const behind = askedBehind(asked, served, atMs)
    if (place === 'last') this.setAsked(behind)
    else if (served > 0 || request.phase === 'waiting') this.setAsked([{ ...request, phase: 'running' }, ...behind])
    if (place !== 'last') this.passing.add(table)
    return true
  }

  private setAsked(asked: readonly AskedSnapshot[]): void {
    const { run, phase, begun } = this.state
    const others = begun === undefined ? { run, phase } : { run, phase, begun }
    this.state = asked.length === 0 ? others : { ...others, asked }
    this.passing.clear()
  }
}

function unexpected({ offset, table }: SnapshotRowMessage, phase: SnapshotState['phase']): FalseworkError {
  const since = phase === 'done' ? 'one was done' : 'transactions were streamed before'
  return new FalseworkError(
    'SNAPSHOT_UNEXPECTED',
    `offset ${offset}: the connector sends ${table} from a snapshot, though ${since}, and no signal row that is still open has asked for it`,
  )
}
