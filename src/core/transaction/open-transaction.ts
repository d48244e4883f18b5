/** The source transaction under assembly: what of it was held, and whether a record fits. */
import type { EndMessage, LogicalMessage, RowMessage } from '../capture/capture-message.ts'
import type { RowImage } from '../capture/image/row-image.ts'
import type { ImageBytes } from '../capture/image/sliced-image.ts'
import type { RawOffset, RowChange, SourcePosition } from '../capture/row-change.ts'
import { sameImage } from '../capture/image/same-image.ts'
import type { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { SourceTransaction } from './source-transaction.ts'
import { transactionError } from './transaction-error.ts'

/** A record that takes a number in its transaction. */
export type Numbered = RowMessage | LogicalMessage

export class OpenTransaction {
  readonly id: string
  readonly from: RawOffset
  private readonly begunAt: SourcePosition | null
  /** Held until END, so that a repeat can be compared with what it repeats. */
  private readonly held: Numbered[] = []
  /** As many of them are copies. */
  private kept = 0

  /** `begunAt`: where BEGIN stands; null when it did not come. */
  constructor(start: { readonly id: string; readonly from: RawOffset; readonly begunAt: SourcePosition | null }) {
    this.id = start.id
    this.from = start.from
    this.begunAt = start.begunAt
  }

  get rows(): number {
    return this.held.length
  }

  /** Null as long as no row has told it. */
  get committedAtUs(): bigint | null {
    return this.held[0]?.committedAtUs ?? null
  }

  /**
   * Whether it began before a commit, and its first row stands behind it: what it wrote in between may have been left
   * out. It may also have written other tables alone until then: a suspicion, no proof.
   */
  beganBefore(commit: SourcePosition): boolean {
    const firstAt = this.held[0]?.position ?? null
    return this.begunAt !== null && firstAt !== null && this.begunAt < commit && commit <= firstAt
  }

  /**
   * Takes the record with the next number, or recognises one that is held already. Raises `TX_DIVERGED`, `TX_GAP`
   * and `TX_TOO_LARGE`.
   */
  append(message: Numbered, rowsMax: number): 'appended' | 'repeated' {
    const { totalOrder, offset } = message
    const expected = this.held.length + 1
    if (totalOrder > expected) {
      const message = `row ${totalOrder} follows row ${expected - 1}`
      throw transactionError('TX_GAP', { offset, transaction: this.id, message })
    }
    if (totalOrder < expected) {
      const before = this.held[totalOrder - 1]
      if (before !== undefined && isRepeat(before, message)) return 'repeated'
      throw this.diverged(totalOrder, offset)
    }
    if (this.held.length >= rowsMax) {
      const message = `more than ${rowsMax} rows`
      throw transactionError('TX_TOO_LARGE', { offset, transaction: this.id, message })
    }
    this.held.push(message)
    return 'appended'
  }

  /** Copies what it holds of records that go out of reach. */
  keep(): void {
    for (; this.kept < this.held.length; this.kept += 1) {
      const message = this.held[this.kept]
      if (message?.kind !== 'row') continue
      if (message.key !== null) message.key.bytes = Buffer.from(message.key.bytes)
      if (message.value !== null) message.value.bytes = Buffer.from(message.value.bytes)
    }
  }

  /** Raises `TX_INCOMPLETE` unless END counts what is held. */
  close(end: EndMessage): SourceTransaction | null {
    const held = this.held.length
    if (end.eventCount !== held || end.collectionsCount !== held) {
      const message = `END counts ${end.eventCount} rows, ${end.collectionsCount} by table, and ${held} are held`
      throw transactionError('TX_INCOMPLETE', { offset: end.offset, transaction: this.id, message })
    }
    const changes = this.held.flatMap(changeOf)
    const [first] = this.held
    if (first === undefined || changes.length === 0) return null
    const { committedAtUs } = first
    return {
      key: `${this.id}:${committedAtUs}`,
      position: end.position,
      committedAtUs,
      changes,
      from: this.from,
      to: end.offset + 1,
      proof: 'end',
    }
  }

  private diverged(totalOrder: number, offset: RawOffset): FalseworkError {
    const message = `row ${totalOrder} came again and is another row`
    return transactionError('TX_DIVERGED', { offset, transaction: this.id, message })
  }
}

const changeOf = (message: Numbered): readonly RowChange[] =>
  message.kind === 'row' && message.change !== null ? [message.change] : []

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
