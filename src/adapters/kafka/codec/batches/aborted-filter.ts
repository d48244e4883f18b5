/** Which batches of a fetched partition are committed. */
import type { AbortedTransaction } from '../fetch.ts'
import { VarintCursor } from '../varint-cursor.ts'
import type { BatchHeader } from './batch-header.ts'

/**
 * Leaves out what belongs to aborted transactions. The broker lists them in the order in which they were *completed*,
 * so they are sorted by first offset; markers are known by the control bit alone, never by their key; and every entry
 * that starts at or before a batch counts, not one per batch.
 */
export class AbortedFilter {
  private readonly waiting: AbortedTransaction[]
  private readonly active = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.waiting = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** To be asked for each batch, in log order. */
  lets(header: BatchHeader, bytes: Buffer): boolean {
    for (let first = this.waiting[0]; first !== undefined && first.firstOffset <= header.lastOffset; ) {
      this.active.add(first.producerId)
      this.waiting.shift()
      first = this.waiting[0]
    }
    switch (header.kind) {
      case 'plain':
        return true
      case 'transactional':
        return !this.active.has(header.producerId)
      case 'control':
        if (isAbortMarker(bytes, header)) this.active.delete(header.producerId)
        return false
    }
  }
}

/** The key of a control record: version int16, type int16; type 0 is abort. */
function isAbortMarker(bytes: Buffer, { bodyStart }: BatchHeader): boolean {
  const cursor = new VarintCursor(bytes, bodyStart)
  cursor.next()
  cursor.position += 1
  cursor.nextLong()
  cursor.next()
  const key = cursor.take(cursor.next())
  return key.length >= 4 && key.readInt16BE(2) === 0
}
