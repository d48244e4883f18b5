/** Compares the rows of one table with those of a copy of the row store, which is used up by it. */
import type { RowDifference } from '../../../core/audit/audit-outcome.ts'
import type { TableComparison, TextRow } from '../../../core/audit/table-comparison.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { StoreKey, StoreSpace } from '../../../core/rows/stored/store-key.ts'
import type { TableSnapshot } from '../../../ports/database/table-reader.ts'
import type { LiveEntries } from '../../translate/rows/live-entries.ts'
import type { FoundDifferences } from './found-differences.ts'

export interface ComparedTable {
  readonly rows: number
  /** By column, rows in which nobody can say whether it differs. */
  readonly unknown: Readonly<Record<string, number>>
}

export interface Comparing {
  readonly table: TableName
  readonly range: StoreSpace
  readonly comparison: TableComparison
  readonly snapshot: TableSnapshot
  /** Of the copy. */
  readonly entries: LiveEntries
  /** The only rows that are looked at; null: all. */
  readonly only: ReadonlySet<StoreKey> | null
  readonly found: FoundDifferences
  /** Told how many rows more were compared. */
  readonly compared: (rows: number) => void
  readonly ended: AbortSignal
}

/** Each row of the database is taken out of the copy: what is left there in the end is in no table. */
export async function compareTable(comparing: Comparing): Promise<ComparedTable> {
  const { table, snapshot, comparison, entries, compared } = comparing
  const { mark } = entries
  if (mark === null) throw new FalseworkError('INTERNAL', 'a copy that accounts for nothing is compared')
  const unknown = new Map<string, number>()
  let rows = 0
  for await (const page of snapshot.rows(table, comparison.columns)) {
    const seen: (readonly [StoreKey, null])[] = []
    for (const row of page) {
      const key = comparison.keyOf(row)
      if (key === null) throw new FalseworkError('INTERNAL', `a row of ${table} without its key`)
      compareRow(comparing, { row, key, unknown })
      seen.push([key, null])
    }
    await entries.write({ emptied: [], values: seen }, mark)
    rows += page.length
    compared(page.length)
    expectGoingOn(comparing.ended)
  }
  return { rows: rows + takeLeft(comparing), unknown: Object.fromEntries(unknown) }
}

function compareRow(
  { table, range, comparison, entries, only, found }: Comparing,
  at: { readonly row: TextRow; readonly key: StoreKey; readonly unknown: Map<string, number> },
): void {
  const { row, key, unknown } = at
  if (only !== null && !only.has(key)) return
  const bytes = entries.get(key, range)
  if (bytes === null) {
    found.add({ table, kind: 'missing', key: comparison.keyTexts(row), columns: [] }, key)
    return
  }
  const outcome = comparison.compare(row, bytes)
  for (const column of outcome.unknown) unknown.set(column, (unknown.get(column) ?? 0) + 1)
  if (outcome.different.length === 0) return
  const difference: RowDifference = {
    table,
    kind: 'changed',
    key: comparison.keyTexts(row),
    columns: outcome.different,
  }
  found.add(difference, key)
}

/** Rows that only the store has. */
function takeLeft({ table, range, comparison, entries, only, found }: Comparing): number {
  let rows = 0
  for (let behind: StoreKey | null = null; ; ) {
    const page = entries.page(range, behind)
    for (const [key, value] of page.entries) {
      rows += 1
      if (only !== null && !only.has(key)) continue
      found.add({ table, kind: 'extra', key: comparison.storedKeyTexts(value), columns: [] }, key)
    }
    behind = page.upTo
    if (behind === null) return rows
  }
}

function expectGoingOn(ended: AbortSignal): void {
  if (ended.aborted) throw new FalseworkError('FENCED', 'it was ended while rows were compared')
}
