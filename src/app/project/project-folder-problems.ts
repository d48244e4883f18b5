/** What of a project folder no check would ever see: files that nobody reads, and those that stand for the same thing. */
import type { Catalog } from '../../core/catalog/catalog.ts'
import { mappingCodes } from '../../core/diagnostics/codes/mapping.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { brand } from '../../brand.ts'
import type { Project, UnreadFile } from './project-texts.ts'

/** An error where something that was meant would silently be missing, a warning where it may be meant so. */
export function unreadProblems(unread: readonly UnreadFile[]): readonly Problem[] {
  return unread.flatMap((file) => {
    switch (file.kind) {
      case 'otherName':
        return otherName(file)
      case 'unreadable':
        return said('error', file.path, `it ${file.reason}`)
      case 'noFolder':
        return file.path === 'mappings' ? said('warning', file.path, 'there is no such folder: no mapping is read') : []
    }
  })
}

/** Other ends of names that files of these kinds have elsewhere. */
const otherExtensions: ReadonlyMap<string, readonly string[]> = new Map([
  ['.yaml', ['.yml', '.json']],
  ['.avsc', ['.json', '.avdl', '.avpr']],
  ['.json', ['.yaml', '.yml']],
])

/** A page about the folder is nobody's mistake. */
const isPage = (path: string): boolean => /\.(md|txt)$/i.test(path)

function otherName({ path, extension }: Extract<UnreadFile, { kind: 'otherName' }>): readonly Problem[] {
  if (isPage(path)) return []
  const lower = path.toLowerCase()
  const written = [extension, ...(otherExtensions.get(extension) ?? [])].find((end) => lower.endsWith(end))
  const message = `it is not read: the files of ${path.split('/')[0] ?? path} end in ${extension}`
  if (written === undefined) return said('warning', path, message, 'rename it, or move it out of the folder')
  return said('error', path, message, `rename it to ${path.slice(0, -written.length)}${extension}`)
}

/** Catalogs and connector files that belong to no source, or to one that has another. */
export function strayFileProblems({ texts, sources }: Project, catalogs: readonly FiledCatalog[]): readonly Problem[] {
  const first = new Map<string, string>()
  const ofCatalogs = catalogs.flatMap(({ path, catalog: { source } }) => {
    const other = first.get(source)
    if (other !== undefined) return said('error', path, `${other} is the catalog of ${source} already`, 'delete one')
    first.set(source, path)
    if (sources.has(source)) return []
    const message = `it is a catalog of ${source}, a source that ${brand.projectFile} does not declare`
    return said('warning', path, message, suggestion(source, sources.keys()))
  })
  const named = new Set([...sources.values()].map(({ connector }) => connector))
  const ofConnectors = texts.connectors.flatMap(({ path }) =>
    named.has(path) ? [] : said('warning', path, `no source of ${brand.projectFile} names this connector file`),
  )
  return [...ofCatalogs, ...ofConnectors]
}

export interface FiledCatalog {
  readonly path: string
  readonly catalog: Catalog
}

function said(severity: Problem['severity'], file: string, message: string, hint = ''): readonly Problem[] {
  const { name } = mappingCodes.FW2009
  const place = { file, line: 1, column: 1, length: 1 }
  return [{ severity, code: 'FW2009', name, message, place, ...(hint !== '' && { hint }) }]
}
