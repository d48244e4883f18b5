/** Who reads a column: fields of events, and conditions, keys and look-ups of rules. */
import type { TableName } from '../catalog/catalog.ts'
import type { Place } from '../diagnostics/problem.ts'
import type { CompiledEvent, CompiledMapping } from './compiled-mapping.ts'

export interface ColumnReader {
  readonly mapping: string
  /** `OrderPlaced.v1` and the path of its field; null: no field is made of the column, and the mapping reads it all the same. */
  readonly event: string | null
  readonly field: string | null
  readonly place: Place
}

/** `column` null: every column of the table. */
export function readersOf(
  mappings: readonly CompiledMapping[],
  { table, column }: { readonly table: TableName; readonly column: string | null },
): readonly ColumnReader[] {
  const isRead = (read: string): boolean =>
    column === null ? read.startsWith(`${table}.`) : read === `${table}.${column}`
  return mappings.flatMap((mapping) => {
    const events = mapping.rules.flatMap(({ publish }) => publish.filter((item) => item.kind === 'event'))
    const fields = events.flatMap((event) => fieldsOf(mapping.name, event, isRead))
    if (fields.length > 0) return fields
    const isUsed = [...mapping.reads].some(isRead) || (column === null && mapping.tables.has(table))
    const rule = mapping.rules.find((one) => one.table.name === table) ?? mapping.rules[0]
    if (!isUsed || rule === undefined) return []
    return [{ mapping: mapping.name, event: null, field: null, place: rule.place }]
  })
}

const fieldsOf = (mapping: string, event: CompiledEvent, isRead: (read: string) => boolean): ColumnReader[] =>
  [...event.lineage].flatMap(([field, reads]) => {
    if (![...reads].some(isRead)) return []
    const [top] = field.split('.')
    const place = event.fields.find(({ name }) => name === top)?.place ?? event.place
    const { event: name, version } = event.publication
    return [{ mapping, event: `${name}.v${version}`, field, place }]
  })
