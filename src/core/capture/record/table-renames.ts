/** Which tables a statement of DDL gives another name, as MySQL and MariaDB write it into their binary log. */
import type { JsonObject } from './record-json.ts'
import { type TableName, tableName } from '../../catalog/catalog.ts'

export interface TableRename {
  readonly from: TableName
  readonly to: TableName
}

const word = '(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\\p{L}\\p{N}_$]+)'
const name = `${word}(?:\\s*\\.\\s*${word})?`
const comments = /^(?:\s+|\/\*.*?\*\/|--[^\n]*\n|#[^\n]*\n)+/s
const renameTables = /^rename\s+tables?\s+(?:if\s+exists\s+)?/iu
const pair = new RegExp(`^\\s*(${name})(?:\\s+(?:wait\\s+\\d+|nowait))?\\s+to\\s+(${name})\\s*(?:,|$)`, 'iu')
const alterTable = new RegExp(
  `^alter\\s+(?:online\\s+)?(?:ignore\\s+)?table\\s+(?:if\\s+exists\\s+)?(${name})\\s`,
  'iu',
)
const renamesTo = new RegExp(
  `[\\s,]rename\\s+(?!column\\s|index\\s|key\\s)(?:to\\s+|as\\s+|=\\s*)?(${name})\\s*(?:,|$)`,
  'iu',
)

/** Those of a record of a schema change. */
export function renamesIn({ ddl, databaseName }: JsonObject): readonly TableRename[] {
  return typeof ddl === 'string' && typeof databaseName === 'string' ? tableRenames(ddl, databaseName) : []
}

/** In their order. None for any other statement, and for one that cannot be told. */
export function tableRenames(ddl: string, database: string): readonly TableRename[] {
  const statement = ddl.replace(comments, '').replace(/[\s;]+$/, '')
  const head = renameTables.exec(statement)
  if (head !== null) return pairsOf(statement.slice(head[0].length), database)
  const [begin, from] = alterTable.exec(statement) ?? []
  if (begin === undefined || from === undefined) return []
  // The blank behind the name may be the one before the word.
  const to = renamesTo.exec(statement.slice(begin.length - 1))?.[1]
  return to === undefined ? [] : [{ from: tableOf(from, database), to: tableOf(to, database) }]
}

function pairsOf(text: string, database: string): readonly TableRename[] {
  const renames: TableRename[] = []
  for (let rest = text, found = pair.exec(rest); found !== null; found = pair.exec(rest)) {
    const [whole, from = '', to = ''] = found
    renames.push({ from: tableOf(from, database), to: tableOf(to, database) })
    rest = rest.slice(whole.length)
  }
  return renames
}

function tableOf(written: string, database: string): TableName {
  const [first = '', second] = [...written.matchAll(new RegExp(word, 'gu'))].map(([part]) => unquoted(part))
  return second === undefined ? tableName(database, first) : tableName(first, second)
}

function unquoted(part: string): string {
  const [quote = ''] = part
  return quote === '`' || quote === '"' ? part.slice(1, -1).replaceAll(quote + quote, quote) : part
}
