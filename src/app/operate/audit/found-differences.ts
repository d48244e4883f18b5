/** Differences as they are found: some are kept with their keys, all are counted. */
import type { RowDifference } from '../../../core/audit/audit-outcome.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { StoreKey } from '../../../core/rows/stored/store-key.ts'

/** A person looks at a few of them; what differs more is repaired as a whole. */
const keptMax = 1_000

/** Rows by table, as the row store calls them. */
export type RowSelection = ReadonlyMap<TableName, ReadonlySet<StoreKey>>

export class FoundDifferences {
  readonly kept: RowDifference[] = []
  private readonly keys = new Map<TableName, Set<StoreKey>>()
  private readonly counts = new Map<TableName, number>()

  add(difference: RowDifference, key: StoreKey): void {
    const { table } = difference
    this.counts.set(table, this.countOf(table) + 1)
    if (this.kept.length >= keptMax) return
    this.kept.push(difference)
    const ofTable = this.keys.get(table) ?? new Set()
    this.keys.set(table, ofTable.add(key))
  }

  countOf(table: TableName): number {
    return this.counts.get(table) ?? 0
  }

  /** Those that are kept, to be looked at again. */
  get selection(): RowSelection {
    return this.keys
  }
}
