/** The text of `catalog/<source>.json`: read with every mistake named, written so that a diff shows what changed. */
import { catalogCodes } from '../diagnostics/codes/catalog.ts'
import { jsonLocator } from '../diagnostics/json-locator.ts'
import { parseJsonText } from '../diagnostics/json-text.ts'
import type { Place, Problem } from '../diagnostics/problem.ts'
import type { Catalog } from './catalog.ts'
import { catalogFromJson, catalogToJson } from './catalog-json.ts'

export type ParsedCatalog =
  | { readonly kind: 'catalog'; readonly catalog: Catalog }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

export function parseCatalog(source: { readonly text: string; readonly file: string }): ParsedCatalog {
  const problems: Problem[] = []
  const add = (code: keyof typeof catalogCodes, place: Place, message: string): void => {
    problems.push({ severity: 'error', code, name: catalogCodes[code].name, message, place })
  }
  const read = parseJsonText(source)
  if (read.kind === 'mistake') {
    add('FW2501', read.place, read.message)
    return { kind: 'refused', problems }
  }
  const locate = jsonLocator(source.text, source.file)
  const catalog = catalogFromJson(read.json, [], (path, message) => add('FW2502', locate(path), message))
  return problems.length === 0 ? { kind: 'catalog', catalog } : { kind: 'refused', problems }
}

/** Two spaces, short lists on one line, one line end at the end. */
export function serializeCatalog(catalog: Catalog): string {
  const text = JSON.stringify(catalogToJson(catalog), null, 2)
  // A list of names on a line of its own each hides what matters in a diff.
  const compact = text.replace(/\[\n\s+("[^\n]*"(?:,\n\s+"[^\n]*")*)\n\s+\]/g, (_list, names: string) => {
    return `[${names.replaceAll(/,\n\s+/g, ', ')}]`
  })
  return `${compact}\n`
}

/** A catalog as the database has it now, with the notes that people added to the old one: `pii` and comments. */
export function mergePulled(pulled: Catalog, old: Catalog): Catalog {
  const tables = [...pulled.tables.values()].map((table) => {
    const before = old.tables.get(table.name)
    if (before === undefined) return table
    const notes = new Map(before.columns.map((column) => [column.name, column]))
    const columns = table.columns.map((column) => {
      const { pii, comment } = notes.get(column.name) ?? {}
      return {
        ...column,
        ...(pii !== undefined && { pii }),
        ...(comment !== undefined && column.comment === undefined && { comment }),
      }
    })
    const keepComment = before.comment !== undefined && table.comment === undefined
    return { ...table, columns, ...(keepComment && { comment: before.comment }) }
  })
  return { ...pulled, tables: new Map(tables.map((table) => [table.name, table])) }
}
