/** Entries of a store, some at a time: a store is never read across turns of the event loop. */
import type { StoreKey, StoreSpace } from '../../../core/rows/stored/store-key.ts'
import type { RowStore, StoreEntry } from '../../../ports/row-store.ts'

export const pageRows = 500

export function pageOf(store: RowStore, { to }: StoreSpace, from: StoreKey): readonly StoreEntry[] {
  const page: StoreEntry[] = []
  for (const entry of store.range(from, to)) {
    page.push(entry)
    if (page.length === pageRows) break
  }
  return page
}
