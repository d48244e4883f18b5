/** What a message of the raw log has for people to know, gathered for the checkpoint and counted in the slice at hand. */
import type { CaptureMessage, RowRecord } from '../capture/capture-message.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { AssemblyOutcome } from '../transaction/assembly-outcome.ts'
import type { Notices } from './notices.ts'
import type { SliceCounts } from './slice/slice-counts.ts'

/** Raises FalseworkError `UNKNOWN_TABLE` where the project says that an unknown table halts its source. */
export function noticeMessage(message: CaptureMessage, notices: Notices, counts: SliceCounts): void {
  if (message.kind === 'row' || message.kind === 'snapshotRow') noticeRow(message, notices, counts)
  else if (message.kind === 'schemaChange') notices.renamed(message.renames)
}

/** Of what the message did to the source transaction under assembly. */
export function noticeOutcome(outcome: AssemblyOutcome, notices: Notices): void {
  if ((outcome.kind === 'complete' || outcome.kind === 'passed') && outcome.suspect !== null) {
    notices.suspect(outcome.suspect)
  }
}

function noticeRow(
  { table, offset, change }: RowRecord & { readonly offset: RawOffset },
  notices: Notices,
  counts: SliceCounts,
): void {
  const found = notices.row(table, offset)
  if (found === 'unknown' || found === 'new') counts.unknownTables.add(table)
  if (found === 'new' || found === 'renamed') {
    counts.newTables.push({ table, offset, from: notices.formerName(table), isKnown: found === 'renamed' })
  }
  const image = change?.after ?? change?.before ?? null
  if (image !== null) counts.newColumns.push(...notices.columns(table, image.columns, offset))
}
