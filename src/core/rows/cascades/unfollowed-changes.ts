/** Changes that foreign keys make and that nobody is told of: those of a transaction that is not held. */
import type { RowChange } from '../../capture/row-change.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { StoredTable } from '../stored/stored-table.ts'
import { type Cascade, cascadesByParent } from './cascade.ts'
import { actionOn, ParentChanges } from './derived-changes.ts'

type Tables = ReadonlyMap<TableName, StoredTable>

/** These tables, and those of whose rows foreign keys may change some with rows of them. */
export function changedWith(changed: ReadonlySet<TableName>, tables: Tables): ReadonlySet<TableName> {
  const byParent = cascadesByParent(tables)
  const all = new Set(changed)
  // A set that grows is walked to its end.
  for (const table of all) for (const { child } of byParent.get(table) ?? []) all.add(child)
  return all
}

/** Whether foreign keys may change rows of wanted tables with a change; whether there are such rows is not asked. */
export class UnfollowedChanges {
  private readonly parents = new ParentChanges()
  private readonly byParent: ReadonlyMap<TableName, readonly (Cascade & { readonly reaches: TableName })[]>

  constructor(tables: Tables, wanted: ReadonlySet<TableName>) {
    const leading = [...cascadesByParent(tables)].map(([parent, cascades]) => {
      const reaching = cascades.flatMap((cascade) => {
        const reaches = [...changedWith(new Set([cascade.child]), tables)].find((table) => wanted.has(table))
        return reaches === undefined ? [] : [{ ...cascade, reaches }]
      })
      return [parent, reaching] as const
    })
    this.byParent = new Map(leading)
  }

  /** Changes come in commit order. Null: none of the tables is concerned. */
  behind(change: RowChange): TableName | null {
    const cascades = this.byParent.get(change.table)
    const parent = cascades === undefined ? null : this.parents.next(change)
    if (cascades === undefined || parent === null) return null
    return cascades.find((cascade) => actionOn(cascade, parent) !== null)?.reaches ?? null
  }
}
