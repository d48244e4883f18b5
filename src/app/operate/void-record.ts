/** Says in the registry log that a record of it which cannot be read, or tells of a gap of a capture, means nothing. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { foldRead, type RegistryState } from '../../core/registry/registry-state.ts'
import { gapAt, tellGap } from '../../core/registry/source-gaps.ts'
import { type Entry, expectAllRead, isVoid, readEntry, tellUnread } from '../../core/registry/unread-record.ts'
import { commonFields, type ControlLogParts, withControlLog } from './control-log-parts.ts'

export interface VoidedRecord {
  readonly offset: number
  /** Why it could not be read, or the gap that it tells of. */
  readonly why: string
  readonly outcome: 'void' | 'unchanged'
  /** What stands in the way behind it. */
  readonly next: string | null
}

/** Raises `VOID_REFUSED`, and `REGISTRY_FORMAT_NEWER` where it is for a newer build to say what is void. */
export async function voidRecord(
  { offset, reason }: { readonly offset: number; readonly reason: string },
  parts: ControlLogParts,
): Promise<VoidedRecord> {
  return await withControlLog(parts, async (log) => {
    const read = await log.read(0)
    const state = foldRead(read)
    const { unread } = state
    if (unread?.code === 'REGISTRY_FORMAT_NEWER') expectAllRead({ unread })
    const { why, outcome } = gapIn(state, offset) ?? unreadAt(read, offset)
    if (outcome === 'void') {
      await log.append(encodeControlRecord({ kind: 'void', ...commonFields(parts, read.end), offset, reason }))
    }
    const after = foldRead(await log.read(0))
    const next = after.unread === null ? null : tellUnread(after.unread)
    return { offset, why, outcome, next }
  })
}

type Voidable = Pick<VoidedRecord, 'why' | 'outcome'>

function gapIn({ gaps }: RegistryState, offset: number): Voidable | null {
  const gap = gapAt(gaps, offset)
  return gap && { why: tellGap(gap.record), outcome: gap.verdict === 'void' ? 'unchanged' : 'void' }
}

function unreadAt(
  { records, end }: { readonly records: readonly Entry[]; readonly end: number },
  offset: number,
): Voidable {
  const entry = records.find((item) => item.offset === offset)
  if (entry === undefined) throw refused(`there is no record at ${offset}: the registry log ends at ${end}`)
  const record = readEntry(entry)
  if (record.kind !== 'unread') {
    throw refused(`the record at ${offset} can be read: kind ${record.kind}, by ${record.actor}`)
  }
  if (record.code === 'REGISTRY_FORMAT_NEWER') expectAllRead({ unread: record })
  const behind = records.filter((item) => item.offset > offset)
  return { why: record.message, outcome: isVoid(record, behind) ? 'unchanged' : 'void' }
}

const refused = (message: string): FalseworkError => new FalseworkError('VOID_REFUSED', message)
