/** Where an initial snapshot stands. Its rows are read and skipped; its phase is part of the checkpoint. */
import type { SnapshotRowMessage } from '../capture/capture-message.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'

type Snapshot = Checkpoint['snapshot']

/**
 * A connector that is stopped in mid-snapshot begins anew: another `first` before `last` is a new run. Once a
 * snapshot is done, only the operator can want another. Rows of an incremental snapshot change nothing.
 *
 * Raises FalseworkError `SNAPSHOT_UNEXPECTED`.
 */
export function nextSnapshot(snapshot: Snapshot, { place, offset, table }: SnapshotRowMessage): Snapshot {
  if (place === 'incremental') return snapshot
  if (snapshot.phase === 'done') {
    throw new FalseworkError(
      'SNAPSHOT_UNEXPECTED',
      `offset ${offset}: the connector sends ${table} from a new initial snapshot, though one was done`,
    )
  }
  const begins = place === 'first' || snapshot.phase === 'none'
  const run = begins ? snapshot.run + 1 : snapshot.run
  const phase = place === 'last' ? 'done' : 'running'
  // Called for every row: the same phase stays the same object.
  return run === snapshot.run && phase === snapshot.phase ? snapshot : { run, phase }
}
