/** Rows of `shop.orders` over a store in memory, which is written when it is told to. */
import type { CaptureSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import type { StoredTables } from '../../../src/core/rows/hydration.ts'
import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import type { StoreKey } from '../../../src/core/rows/stored/store-key.ts'
import { StoredTable } from '../../../src/core/rows/stored/stored-table.ts'

export const placeholder = 'not-sent'
const settings = { unavailablePlaceholder: placeholder } as CaptureSettings
export const name = tableName('shop', 'orders')

const tableOf = (replicaIdentity: Table['replicaIdentity']): Table => ({
  name,
  columns: [
    { name: 'id', type: 'integer', nullable: false },
    { name: 'v', type: 'integer', nullable: true },
    { name: 'doc', type: 'text', nullable: true, toastable: true },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity,
})

export class Kept {
  readonly stored = new Map<StoreKey, Buffer>()
  readonly pending = new PendingRows({
    get: (key) => this.stored.get(key) ?? null,
    entries: (prefix) => [...this.stored].filter(([key]) => key.startsWith(prefix)).toSorted(byKey),
    has: (prefix) => [...this.stored.keys()].some((key) => key.startsWith(prefix)),
  })
  readonly rows: SourceRows

  /** Tables, or the replica identity of `shop.orders`. */
  constructor(of: Table['replicaIdentity'] | StoredTables = 'default') {
    const isIdentity = of === null || typeof of === 'string'
    const tables = isIdentity ? new Map([[name, new StoredTable(tableOf(of), settings)]]) : of
    this.rows = new SourceRows(tables, this.pending)
  }

  /** Changes of one transaction. */
  complete(...changes: readonly RowChange[]): readonly RowChange[] {
    this.rows.begin()
    const completed = this.rows.complete(changes, new Set([name]))
    this.rows.end()
    return completed
  }

  /** Up to here: taken, visible, begun to be written, written. */
  bring(steps: number): void {
    if (steps > 0) this.rows.seal({ next: 0 } as Checkpoint)
    if (steps > 1) this.pending.becomeVisible()
    const batch = steps > 2 ? this.pending.beginWriting() : null
    if (batch === null) return
    for (const { from, to } of batch.content.emptied) {
      for (const key of this.stored.keys()) if (key >= from && key < to) this.stored.delete(key)
    }
    for (const [key, row] of batch.content.values) {
      if (row === null) this.stored.delete(key)
      else this.stored.set(key, row)
    }
    if (steps > 3) this.pending.written()
  }
}

const byKey = ([a]: readonly [StoreKey, Buffer], [b]: readonly [StoreKey, Buffer]): number => (a < b ? -1 : 1)
