/** What gathers until it is closed: output of whole source transactions, and how much of them there was. */
import type { RawOffset } from '../../capture/row-change.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import { SliceCounts } from './slice-counts.ts'

/** It is closed at the first of these. */
export const sliceChangesMax = 2_000
const sliceBytesMax = 1_048_576

export class SliceAtHand {
  /** Where the checkpoint before it stands. */
  readonly from: RawOffset
  readonly counts = new SliceCounts()
  /** Set when it puts registry records before this offset in force. */
  applied: number | null = null
  private readonly output: OutputRecord[] = []
  /** Of keys and values. */
  private bytes = 0

  constructor(from: RawOffset) {
    this.from = from
  }

  /** All of a source transaction: a slice never holds a part of one. */
  add(records: Iterable<OutputRecord>): void {
    for (const record of records) {
      this.output.push(record)
      this.bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
    }
  }

  get records(): readonly OutputRecord[] {
    return this.output
  }

  get isLarge(): boolean {
    const { changes, releasedInputs } = this.counts
    return changes + releasedInputs >= sliceChangesMax || this.bytes >= sliceBytesMax
  }
}
