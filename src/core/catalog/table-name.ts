/** How a table is called: `public.orders`, and with quotes where an identifier could be read in two ways: `"a.b".c`. */

/** `schema.table`; two tables never have one name. */
export type TableName = string & { readonly __brand: 'TableName' }

/** Of the identifiers themselves, as the database and Debezium's `source.schema` and `source.table` say them. */
export const tableName = (schema: string, table: string): TableName =>
  `${spelled(schema)}.${spelled(table)}` as TableName

const spelled = (identifier: string): string =>
  /[."]/.test(identifier) ? `"${identifier.replaceAll('"', '""')}"` : identifier

const quoted = '"(?:[^"]|"")+"'
/** Without quotes the first dot ends the schema, and everything behind it is the table. */
const form = new RegExp(`^(${quoted}|[^".][^.]*)\\.(${quoted}|.+)$`, 's')

/** The name that a text means, each of its identifiers in quotes or not; null for no schema and table. */
export function parseTableName(text: string): TableName | null {
  const [, schema, table] = form.exec(text) ?? []
  return schema === undefined || table === undefined ? null : tableName(meant(schema), meant(table))
}

/** The identifiers that a name is made of. */
export function identifiersOf(name: TableName): { readonly schema: string; readonly table: string } {
  const [, schema = '', table = ''] = form.exec(name) ?? []
  return { schema: meant(schema), table: meant(table) }
}

const isQuoted = new RegExp(`^${quoted}$`, 's')

const meant = (identifier: string): string =>
  isQuoted.test(identifier) ? identifier.slice(1, -1).replaceAll('""', '"') : identifier
