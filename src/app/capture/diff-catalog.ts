/** Compares the catalog of a source with its database, and says who reads what has changed. */
import type { Catalog, SourceKind } from '../../core/catalog/catalog.ts'
import { type CatalogChange, catalogChanges } from '../../core/catalog/catalog-diff.ts'
import { mergePulled, parseCatalog } from '../../core/catalog/catalog-file.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { placeText } from '../../core/diagnostics/render-problem.ts'
import { type ColumnReader, readersOf } from '../../core/mapping/column-readers.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import type { TextFile } from '../project/project-texts.ts'
import { tablesOf } from './pull-catalog.ts'

export interface ReadChange extends CatalogChange {
  readonly source: string
  readonly readers: readonly ColumnReader[]
  /** `breaking`: a mapping reads what is gone, has another name, or holds values of another type or a null. */
  readonly verdict: 'breaking' | 'harmless'
}

const breakingKinds: ReadonlySet<CatalogChange['kind']> = new Set<CatalogChange['kind']>([
  'tableDropped',
  'columnDropped',
  'columnRenamed',
  'columnRetyped',
  'columnNullable',
])

/** Writes nothing. Raises `INVALID_PROJECT` for a catalog that cannot be read, and what the database raises. */
export async function diffCatalog(
  wanted: { readonly source: string; readonly schemas: readonly string[]; readonly files: readonly TextFile[] },
  parts: {
    readonly openInspector: () => Promise<DatabaseInspector>
    /** Those of the source. */
    readonly mappings: readonly CompiledMapping[]
  },
): Promise<readonly ReadChange[]> {
  const { source, schemas, files } = wanted
  const file = files.find(({ path }) => path === `catalog/${source}.json`)
  const pulled = await tablesOf({ source, schemas }, parts.openInspector)
  const known = file === undefined ? nothingOf(source, pulled.kind) : readCatalog(file)
  return catalogChanges(known, mergePulled(pulled, known)).map((change) => {
    const readers = readersOf(parts.mappings, change)
    const verdict = breakingKinds.has(change.kind) && readers.length > 0 ? 'breaking' : 'harmless'
    return { source, ...change, readers, verdict }
  })
}

const nothingOf = (source: string, kind: SourceKind): Catalog => ({ source, kind, tables: new Map() })

function readCatalog({ path, text }: TextFile): Catalog {
  const parsed = parseCatalog({ text, file: path })
  if (parsed.kind === 'catalog') return parsed.catalog
  const [first] = parsed.problems
  const told = first === undefined ? path : `${placeText(first.place)} ${first.message}`
  throw new FalseworkError('INVALID_PROJECT', told)
}
