/** Where the rows of a source are taken up: the row store's half of the start-up table. */
import type { RawOffset } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { FoundMark } from '../rows/stored/store-mark.ts'
import { type Checkpoint, firstCheckpoint } from './checkpoint.ts'

export interface FoundRows {
  readonly mark: FoundMark
  /** Of the source, on Kafka. */
  readonly checkpoint: Checkpoint
  /** By table whose rows are to be kept, the columns of its key. */
  readonly keys: ReadonlyMap<TableName, string>
  readonly log: { readonly first: RawOffset }
  /** Where the incarnation at hand begins; null when it is not known: that is where the raw log begins. */
  readonly begin: RawOffset | null
  /** Whether the first row that is still in the log opens a snapshot. */
  readonly opensWithSnapshot: boolean
  /** Whether the record that the mark names as its anchor still reads the same. */
  readonly anchor: 'none' | 'same' | 'differs' | 'gone'
}

export type RowStart =
  /** The store holds the rows as they are at the checkpoint. */
  | { readonly kind: 'current' }
  /** What stands between the two is read again, and nothing of it is published. */
  | { readonly kind: 'replay'; readonly from: Checkpoint }
  /** The same from where the source begins, into an empty store. */
  | { readonly kind: 'rebuild'; readonly from: Checkpoint; readonly why: RebuildReason }
  | { readonly kind: 'halt'; readonly code: 'STATE_AHEAD' | 'STATE_FOREIGN' | 'REBUILD_GAP'; readonly message: string }

export type RebuildReason =
  | 'it is new'
  | 'another version of falsework has made it'
  | 'it was damaged'
  | 'tables or their keys are others'
  | 'another incarnation has begun'

export function decideRowStart(found: FoundRows): RowStart {
  const { mark, checkpoint, log } = found
  if (mark === null) return rebuild(found, 'it is new')
  if (mark === 'other version') return rebuild(found, 'another version of falsework has made it')
  if (mark === 'damaged') return rebuild(found, 'it was damaged')
  const stored = mark.checkpoint
  // Another incarnation may be of another raw log: where that ends, or what stands there, says nothing of this one.
  const isEarlier = stored.source === checkpoint.source && stored.incarnation < checkpoint.incarnation
  if (isEarlier) return rebuild(found, 'another incarnation has begun')
  if (stored.source !== checkpoint.source || found.anchor === 'differs') {
    const message = `the row store was made from another raw log than the one of ${checkpoint.source}`
    return { kind: 'halt', code: 'STATE_FOREIGN', message }
  }
  if (stored.incarnation > checkpoint.incarnation || isAhead(stored, checkpoint)) {
    const message = `the row store is at ${tell(stored)}, the checkpoint on Kafka at ${tell(checkpoint)}`
    return { kind: 'halt', code: 'STATE_AHEAD', message }
  }
  if (!holds(mark.keys, found.keys)) return rebuild(found, 'tables or their keys are others')
  if (stored.next === checkpoint.next) return { kind: 'current' }
  return stored.next >= log.first ? { kind: 'replay', from: stored } : rebuild(found, 'it is new')
}

const isAhead = (stored: Checkpoint, checkpoint: Checkpoint): boolean =>
  stored.incarnation === checkpoint.incarnation && stored.next > checkpoint.next

const tell = ({ incarnation, next }: Checkpoint): string => `${next} of incarnation ${incarnation}`

/** Tables that are excluded since then stay in the store, and nobody asks for them. */
const holds = (stored: FoundRows['keys'], wanted: FoundRows['keys']): boolean =>
  [...wanted].every(([table, key]) => stored.get(table) === key)

function rebuild({ checkpoint, log, begin, opensWithSnapshot }: FoundRows, why: RebuildReason): RowStart {
  const from = begin ?? log.first
  const isWhole = begin === null ? log.first === 0 || opensWithSnapshot : begin >= log.first
  if (!isWhole || from > checkpoint.next) {
    const message = `the row store has to be built from the raw log, which begins at ${log.first} and not with a snapshot`
    return { kind: 'halt', code: 'REBUILD_GAP', message }
  }
  const { source, incarnation, registryOffset, timeZoneDatabase } = checkpoint
  return {
    kind: 'rebuild',
    why,
    from: firstCheckpoint({ source, incarnation, next: from, registryOffset, timeZoneDatabase }),
  }
}
