/** What the catalogs that mappings were registered with say of the columns of their tables. */
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import { columnForm } from '../../capture/decode/column-decoder.ts'
import type { PromisedForm } from '../../capture/row/column-forms.ts'
import type { Table, TableName } from '../../catalog/catalog.ts'
import { provenKeys } from '../../catalog/proven-keys.ts'
import type { KnownColumns } from '../../catalog/unknown-columns.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { ActiveMapping } from './active-mapping.ts'

type Registered = Pick<ActiveMapping, 'record' | 'mapping'>

/** Of the tables that they name. */
export function knownColumns(mappings: readonly Registered[]): KnownColumns {
  const known = new Map<TableName, Set<string>>()
  for (const table of mappings.flatMap(({ record }) => [...record.content.catalog.tables.values()])) {
    const ofTable = known.get(table.name) ?? new Set()
    for (const { name } of table.columns) ofTable.add(name)
    known.set(table.name, ofTable)
  }
  return known
}

/** Of the columns whose values decide about an outcome, each mapping's by the catalog that it was registered with. */
export function promisedForms(mappings: readonly Registered[]): ReadonlyMap<TableName, readonly PromisedForm[]> {
  const promised = new Map<TableName, PromisedForm[]>()
  for (const { record, mapping } of mappings) {
    for (const table of record.content.catalog.tables.values()) {
      const ofTable = promised.get(table.name) ?? []
      promised.set(table.name, [...ofTable, ...formsOfTable(table, mapping, record.content.capture)])
    }
  }
  return promised
}

function formsOfTable(table: Table, { reads }: CompiledMapping, capture: CaptureSettings): readonly PromisedForm[] {
  // Keys tell which row a change is of, whether an expression reads them or not.
  const keys = new Set([...table.primaryKey, ...provenKeys(table).flat()])
  return table.columns.flatMap((column): PromisedForm[] => {
    const { name, type } = column
    const use = keys.has(name) ? 'key' : 'value'
    const form = use === 'key' || reads.has(`${table.name}.${name}`) ? columnForm(column, capture) : null
    return form === null ? [] : [{ column: name, type, form, use }]
  })
}
