/** Drafts of mappings for tables of a catalog. */
import { identifiersOf, parseTableName } from '../../core/catalog/table-name.ts'
import type { Catalog, Table } from '../../core/catalog/catalog.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type Draft, draftTable } from '../../core/scaffold/draft-table.ts'
import type { CheckedProject } from '../project/validate-project.ts'

export interface ScaffoldedTable extends Draft {
  readonly table: string
}

/**
 * Drafts for tables that are named as `orders` or `public.orders`.
 *
 * Raises `INVALID_PROJECT` for a source whose catalog or connector file cannot be read, `UNKNOWN_NAME` for a table that it
 * does not have, `NOT_DRAFTED` for one whose rows no key tells apart.
 */
export function scaffoldTables(
  { sources }: CheckedProject,
  { source, tables }: { readonly source: string; readonly tables: readonly string[] },
): readonly ScaffoldedTable[] {
  const surroundings = sources.get(source)
  if (surroundings === undefined) {
    const message = `${source} needs a catalog and a connector file without mistakes: \`falsework catalog pull ${source}\`, then \`falsework validate\``
    throw new FalseworkError('INVALID_PROJECT', message)
  }
  const { catalog, settings } = surroundings
  const wanted = new Set(tables.map((name) => findTable(catalog, name)))
  return [...wanted].map((table) => {
    const draft = draftTable({ source, table }, settings)
    if (typeof draft === 'string') throw new FalseworkError('NOT_DRAFTED', `${table.name}: ${draft}`)
    return { table: table.name, ...draft }
  })
}

/** The schema may be left out where one table alone has the name. */
function findTable({ source, tables }: Catalog, text: string): Table {
  const whole = [...tables.values()].filter(({ name }) => name === parseTableName(text))
  const found = whole.length > 0 ? whole : [...tables.values()].filter(({ name }) => identifiersOf(name).table === text)
  const [table] = found
  if (table !== undefined && found.length === 1) return table
  const known = text.includes('.') ? tables.keys() : [...tables.keys()].map((name) => identifiersOf(name).table)
  const message =
    found.length > 1
      ? `'${text}' are several tables of ${source}: ${found.map(({ name }) => name).join(', ')}`
      : `there is no table '${text}' in the catalog of ${source}; ${suggestion(text, known)}`
  throw new FalseworkError('UNKNOWN_NAME', message)
}
