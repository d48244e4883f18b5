/** Where an initial snapshot stands. Its rows are read and skipped; its phase is part of the checkpoint. */
import type { SnapshotRowMessage } from '../capture/capture-message.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'

/**
 * Phases: `none` · `running` · `done`. A connector that is stopped in mid-snapshot begins anew, which is a new run: its
 * first table begins again. (Its very first row is `first` only when the first of all tables has rows.) Once a snapshot
 * is done, only the operator can want another. Rows of an incremental snapshot change nothing.
 */
export class SnapshotProgress {
  state: Checkpoint['snapshot']
  /** Tables that have begun in this run, as far as this process has read it. */
  private readonly begun = new Set<TableName>()

  constructor(state: Checkpoint['snapshot']) {
    this.state = state
  }

  /** Raises FalseworkError `SNAPSHOT_UNEXPECTED`. */
  accept({ place, offset, table }: SnapshotRowMessage): void {
    if (place === 'incremental') return
    const { run, phase } = this.state
    if (phase === 'done') {
      throw new FalseworkError(
        'SNAPSHOT_UNEXPECTED',
        `offset ${offset}: the connector sends ${table} from a new initial snapshot, though one was done`,
      )
    }
    const beginsAgain = place === 'firstOfTable' && this.begun.has(table)
    if (beginsAgain) this.begun.clear()
    if (place === 'firstOfTable') this.begun.add(table)
    const newRun = phase === 'none' || beginsAgain ? run + 1 : run
    const newPhase = place === 'last' ? 'done' : 'running'
    // Called for every row: the same state stays the same object.
    if (newRun !== run || newPhase !== phase) this.state = { run: newRun, phase: newPhase }
  }
}
