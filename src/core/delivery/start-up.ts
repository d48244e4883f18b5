/** Where a source may begin: the start-up table as a pure decision over what was found. */
import type { RawOffset } from '../capture/row-change.ts'
import type { Checkpoint } from './checkpoint.ts'

export interface Found {
  readonly source: string
  readonly checkpoint: Checkpoint | null
  /** The incarnation that the registry log says was started, or null. */
  readonly started: number | null
  /** The incarnation that an operator wants, and the raw offset at which it begins; null when nobody has said so. */
  readonly wanted: { readonly incarnation: number; readonly from: RawOffset } | null
  /** First offset that is still in the raw log, and the offset after its last committed record. */
  readonly log: { readonly first: RawOffset; readonly end: RawOffset }
  /** Whether the first row that is still there opens a snapshot: then the log is whole although it does not start at 0. */
  readonly opensWithSnapshot: boolean
  /** Whether the record that the checkpoint names as its anchor still reads the same. */
  readonly anchor: 'none' | 'same' | 'differs' | 'gone'
  /** The offset after the last record of the registry log that was read. */
  readonly registryEnd: number
  /** What stands there, when it cannot be read. */
  readonly registryUnread: { readonly code: string; readonly message: string } | null
}

export type Start =
  /** Publish an initial checkpoint at `from`, then append `started`, then read. */
  | { readonly kind: 'first'; readonly from: RawOffset; readonly incarnation: number }
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint; readonly appendStarted: boolean }
  | { readonly kind: 'halt'; readonly code: string; readonly message: string }

/**
 * The initial checkpoint is published before `started` is appended: a crash between the two is repaired by the next
 * start, whereas `started` without a checkpoint always means that a checkpoint was lost.
 */
export function decideStart(found: Found): Start {
  const { checkpoint, log, wanted } = found
  const doubt = doubtOf(found)
  if (doubt !== null) return doubt
  const begun = Math.max(found.started ?? 0, checkpoint?.incarnation ?? 0)
  if (wanted !== null && wanted.incarnation > begun) return beginAnew(found, wanted)
  if (checkpoint === null) return decideFirstStart(found)
  if (checkpoint.next < log.first) {
    return halt('RAW_GAP', `the raw log starts at ${log.first}, the checkpoint needs ${checkpoint.next}`)
  }
  if (checkpoint.next > log.end) {
    return halt('WRONG_LOG', `the raw log ends at ${log.end}, the checkpoint has read up to ${checkpoint.next}`)
  }
  if (found.anchor === 'differs') {
    const at = checkpoint.anchor?.offset ?? checkpoint.next
    return halt('WRONG_LOG', `the record at ${at} is not the one that was read there`)
  }
  return { kind: 'resume', checkpoint, appendStarted: isUntold(found, checkpoint) }
}

/** What makes it unknown which history this is, so that nothing may begin or go on; a new incarnation neither. */
function doubtOf({ source, checkpoint, started, registryEnd, registryUnread }: Found): Start | null {
  // Behind what cannot be read may stand that the source was started, and then its checkpoint is lost.
  if (registryUnread !== null && (checkpoint === null || checkpoint.registryOffset > registryEnd)) {
    return halt(registryUnread.code, registryUnread.message)
  }
  if (checkpoint === null) return null
  if (checkpoint.source !== source) {
    return halt('WRONG_LOG', `the checkpoint is of source ${checkpoint.source}, not of ${source}`)
  }
  if (checkpoint.registryOffset > registryEnd) {
    const seen = `the registry log ends at ${registryEnd}, the checkpoint has seen ${checkpoint.registryOffset}`
    return halt('WRONG_REGISTRY_LOG', seen)
  }
  if (checkpoint.incarnation < (started ?? 0)) {
    const older = `the checkpoint is of incarnation ${checkpoint.incarnation}, and ${started ?? 0} was started`
    return halt('CHECKPOINT_LOST', older)
  }
  return null
}

/**
 * Whether the registry log does not say yet that this incarnation was started: the process died in between. What
 * stands behind a record that cannot be read may say it.
 */
const isUntold = ({ started, registryUnread }: Found, { incarnation }: Checkpoint): boolean =>
  (started ?? 0) < incarnation && registryUnread === null

function beginAnew({ log }: Found, { incarnation, from }: NonNullable<Found['wanted']>): Start {
  if (from >= log.first && from <= log.end) return { kind: 'first', from, incarnation }
  return halt(
    'RAW_GAP',
    `incarnation ${incarnation} is to begin at ${from}, and the raw log goes from ${log.first} to ${log.end}`,
  )
}

function decideFirstStart({ source, started, log, opensWithSnapshot }: Found): Start {
  if (started !== null) {
    return halt('CHECKPOINT_LOST', `source ${source} was started as incarnation ${started}, but has no checkpoint`)
  }
  if (log.first > 0 && !opensWithSnapshot) {
    return halt('RAW_GAP', `the raw log starts at ${log.first} and not with a snapshot: what stood before is unknown`)
  }
  return { kind: 'first', from: log.first, incarnation: 1 }
}

const halt = (code: string, message: string): Start => ({ kind: 'halt', code, message })
