/** Pulls the catalog of a source: what the database says, with what people have added by hand. */
import { mergePulled, parseCatalog, serializeCatalog } from '../../core/catalog/catalog-file.ts'
import type { DatabaseInspector } from '../../ports/database-inspector.ts'
import type { TextFile } from '../project/project-texts.ts'

export interface PulledCatalog {
  readonly source: string
  readonly path: string
  readonly tables: number
  readonly change: 'written' | 'unchanged'
}

export async function pullCatalog(
  wanted: { readonly source: string; readonly schemas: readonly string[]; readonly files: readonly TextFile[] },
  parts: {
    readonly openInspector: () => Promise<DatabaseInspector>
    readonly writeFile: (path: string, text: string) => Promise<void>
  },
): Promise<PulledCatalog> {
  const { source, schemas, files } = wanted
  const path = `catalog/${source}.json`
  const inspector = await parts.openInspector()
  try {
    const pulled = await inspector.tables({ source, schemas })
    const present = files.find((file) => file.path === path)
    const parsed = present === undefined ? null : parseCatalog({ text: present.text, file: path })
    const merged = parsed?.kind === 'catalog' ? mergePulled(pulled, parsed.catalog) : pulled
    const text = serializeCatalog(merged)
    const tables = merged.tables.size
    if (text === present?.text) return { source, path, tables, change: 'unchanged' }
    await parts.writeFile(path, text)
    return { source, path, tables, change: 'written' }
  } finally {
    await inspector.close()
  }
}
