/** Pulls the catalog of a source: what the database says, with what people have added by hand. */
import type { Catalog } from '../../core/catalog/catalog.ts'
import { mergePulled, parseCatalog, serializeCatalog, tagsLost } from '../../core/catalog/catalog-file.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import { unreadProblems } from '../project/project-folder-problems.ts'
import type { ProjectTexts, TextFile } from '../project/project-texts.ts'

export type Pull =
  | ({ readonly kind: 'pulled' } & PulledCatalog)
  /** The file that is there cannot be read: nothing was changed, so that no note in it is lost. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

export interface PulledCatalog {
  readonly source: string
  readonly path: string
  readonly tables: number
  readonly change: 'written' | 'unchanged'
}

/**
 * Raises `NO_TABLES` where the database shows none, and `TAGS_LOST` where tags of personal data would be lost with their
 * columns, unless they are to be `dropped`: nothing was written then. And what the inspector raises.
 */
export async function pullCatalog(
  wanted: {
    readonly source: string
    readonly schemas: readonly string[]
    readonly files: readonly TextFile[]
    readonly unread?: ProjectTexts['unread']
    readonly lostTags?: 'refused' | 'dropped'
  },
  parts: {
    readonly openInspector: () => Promise<DatabaseInspector>
    readonly writeFile: (path: string, text: string) => Promise<void>
  },
): Promise<Pull> {
  const { source, schemas, files, unread = [], lostTags = 'refused' } = wanted
  const path = `catalog/${source}.json`
  // Its tags and comments would be lost.
  const problems = unreadProblems(unread.filter((file) => file.path === path))
  if (problems.length > 0) return { kind: 'refused', problems }
  const present = files.find((file) => file.path === path)
  const parsed = present === undefined ? null : parseCatalog({ text: present.text, file: path })
  if (parsed?.kind === 'refused') return parsed
  const pulled = await tablesOf({ source, schemas }, parts.openInspector)
  if (pulled.tables.size === 0) throw noTables(source, schemas)
  const merged = parsed === null ? pulled : mergePulled(pulled, parsed.catalog)
  const lost = parsed === null || lostTags === 'dropped' ? [] : tagsLost(merged, parsed.catalog)
  if (lost.length > 0) throw wouldLose(path, lost)
  const text = serializeCatalog(merged)
  const change = text === present?.text ? 'unchanged' : 'written'
  if (change === 'written') await parts.writeFile(path, text)
  return { kind: 'pulled', source, path, tables: merged.tables.size, change }
}

function noTables(source: string, schemas: readonly string[]): FalseworkError {
  const where = `${schemas.length === 1 ? 'schema' : 'schemas'} ${schemas.join(', ')}`
  return new FalseworkError('NO_TABLES', `${source}: the account of the connector sees no table in ${where}`)
}

const toldColumns = 5

function wouldLose(path: string, lost: readonly string[]): FalseworkError {
  const more = lost.length > toldColumns ? `, and ${lost.length - toldColumns} more` : ''
  const told = `${lost.slice(0, toldColumns).join(', ')}${more}`
  return new FalseworkError('TAGS_LOST', `${path}: columns of personal data are not there any more: ${told}`)
}

/** What the database says now. */
export async function tablesOf(
  selection: Parameters<DatabaseInspector['tables']>[0],
  openInspector: () => Promise<DatabaseInspector>,
): Promise<Catalog> {
  const inspector = await openInspector()
  try {
    return await inspector.tables(selection)
  } finally {
    await inspector.close()
  }
}
