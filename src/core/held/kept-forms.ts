/** In which forms the columns of kept rows came: a catalog that is registered later may promise others. */
import type { PromisedForm } from '../capture/row/column-forms.ts'
import { type Forms, readsAs } from '../capture/row/named-forms.ts'
import type { TableName } from '../catalog/catalog.ts'

/** By table, and by column; of those that the mapping reads. */
export type KeptForms = Readonly<Record<string, Readonly<Record<string, string>>>>

export const keptForms = (promised: ReadonlyMap<TableName, readonly PromisedForm[]>): KeptForms =>
  Object.fromEntries(
    [...promised].map(([table, forms]) => [table, Object.fromEntries(forms.map(({ column, form }) => [column, form]))]),
  )

/** By table, the columns that were kept in another form than is promised now, with that form. */
export function retypedColumns(kept: KeptForms, now: KeptForms): ReadonlyMap<TableName, Forms> {
  const retyped = new Map<TableName, Forms>()
  for (const [table, forms] of Object.entries(kept)) {
    const promised = now[table] ?? {}
    const others = Object.entries(forms).filter(([column, form]) => !readsAs(form, promised[column]))
    if (others.length > 0) retyped.set(table as TableName, new Map(others))
  }
  return retyped
}
