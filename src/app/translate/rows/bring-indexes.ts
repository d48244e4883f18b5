/** Builds indexes by which a source looks rows up. */
import { RowIndexes } from '../../../core/rows/row-indexes.ts'
import { RowOverlay } from '../../../core/rows/row-overlay.ts'
import type { RowIndex } from '../../../core/rows/rows-at-hand.ts'
import type { StoredTables } from '../../../core/rows/hydration.ts'
import type { StoreKey } from '../../../core/rows/stored/store-key.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Turns } from '../reading/turns.ts'
import type { LiveEntries } from './live-entries.ts'
import type { RowWriter } from './row-writer.ts'

export interface IndexParts {
  readonly entries: LiveEntries
  readonly tables: StoredTables
  readonly writer: RowWriter
  readonly turns: Turns
  readonly ended: AbortSignal
  /** Told now and then how many rows of a table have their entries. */
  readonly reached: (table: string, rows: number) => void
}

const partBytes = 2_097_152

/** An entry for each row; it is the index's when the mark names it. Raises `FENCED` when it was ended before. */
export async function buildIndex(index: RowIndex, parts: IndexParts): Promise<void> {
  const { entries: stored, tables, writer, turns, ended, reached } = parts
  const table = tables.get(index.table)
  const indexes = new RowIndexes([index], tables)
  const entries = new RowOverlay(stored)
  indexes.empty(entries, index.table)
  let rows = 0
  let behind: StoreKey | null = null
  for (let isLast = table === undefined; !isLast && table !== undefined; ) {
    const page = stored.page(table.range, behind)
    for (const [key, value] of page.entries) {
      const is = table.codec.decode(Buffer.from(value))
      indexes.follow(entries, table.name, { key, was: null, is })
    }
    rows += page.entries.length
    behind = page.upTo
    isLast = behind === null
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
