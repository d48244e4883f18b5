/** The text of `catalog/<source>.json`: read with every mistake named, written so that a diff shows what changed. */
import { catalogCodes } from '../diagnostics/codes/catalog.ts'
import type { Problem } from '../diagnostics/problem.ts'
import { parseJson } from '../shape/json/json-tree.ts'
import { problemsOf } from '../shape/problems-of.ts'
import { readParsed } from '../shape/shape.ts'
import type { Catalog } from './catalog.ts'
import { catalogShape, catalogToJson } from './catalog-json.ts'

export type ParsedCatalog =
  | { readonly kind: 'catalog'; readonly catalog: Catalog }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

export function parseCatalog(source: { readonly text: string; readonly file: string }): ParsedCatalog {
  const parsed = parseJson(source.text)
  const read = readParsed(catalogShape, parsed)
  if (read.kind === 'value') return { kind: 'catalog', catalog: read.value }
  const code = parsed.kind === 'tree' ? 'FW2502' : 'FW2501'
  return { kind: 'refused', problems: problemsOf(read.mistakes, { ...source, code, name: catalogCodes[code].name }) }
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

/** The columns of personal data of the old catalog that the one in its place does not have: their tags would be lost. */
export function tagsLost(merged: Catalog, old: Catalog): readonly string[] {
  return [...old.tables.values()].flatMap(({ name, columns }) => {
    const left = new Set(merged.tables.get(name)?.columns.map((column) => column.name))
    return columns.flatMap((column) =>
      column.pii === undefined || left.has(column.name) ? [] : [`${name}.${column.name}`],
    )
  })
}
