/** Names as SQL takes them, whatever is in them. */
import { identifiersOf, type TableName } from '../../core/catalog/table-name.ts'

export const quoted = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``

export function quotedTable(name: TableName): string {
  const { schema, table } = identifiersOf(name)
  return `${quoted(schema)}.${quoted(table)}`
}
