/** In which forms the connector writes columns, as the catalogs promise it with which mappings were registered. */
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import { columnForm } from '../../capture/decode/column-decoder.ts'
import type { PromisedForm } from '../../capture/row/column-forms.ts'
import type { Table, TableName } from '../../catalog/catalog.ts'
import { provenKeys } from '../../catalog/proven-keys.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'

export interface Promising {
  readonly tables: ReadonlyMap<TableName, Table>
  readonly mapping: Pick<CompiledMapping, 'reads'>
  readonly capture: CaptureSettings
}

export type PromisedForms = ReadonlyMap<TableName, readonly PromisedForm[]>

/** Of the columns whose values decide about an outcome, and of keys. */
export const promisedForms = ({ tables, mapping, capture }: Promising): PromisedForms =>
  new Map([...tables.values()].map((table) => [table.name, formsOfTable(table, mapping, capture)]))

/** Each mapping's by the catalog that it was registered with. */
export function promisedByAll(promising: readonly Promising[]): PromisedForms {
  const promised = new Map<TableName, readonly PromisedForm[]>()
  for (const one of promising) {
    for (const [table, forms] of promisedForms(one)) promised.set(table, [...(promised.get(table) ?? []), ...forms])
  }
  return promised
}

function formsOfTable(
  table: Table,
  { reads }: Promising['mapping'],
  capture: CaptureSettings,
): readonly PromisedForm[] {
  // Keys tell which row a change is of, whether an expression reads them or not.
  const keys = new Set([...table.primaryKey, ...provenKeys(table).flat()])
  return table.columns.flatMap((column): PromisedForm[] => {
    const { name, type } = column
    const use = keys.has(name) ? 'key' : 'value'
    const form = use === 'key' || reads.has(`${table.name}.${name}`) ? columnForm(column, capture) : null
    return form === null ? [] : [{ column: name, type, form, use }]
  })
}
