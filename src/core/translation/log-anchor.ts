/** The last record that a checkpoint accounts for, by which the log is known again. */
import { hash } from 'node:crypto'
import type { RawRecords } from '../capture/record/raw-records.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'

type Anchor = NonNullable<Checkpoint['anchor']>

export class LogAnchor {
  private anchor: Anchor | null
  /** Hashed when somebody asks, or when its batch goes out of reach. */
  private unsealed: { readonly records: RawRecords; readonly index: number; readonly offset: RawOffset } | null = null

  constructor(anchor: Anchor | null) {
    this.anchor = anchor
  }

  moveTo(records: RawRecords, index: number): void {
    this.unsealed = { records, index, offset: records.offset(index) }
  }

  /** To a record whose batch may be gone. */
  moveToHashed(anchor: Anchor): void {
    this.anchor = anchor
    this.unsealed = null
  }

  /** The record must still be in reach. */
  seal(): Anchor | null {
    if (this.unsealed !== null) {
      const { records, index, offset } = this.unsealed
      this.moveToHashed({ offset, hash: anchorHash(records, index) })
    }
    return this.anchor
  }
}

/** Tells the record that was read from any other that may stand at its offset one day. */
export function anchorHash(records: RawRecords, index: number): string {
  const [key, value] = [records.key(index), records.value(index)]
  const parts = [key?.toString('base64') ?? '-', value?.toString('base64') ?? '-']
  return hash('sha256', parts.join('.')).slice(0, 32)
}
