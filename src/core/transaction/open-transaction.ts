/** The source transaction under assembly: what of it was held, and whether a record fits. */
import type { EndMessage, RowRecord } from '../capture/capture-message.ts'
import type { RowImage } from '../capture/image/row-image.ts'
import type { ImageBytes } from '../capture/image/sliced-image.ts'
import type { RawOffset, RowChange, SourcePosition } from '../capture/row-change.ts'
import { sameImage } from '../capture/image/same-image.ts'
import type { FalseworkError } from '../diagnostics/falsework-error.ts'
import { bytesOf, type Numbered, PassedRows } from './large/passed-rows.ts'
import type { LargeTransaction, SourceTransaction, TransactionFacts } from './source-transaction.ts'
import { largeRowsMax, type TransactionBudget } from './large/transaction-budget.ts'
import { transactionError } from './transaction-error.ts'

/**
 * Modes: rows are held until END, so that a repeat can be compared with what it repeats; beyond the budget they have
 * passed, and of each no more is left than a repeat needs.
 */
export class OpenTransaction {
  readonly id: string
  readonly from: RawOffset
  readonly begunAt: SourcePosition | null
  private readonly budget: TransactionBudget
  /** Of its first row. */
  private first: Pick<Numbered, 'committedAtUs' | 'position'> | null = null
  private held: Numbered[] = []
  private heldBytes = 0
  /** As many of them are copies. */
  private kept = 0
  private passed: PassedRows | null = null
  private readonly sync = new Set<number>()

  /** `begunAt`: where BEGIN stands; null when it did not come. */
  constructor(start: {
    readonly id: string
    readonly from: RawOffset
    readonly begunAt: SourcePosition | null
    readonly budget: TransactionBudget
  }) {
    this.id = start.id
    this.from = start.from
    this.begunAt = start.begunAt
    this.budget = start.budget
  }

  get rows(): number {
    return this.passed?.rows ?? this.held.length
  }

  /** Null as long as no row has told it. */
  get committedAtUs(): bigint | null {
    return this.first?.committedAtUs ?? null
  }

  /**
   * Whether it began before a commit, and its first row stands behind it: what it wrote in between may have been left
   * out. It may also have written other tables alone until then: a suspicion, no proof.
   */
  beganBefore(commit: SourcePosition): boolean {
    const firstAt = this.first?.position ?? null
    return this.begunAt !== null && firstAt !== null && this.begunAt < commit && commit <= firstAt
  }

  /**
   * Takes the record with the next number, or recognises one that came before. Raises `TX_DIVERGED`, `TX_GAP` and
   * `TX_TOO_LARGE`.
   */
  append(message: Numbered): 'appended' | 'repeated' {
    const { totalOrder, offset } = message
    const expected = this.rows + 1
    if (totalOrder > expected) {
      const message = `row ${totalOrder} follows row ${expected - 1}`
      throw transactionError('TX_GAP', { offset, transaction: this.id, message })
    }
    if (totalOrder < expected) {
      if (this.isRepeat(message)) return 'repeated'
      throw this.diverged(totalOrder, offset)
    }
    if (this.rows >= largeRowsMax) {
      const message = `it has more than ${largeRowsMax} rows`
      throw transactionError('TX_TOO_LARGE', { offset, transaction: this.id, message })
    }
    this.first ??= { committedAtUs: message.committedAtUs, position: message.position }
    if (message.kind === 'row' && message.sync !== undefined) this.sync.add(message.sync)
    if (this.passed === null) this.hold(message)
    else this.passed.add(message)
    return 'appended'
  }

  private hold(message: Numbered): void {
    this.held.push(message)
    if (message.kind === 'row') this.heldBytes += bytesOf(message)
    if (this.held.length <= this.budget.rows && this.heldBytes <= this.budget.bytes) return
    const passed = new PassedRows()
    for (const held of this.held) passed.add(held)
    this.passed = passed
    this.held = []
  }

  private isRepeat(message: Numbered): boolean {
    if (this.passed !== null) return this.passed.isRepeat(message)
    const before = this.held[message.totalOrder - 1]
    return before !== undefined && isRepeat(before, message)
  }

  /** Copies what it holds of records that go out of reach. */
  keep(): void {
    for (; this.kept < this.held.length; this.kept += 1) {
      const message = this.held[this.kept]
      if (message?.kind === 'row') keepBytes(message)
    }
  }

  /** Null when none of its rows is read. Raises `TX_INCOMPLETE` unless END counts what came. */
  close(end: EndMessage): SourceTransaction | LargeTransaction | null {
    const { rows, first, sync } = this
    if (end.eventCount !== rows || end.collectionsCount !== rows) {
      const message = `END counts ${end.eventCount} rows, ${end.collectionsCount} by table, and ${rows} are held`
      throw transactionError('TX_INCOMPLETE', { offset: end.offset, transaction: this.id, message })
    }
    if (first === null) return null
    const { committedAtUs } = first
    const facts: TransactionFacts = {
      key: `${this.id}:${committedAtUs}`,
      position: end.position,
      committedAtUs,
      from: this.from,
      to: end.offset + 1,
      proof: 'end',
      ...(sync.size > 0 && { sync: [...sync] }),
    }
    const { passed } = this
    if (passed !== null) {
      const { bytes, keys, tables } = passed
      return passed.changes === 0 ? null : { ...facts, id: this.id, rows, bytes, tables, keys }
    }
    const changes = changesOf(this.held)
    return changes.length === 0 ? null : { ...facts, changes }
  }

  private diverged(totalOrder: number, offset: RawOffset): FalseworkError {
    const message = `row ${totalOrder} came again and is another row`
    return transactionError('TX_DIVERGED', { offset, transaction: this.id, message })
  }
}

/** Copies what a row holds of a record that goes out of reach. */
export function keepBytes({ key, value }: RowRecord): void {
  if (key !== null) key.bytes = Buffer.from(key.bytes)
  if (value !== null) value.bytes = Buffer.from(value.bytes)
}

function changesOf(held: readonly Numbered[]): readonly RowChange[] {
  const changes: RowChange[] = []
  for (const message of held) if (message.kind === 'row' && message.change !== null) changes.push(message.change)
  return changes
}

/** All of it must be equal: a record that has only the number of another is another record. */
function isRepeat(before: Numbered, again: Numbered): boolean {
  if (before.recordId !== again.recordId) return false
  if (before.kind !== 'row' || again.kind !== 'row') return before.kind === again.kind
  if (before.table !== again.table || before.op !== again.op || !isSameKey(before.key, again.key)) return false
  return (
    isSameOrNone(before.change?.before, again.change?.before) && isSameOrNone(before.change?.after, again.change?.after)
  )
}

const isSameKey = (one: ImageBytes | null, other: ImageBytes | null): boolean =>
  one === null || other === null ? one === other : one.bytes.equals(other.bytes)

function isSameOrNone(one: RowImage | null | undefined, other: RowImage | null | undefined): boolean {
  if (one === null || one === undefined || other === null || other === undefined) return one === other
  return sameImage(one, other)
}
