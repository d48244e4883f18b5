/** Changes of a log with those behind them that the database made and did not log. */
import type { RowChange } from '../../capture/row-change.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { Hydration, HydrationParts } from '../hydration.ts'
import type { RowIndex } from '../rows-at-hand.ts'
import type { StoredTable } from '../stored/stored-table.ts'
import { type Cascade, cascadesByParent } from './cascade.ts'
import { actionOn, type ChangedParent, derivedChanges, ParentChanges } from './derived-changes.ts'

/** By which children are found. */
export function cascadeIndexes(tables: ReadonlyMap<TableName, StoredTable>): readonly RowIndex[] {
  const indexes = [...tables.values()].flatMap(({ cascades }) => cascades.map(({ index }) => index))
  return [...new Map(indexes.map((index) => [index.id, index])).values()]
}

/**
 * Completes changes and keeps what rows are behind them; rows that foreign keys have changed with a row follow it, each
 * with those that it has changed in turn. They end: a child that was changed is not found under its former parent.
 */
export class CascadingRows {
  private readonly hydration: Hydration
  private readonly parts: HydrationParts
  private readonly byParent: ReadonlyMap<TableName, readonly Cascade[]>
  private readonly parents = new ParentChanges()

  constructor(hydration: Hydration, parts: HydrationParts) {
    this.hydration = hydration
    this.parts = parts
    this.byParent = cascadesByParent(parts.tables)
  }

  /** In commit order. `readsBefore`: tables of which somebody may ask what a row was. */
  complete(change: RowChange, readsBefore: ReadonlySet<TableName>): readonly RowChange[] {
    const completed = this.hydration.complete(change, readsBefore.has(change.table))
    const cascades = this.byParent.get(change.table)
    if (cascades === undefined) return [completed]
    const parent = this.parents.next(change)
    if (parent === null) return [completed]
    const followed = cascades.flatMap((cascade) => this.follow(cascade, parent, readsBefore))
    return [completed, ...followed]
  }

  private follow(cascade: Cascade, parent: ChangedParent, readsBefore: ReadonlySet<TableName>): readonly RowChange[] {
    const table = this.parts.tables.get(cascade.child)
    const text = cascade.childrenOf(parent.before)
    if (table === undefined || text === null || actionOn(cascade, parent) === null) return []
    const { rows, indexes } = this.parts
    return indexes.keysAt(rows, cascade.index, text).flatMap((key) => {
      const bytes = rows.get(key, table.range)
      const child = bytes === null ? null : table.codec.decode(bytes)
      // What was changed in between has another parent, or is gone.
      if (child === null || cascade.index.keyOf(child) !== text) return []
      // Read again over a part of what comes of it, other rows would be found.
      rows.move()
      const forms = bytes === null ? null : table.codec.formsOf(bytes)
      const derived = derivedChanges(cascade, { parent, child, table, forms })
      return derived.flatMap((one) => this.complete(one, readsBefore))
    })
  }
}
