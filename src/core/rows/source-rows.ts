/** The rows of one source as far as its raw log was read, and what they tell of the next changes. */
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { Hydration, type StoredTables } from './hydration.ts'
import { LargeCompletion } from './large-completion.ts'
import { PendingRows } from './pending-rows.ts'

export class SourceRows {
  readonly tables: StoredTables
  readonly pending: PendingRows
  private readonly hydration: Hydration

  constructor(tables: StoredTables, pending: PendingRows) {
    this.tables = tables
    this.pending = pending
    this.hydration = new Hydration(tables, pending)
  }

  /** Changes of one transaction, in commit order. `readsBefore`: tables of which somebody may ask what a row was. */
  complete(changes: readonly RowChange[], readsBefore: ReadonlySet<TableName>): readonly RowChange[] {
    return changes.map((change) => this.hydration.complete(change, readsBefore.has(change.table)))
  }

  /** A row of a snapshot: it says what the row is, and is part of no transaction. */
  snapshotRow(change: RowChange): void {
    const table = this.tables.get(change.table)
    const key = table?.keyOf(change) ?? null
    if (table === undefined || key === null || change.after === null) return
    this.pending.set(key, table.codec.encode(change.after))
  }

  /** The first snapshot begins anew: of rows that the one before has read, and this one will not, nothing is left. */
  forget(): void {
    for (const table of this.tables.keys()) this.pending.empty(table)
  }

  completionOfLarge(): LargeCompletion {
    return new LargeCompletion(this.tables, this.pending)
  }

  seal(checkpoint: Checkpoint): void {
    this.pending.seal(checkpoint)
  }
}

/** Of a source none of whose rows are kept. */
export const unkeptRows = (): SourceRows => new SourceRows(new Map(), new PendingRows({ get: () => null }))
