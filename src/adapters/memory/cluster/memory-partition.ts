/** One partition in memory, with what makes Kafka's hard to read: markers that take offsets, open and aborted transactions. */

export interface StoredRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer])[]
  readonly timestampMs: number
}

/** A transaction as the log sees it. Its records become visible, or never do, when it ends. */
export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted'
}

interface Slot {
  /** null: a control record, or one that was compacted away. */
  readonly record: StoredRecord | null
  readonly transaction: MemoryTransaction | null
}

export interface VisibleRecord {
  readonly offset: number
  readonly record: StoredRecord
}

export class MemoryPartition {
  first = 0
  private readonly slots: Slot[] = []
  private readonly firstOfOpen = new Map<MemoryTransaction, number>()

  get end(): number {
    return this.first + this.slots.length
  }

  /** The offset before which nothing can change any more. */
  get lastStable(): number {
    return Math.min(this.end, ...this.firstOfOpen.values())
  }

  append(record: StoredRecord, transaction: MemoryTransaction | null): number {
    const offset = this.end
    if (transaction !== null && !this.firstOfOpen.has(transaction)) this.firstOfOpen.set(transaction, offset)
    this.slots.push({ record, transaction })
    return offset
  }

  /** Writes the marker of a transaction that has ended. */
  mark(transaction: MemoryTransaction): void {
    this.firstOfOpen.delete(transaction)
    this.slots.push({ record: null, transaction: null })
  }

  /** Committed records from `from` on, up to about `maxBytes` but at least one, and where to go on. */
  read(from: number, maxBytes: number): { readonly records: readonly VisibleRecord[]; readonly next: number } {
    const end = this.lastStable
    const records: VisibleRecord[] = []
    let bytes = 0
    let offset = Math.max(from, this.first)
    for (; offset < end; offset++) {
      const slot = this.slots[offset - this.first]
      if (slot?.record == null || slot.transaction?.state === 'aborted') continue
      if (records.length > 0 && bytes >= maxBytes) break
      records.push({ offset, record: slot.record })
      bytes += (slot.record.key?.length ?? 0) + (slot.record.value?.length ?? 0)
    }
    return { records, next: Math.max(from, offset) }
  }

  /** What retention or DeleteRecords does. */
  deleteBefore(offset: number): void {
    this.slots.splice(0, Math.min(offset, this.end) - this.first)
    this.first = Math.max(this.first, offset)
  }
}
