/** Rows of a table, some at a time: a store is never read across turns of the event loop. */
import type { StoreKey } from '../../../core/rows/store-key.ts'
import type { StoredTable } from '../../../core/rows/stored-table.ts'
import type { RowStore, StoreEntry } from '../../../ports/row-store.ts'

export const pageRows = 500

export function pageOf(store: RowStore, { range }: StoredTable, from: StoreKey): readonly StoreEntry[] {
  const page: StoreEntry[] = []
  for (const entry of store.range(from, range.to)) {
    page.push(entry)
    if (page.length === pageRows) break
  }
  return page
}
