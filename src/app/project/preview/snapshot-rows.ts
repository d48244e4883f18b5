/** Rows that the snapshots of a log have left, as rules see them behind it; what the daemon finds in its row store. */
import type { CaptureMessage } from '../../../core/capture/capture-message.ts'
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { Entry } from '../../../core/rows/row-overlay.ts'
import type { SourceRows } from '../../../core/rows/source-rows.ts'
import type { StoreKey } from '../../../core/rows/stored/store-key.ts'
import type { Assembler } from '../../../core/transaction/assembler.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import { type LeftRows, transactionOf } from '../../../core/translation/snapshots/left-rows.ts'
import { SnapshotFollower } from '../../../core/translation/snapshots/snapshot-follower.ts'

type Standing = Parameters<SnapshotFollower['see']>[1]
type Seen = (transaction: SourceTransaction) => void

export class SnapshotRows {
  private readonly rows: SourceRows
  private readonly asked: ReadonlySet<TableName>
  private readonly follower: SnapshotFollower
  /** Of rows that snapshots have shown: they are found by nothing else here. */
  private readonly keys = new Map<TableName, Set<StoreKey>>()

  /** `asked`: tables of whose rows rules want to know. */
  constructor(rows: SourceRows, asked: ReadonlySet<TableName>) {
    this.rows = rows
    this.asked = asked
    this.follower = new SnapshotFollower(rows, { run: 0, phase: 'none' }, true)
    this.follower.ask(asked)
  }

  /** At each record, behind the transaction that it ends. */
  see(message: CaptureMessage, standing: Standing): void {
    this.follower.see(message, standing)
    if (message.kind !== 'snapshotRow' || message.change === null || !this.asked.has(message.table)) return
    const key = this.rows.tables.get(message.table)?.keyOf(message.change) ?? null
    if (key === null) return
    const known = this.keys.get(message.table)
    if (known === undefined) this.keys.set(message.table, new Set([key]))
    else known.add(key)
  }

  /** Where no source transaction is open: calls `seen` for each row, within a transaction of its own, in the order of keys. */
  show(standing: Standing, next: RawOffset, seen: Seen): void {
    this.follower.settle(standing)
    for (let { left } = this.follower; left !== null; { left } = this.follower) {
      const at = { committedAtUs: BigInt(this.follower.published?.atUs ?? 0), next }
      for (const entry of this.entriesOf(left)) this.showRow(transactionOf(left.table, entry, at), seen)
      this.follower.pass(left, null)
    }
  }

  /** The same for rows of a snapshot that has not ended, before the transaction changes them. */
  showTouched({ changes, committedAtUs, to: next }: SourceTransaction, seen: Seen): void {
    for (const { table, entry } of this.rows.newRows.touchedBy(changes)) {
      if (this.asked.has(table.name)) this.showRow(transactionOf(table, entry, { committedAtUs, next }), seen)
    }
  }

  private showRow(transaction: SourceTransaction, seen: Seen): void {
    this.rows.begin()
    seen(transaction)
    this.rows.end()
  }

  private entriesOf({ table, rows }: LeftRows): readonly Entry[] {
    const keys = this.keys.get(table.name) ?? []
    const { pending, newRows } = this.rows
    if (rows === 'new') return newRows.among(table, keys)
    return [...keys].toSorted().flatMap((key): Entry[] => {
      const row = pending.get(key, table.range)
      return row === null ? [] : [[key, row]]
    })
  }
}

export const standingAt = ({ snapshotState, safePosition }: Assembler, atMs: number): Standing => ({
  snapshot: snapshotState,
  streamed: safePosition.position !== null,
  atMs,
})
