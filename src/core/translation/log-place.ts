/** Where a translation stands in its raw log: how far everything is accounted for, and the last record that was taken. */
import type { RawRecords } from '../capture/record/raw-records.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import type { SafePosition } from '../transaction/assembly-outcome.ts'
import { anchorHash, LogAnchor } from './log-anchor.ts'

/** A record as it is known when its batch is gone. */
export interface SealedRecord {
  readonly offset: RawOffset
  readonly hash: string
  /** Its timestamp in the log. */
  readonly atMs: number
}

export const sealedRecord = (records: RawRecords, index: number): SealedRecord => ({
  offset: records.offset(index),
  hash: anchorHash(records, index),
  atMs: records.timestampMs(index),
})

/** `safe` moves between source transactions alone, and behind one that waits when everything of it is published. */
export class LogPlace {
  private readonly anchor: LogAnchor
  private lastOffset: RawOffset
  private safePosition: SafePosition

  constructor({ next, anchor }: Pick<Checkpoint, 'next' | 'anchor'>, safe: SafePosition) {
    this.anchor = new LogAnchor(anchor)
    this.lastOffset = next - 1
    this.safePosition = safe
  }

  /** Up to here everything is accounted for, and a slice may say so. */
  get safe(): SafePosition {
    return this.safePosition
  }

  /** Whether no source transaction is open, and none is owed. */
  get atBoundary(): boolean {
    return this.lastOffset < this.safePosition.next
  }

  /** A record was taken. */
  take(offset: RawOffset): void {
    this.lastOffset = offset
  }

  /** Everything up to this record is accounted for. */
  moveTo(safe: SafePosition, records: RawRecords, index: number): void {
    this.safePosition = safe
    this.anchor.moveTo(records, index)
  }

  /** The same of a record whose batch may be gone. */
  moveBehind(safe: SafePosition, { offset, hash }: SealedRecord): void {
    this.safePosition = safe
    this.anchor.moveToHashed({ offset, hash })
  }

  /** The record that the checkpoint is to be known by; it must still be in reach. */
  seal(): Checkpoint['anchor'] {
    return this.anchor.seal()
  }
}
