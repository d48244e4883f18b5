/** Names and texts as SQL takes them, whatever is in them. */
import { identifiersOf, type TableName } from './table-name.ts'

export interface SqlNames {
  readonly quoted: (identifier: string) => string
  readonly quotedTable: (name: TableName) => string
  /** A literal of the text, which means the same under every setting of the server. */
  readonly literal: (text: string) => string
}

const namesWith = (mark: string, literal: SqlNames['literal']): SqlNames => {
  const quoted = (identifier: string): string => `${mark}${identifier.replaceAll(mark, mark + mark)}${mark}`
  const quotedTable = (name: TableName): string => {
    const { schema, table } = identifiersOf(name)
    return `${quoted(schema)}.${quoted(table)}`
  }
  return { quoted, quotedTable, literal }
}

const plain = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** In `E''` a backslash escapes, whatever `standard_conforming_strings` says. */
export const postgresNames = namesWith('"', (text) =>
  text.includes('\\') ? `E${plain(text.replaceAll('\\', '\\\\'))}` : plain(text),
)

/** Whether a backslash escapes depends on `sql_mode`: a text that has one is written as its bytes. */
export const mariadbNames = namesWith('`', (text) =>
  text.includes('\\') ? `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'` : plain(text),
)
