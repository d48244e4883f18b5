/** A column in SQL as the text that PostgreSQL would write for its value: one way to write each, whatever the database. */
import type { Column } from '../../core/catalog/catalog.ts'
import { mariadbNames } from '../../core/catalog/sql-names.ts'

const { quoted } = mariadbNames

/** `type` is spelled as the catalog does. The session is in UTC. */
export function textOfColumn({ name, type, nullable }: Column): string {
  const column = quoted(name)
  const [, word = '', length = '1'] = /^(\w+)(?:\((\d+)\))?/.exec(type) ?? []
  switch (word) {
    case 'bit':
      return `IF(${column} IS NULL, NULL, LPAD(BIN(${column}), ${length}, '0'))`
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return `CONCAT('\\\\x', LOWER(HEX(${column})))`
    case 'float':
      // As a float it would be written with six digits.
      return `CAST(CAST(${column} AS double) AS char)`
    case 'date':
    case 'datetime':
    case 'timestamp':
      return dated(column, { word, nullable })
    default:
      return `CAST(${column} AS char CHARACTER SET utf8mb4)`
  }
}

/** A zero date is none, or the beginning of 1970 where there must be one: so the connector sends it. */
function dated(column: string, { word, nullable }: { readonly word: string; readonly nullable: boolean }): string {
  const zero = nullable ? 'NULL' : word === 'date' ? `'1970-01-01'` : `'1970-01-01 00:00:00'`
  return `IF(${column} = 0, ${zero}, CAST(${column} AS char))`
}
