/** Makes the indexes of a row store those by which its source looks rows up: some are dropped, some are built. */
import { indexRange, RowIndexes } from '../../../core/rows/row-indexes.ts'
import { RowOverlay, type StoredBytes } from '../../../core/rows/row-overlay.ts'
import type { RowIndex } from '../../../core/rows/rows-at-hand.ts'
import type { StoredTables } from '../../../core/rows/hydration.ts'
import type { StoreKey } from '../../../core/rows/stored/store-key.ts'
import type { RowStore } from '../../../ports/row-store.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Turns } from '../reading/turns.ts'
import { pageOf, pageRows } from './page.ts'
import type { RowWriter } from './row-writer.ts'

export interface IndexParts {
  readonly store: RowStore
  readonly stored: StoredBytes
  readonly tables: StoredTables
  readonly writer: RowWriter
  readonly turns: Turns
  readonly ended: AbortSignal
  /** Told now and then how many rows of a table have their entries. */
  readonly reached: (table: string, rows: number) => void
}

const partBytes = 2_097_152

/** Entries of indexes that nobody asks by. The mark does not name them any more. */
export async function dropIndexes(ids: readonly string[], { store, writer, turns }: IndexParts): Promise<void> {
  for (const space of ids.map(indexRange)) {
    for (let page = pageOf(store, space, space.from); page.length > 0; page = pageOf(store, space, space.from)) {
      const values = page.map(({ key }) => [key, null] as const)
      await writer.writePart({ inOneStep: true, emptied: [], values })
      await turns.next()
    }
  }
}

/** An entry for each row; it is the index's when the mark names it. Raises `FENCED` when it was ended before. */
export async function buildIndex(index: RowIndex, parts: IndexParts): Promise<void> {
  const { stored, tables, writer, turns, ended, reached } = parts
  const table = tables.get(index.table)
  const indexes = new RowIndexes([index], tables)
  const entries = new RowOverlay(stored)
  indexes.empty(entries, index.table)
  let rows = 0
  for (let from = table?.range.from ?? null; from !== null && table !== undefined; ) {
    const page = pageOf(parts.store, table.range, from)
    for (const { key, value } of page) {
      const is = table.codec.decode(Buffer.from(value))
      indexes.follow(entries, table.name, { key, was: null, is })
    }
    rows += page.length
    const last = page.at(-1)?.key ?? null
    from = page.length < pageRows || last === null ? null : (`${last}\u0000` as StoreKey)
    if (entries.bytes >= partBytes) {
      await writer.writePart(entries.content)
      entries.clear()
    }
    reached(index.table, rows)
    await turns.next()
    if (ended.aborted) throw new FalseworkError('FENCED', 'the lease ended while an index was built')
  }
  await writer.writePart(entries.content)
}
