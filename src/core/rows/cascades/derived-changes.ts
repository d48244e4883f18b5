/** What a foreign key does to a row when the row that it refers to changes. */
import { type RowImage, valuesOf } from '../../capture/image/row-image.ts'
import { keyText, sameValue } from '../../capture/image/same-image.ts'
import { imageOf } from '../../capture/image/value-image.ts'
import type { NamedForms } from '../../capture/row/named-forms.ts'
import type { RowChange } from '../../capture/row-change.ts'
import type { KeyAction } from '../../catalog/catalog.ts'
import { UNAVAILABLE } from '../../values/value.ts'
import type { StoredTable } from '../stored/stored-table.ts'
import type { Cascade } from './cascade.ts'

/** A row before and behind its change, its key included. */
export interface ChangedParent {
  readonly before: RowImage
  /** Null: it was deleted. */
  readonly after: RowImage | null
  /** The last of the changes that say so. */
  readonly change: RowChange
}

/** Changes of a log, one after the other, as changes of rows: the two halves of a changed key are one. */
export class ParentChanges {
  /** What the old half of a changed key has said of its row. */
  private leaving: RowImage | null = null

  /** Null for a row that is new, or of which more is to come. */
  next(change: RowChange): ChangedParent | null {
    const { op, before, after, rekey } = change
    if (rekey?.half === 'old') {
      this.leaving = before
      return null
    }
    const was = rekey === null ? before : this.leaving
    this.leaving = null
    if (was === null || (op !== 'd' && after === null)) return null
    return { before: was, after, change }
  }
}

/** What happens to the children; null: nothing, since no column that they refer to has changed, or the key forbids it. */
export function actionOn({ onDelete, onUpdate, referencedColumns }: Cascade, parent: ChangedParent): KeyAction | null {
  const { before, after } = parent
  const isChanged =
    after === null || referencedColumns.some((column) => !sameValue(before.get(column), after.get(column)))
  const action = after === null ? onDelete : onUpdate
  return isChanged && (action === 'cascade' || action === 'set null') ? action : null
}

interface Child {
  readonly child: RowImage
  readonly table: StoredTable
  /** As the child was kept in them; null: nobody has named them. */
  readonly forms: NamedForms | null
}

/**
 * The changes of a child as the connector would say them: one, or the two halves of a changed key. None of a child that
 * is known without its key.
 */
export function derivedChanges(
  cascade: Cascade,
  { parent, child, table, forms }: Child & { readonly parent: ChangedParent },
): readonly RowChange[] {
  const { offset, committedAtUs } = parent.change
  const key = table.keyImageOf(child)
  if (key === null) return []
  const all = {
    table: table.name,
    derived: true,
    offset,
    committedAtUs,
    ...(forms !== null && ({ formsNamed: true, forms } as const)),
  } as const
  const after = rowBehind(cascade, parent, child)
  if (after === null) return [{ ...all, op: 'd', before: child, after, key, rekey: null }]
  const newKey = table.keyImageOf(after)
  if (newKey === null) return []
  if (keyText(newKey) === keyText(key)) return [{ ...all, op: 'u', before: child, after, key, rekey: null }]
  return [
    { ...all, op: 'd', before: child, after: null, key, rekey: { half: 'old', otherKey: newKey } },
    { ...all, op: 'c', before: null, after, key: newKey, rekey: { half: 'new', otherKey: key } },
  ]
}

function rowBehind(cascade: Cascade, parent: ChangedParent, child: RowImage): RowImage | null {
  const { columns, referencedColumns, computed } = cascade
  const sets = actionOn(cascade, parent) === 'set null'
  if (!sets && parent.after === null) return null
  const values = valuesOf(child)
  for (const column of computed) values[column] = UNAVAILABLE
  for (const [at, column] of columns.entries()) {
    values[column] = sets ? null : parent.after?.get(referencedColumns[at] ?? '')
  }
  return imageOf(values)
}
