/** The catalog as JSON: in `catalog/<source>.json` and, as the subset that a mapping reads, in each revision. */
import { type ComplainAt, type JsonObject, type JsonPath, JsonReader } from '../diagnostics/json-object.ts'
import { type Catalog, type Column, type ForeignKey, sourceKinds, type Table, type TableName } from './catalog.ts'

const replicaIdentities = [null, 'default', 'full', 'index', 'nothing'] as const
const deleteActions = ['no action', 'restrict', 'cascade', 'set null', 'set default'] as const

/** Reads a catalog; everything wrong or unknown in it is reported. */
export function catalogFromJson(json: unknown, path: JsonPath, complain: ComplainAt): Catalog {
  const reader = new JsonReader(json, path, complain)
  const source = reader.text('source')
  const kind = reader.oneOf('kind', sourceKinds)
  const list = reader.list('tables', (value, at) => tableFromJson(value, at, complain))
  reader.expectNothingElse()
  const tables = new Map<TableName, Table>()
  for (const table of list) {
    if (tables.has(table.name)) complain(path, `table ${table.name} is there twice`)
    tables.set(table.name, table)
  }
  return { source, kind, tables }
}

function tableFromJson(json: unknown, path: JsonPath, complain: ComplainAt): Table {
  const reader = new JsonReader(json, path, complain)
  const name = tableNameOf(reader, 'name', complain)
  const columns = reader.list('columns', (value, at) => columnFromJson(value, at, complain))
  const known = new Set(columns.map((column) => column.name))
  const columnList = (value: unknown, at: JsonPath): readonly string[] => {
    const names = Array.isArray(value) ? value.map((item: unknown, i) => reader.readText(item, [...at, i])) : []
    if (!Array.isArray(value)) complain(at, 'expected a list of columns')
    for (const column of names) if (!known.has(column)) complain(at, `${name} has no column ${column}`)
    return names
  }
  const primaryKey = columnList(reader.texts('primaryKey'), [...path, 'primaryKey'])
  const deferrable = reader.has('deferrablePrimaryKey') ? reader.bool('deferrablePrimaryKey') : false
  const uniqueKeys = reader.list('uniqueKeys', columnList)
  const foreignKeys = reader.list('foreignKeys', (value, at): ForeignKey => {
    const key = new JsonReader(value, at, complain)
    const foreignKey = {
      columns: columnList(key.texts('columns'), [...at, 'columns']),
      references: tableNameOf(key, 'references', complain),
      referencedColumns: key.texts('referencedColumns'),
      onDelete: key.oneOf('onDelete', deleteActions),
    }
    key.expectNothingElse()
    return foreignKey
  })
  const replicaIdentity = reader.oneOf('replicaIdentity', replicaIdentities)
  const comment = reader.optionalText('comment')
  reader.expectNothingElse()
  return {
    name,
    columns,
    primaryKey,
    ...(deferrable && { deferrablePrimaryKey: true }),
    uniqueKeys,
    foreignKeys,
    replicaIdentity,
    ...(comment !== undefined && { comment }),
  }
}

function tableNameOf(reader: JsonReader, key: string, complain: ComplainAt): TableName {
  const name = reader.text(key)
  if (!/^[^.]+\..+$/.test(name)) complain([...reader.path, key], `${key}: expected schema.table`)
  return name as TableName
}

function columnFromJson(json: unknown, path: JsonPath, complain: ComplainAt): Column {
  const reader = new JsonReader(json, path, complain)
  const name = reader.text('name')
  const type = reader.text('type')
  const nullable = reader.bool('nullable')
  const values = reader.optionalList('values', reader.readText)
  const pii = reader.optionalText('pii')
  const toastable = reader.has('toastable') ? reader.bool('toastable') : undefined
  const generated = reader.has('generated') ? reader.bool('generated') : undefined
  const dimensions = reader.has('dimensions') ? reader.count('dimensions') : undefined
  const comment = reader.optionalText('comment')
  reader.expectNothingElse()
  return {
    name,
    type,
    nullable,
    ...(values !== undefined && { values }),
    ...(pii !== undefined && { pii }),
    ...(toastable !== undefined && { toastable }),
    ...(generated !== undefined && { generated }),
    ...(dimensions !== undefined && { dimensions }),
    ...(comment !== undefined && { comment }),
  }
}

/** Keys in a fixed order, tables by name, columns as the database has them: the same catalog is the same text. */
export function catalogToJson(catalog: Catalog): JsonObject {
  const tables = [...catalog.tables.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { source: catalog.source, kind: catalog.kind, tables: tables.map(tableToJson) }
}

function tableToJson(table: Table): JsonObject {
  const { name, comment, replicaIdentity, primaryKey, uniqueKeys, foreignKeys, columns } = table
  return {
    name,
    ...(comment !== undefined && { comment }),
    replicaIdentity,
    primaryKey,
    ...(table.deferrablePrimaryKey === true && { deferrablePrimaryKey: true }),
    uniqueKeys,
    foreignKeys: foreignKeys.map((key) => ({
      columns: key.columns,
      references: key.references,
      referencedColumns: key.referencedColumns,
      onDelete: key.onDelete,
    })),
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      ...(column.values !== undefined && { values: column.values }),
      ...(column.pii !== undefined && { pii: column.pii }),
      ...(column.toastable !== undefined && { toastable: column.toastable }),
      ...(column.generated !== undefined && { generated: column.generated }),
      ...(column.dimensions !== undefined && { dimensions: column.dimensions }),
      ...(column.comment !== undefined && { comment: column.comment }),
    })),
  }
}
