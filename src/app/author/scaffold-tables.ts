/** Drafts of mappings for tables of a catalog. */
import { identifiersOf, parseTableName } from '../../core/catalog/table-name.ts'
import type { CaptureSettings } from '../../core/capture/connector/capture-settings.ts'
import type { Catalog, Table } from '../../core/catalog/catalog.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type Draft, draftTable } from '../../core/scaffold/draft-table.ts'
import { noSample, sampleFacts, type SampleFacts } from '../../core/scaffold/sample-facts.ts'
import { wantedSample } from '../../core/scaffold/table-sample.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import type { CheckedProject } from '../project/validate-project.ts'

export interface ScaffoldedTable extends Draft {
  readonly table: string
}

export const draftOrigins = ['catalog', 'db'] as const

export interface WantedDrafts {
  readonly source: string
  /** As `orders` or `public.orders`. */
  readonly tables: readonly string[]
  /** `db`: some rows of each table are looked at as well. */
  readonly from: (typeof draftOrigins)[number]
}

/**
 * Drafts for tables of a catalog. The database is opened only for a draft from it.
 *
 * Raises `INVALID_PROJECT` for a source whose catalog or connector file cannot be read, `UNKNOWN_NAME` for a table that it
 * does not have, `NOT_DRAFTED` for one whose rows no key tells apart, and what the database raises.
 */
export async function scaffoldTables(
  { sources }: CheckedProject,
  { source, tables, from }: WantedDrafts,
  openInspector: () => Promise<DatabaseInspector>,
): Promise<readonly ScaffoldedTable[]> {
  const surroundings = sources.get(source)
  if (surroundings === undefined) {
    const message = `${source} needs a catalog and a connector file without mistakes: \`falsework catalog pull ${source}\`, then \`falsework validate\``
    throw new FalseworkError('INVALID_PROJECT', message)
  }
  const { catalog, settings } = surroundings
  const wanted = [...new Set(tables.map((name) => findTable(catalog, name)))]
  const samples = from === 'db' ? await sampled(wanted, settings, openInspector) : null
  return wanted.map((table) => {
    const draft = draftTable({ source, table }, settings, samples?.get(table) ?? noSample)
    if (typeof draft === 'string') throw new FalseworkError('NOT_DRAFTED', `${table.name}: ${draft}`)
    return { table: table.name, ...draft }
  })
}

/** One table after the other: the database has other work. */
async function sampled(
  tables: readonly Table[],
  settings: CaptureSettings,
  openInspector: () => Promise<DatabaseInspector>,
): Promise<ReadonlyMap<Table, SampleFacts>> {
  const inspector = await openInspector()
  try {
    const facts = new Map<Table, SampleFacts>()
    for (const table of tables) {
      const wanted = wantedSample(table, settings)
      facts.set(table, sampleFacts(wanted, await inspector.sample(wanted)))
    }
    return facts
  } finally {
    await inspector.close()
  }
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
