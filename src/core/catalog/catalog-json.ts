/** The catalog as JSON: in `catalog/<source>.json` and, as the subset that a mapping reads, in each revision. */
import type { JsonObject } from '../diagnostics/json-object.ts'
import { list, nullable, object, optional, required } from '../shape/composites.ts'
import { type ComplainBelow, refine } from '../shape/modifiers.ts'
import { bool, custom, integer, oneOf, text } from '../shape/scalars.ts'
import { type ReadBy, type Shape, type Wrong, wrong } from '../shape/shape.ts'
import type { Path } from '../shape/tree.ts'
import {
  type Catalog,
  collations,
  keyActions,
  sourceKinds,
  type Table,
  triggerEvents,
  triggerTimings,
} from './catalog.ts'
import { parseTableName } from './table-name.ts'

const replicaIdentities = ['default', 'full', 'index', 'nothing'] as const

const table = custom('schema.table', parseTableName)
const columnNames = list(text)

const column = object({
  name: required(text, 'As the database has it.'),
  type: required(text, "The database's own spelling of the type, with length and scale."),
  nullable: required(bool, 'Whether the database takes NULL.'),
  collation: optional(
    oneOf(collations),
    'How the database compares texts: those that differ may be equal, or trailing blanks do not count.',
  ),
  values: optional(list(text), 'Values of an enum type or of a CHECK, where the database knows them.'),
  pii: optional(text, 'Personal data, of which kind: added by hand, kept by a pull.'),
  toastable: optional(bool, 'An unchanged value may be left out of an update.'),
  generated: optional(bool, 'The database computes it from other columns.'),
  dimensions: optional(integer(), 'Declared dimensions of an array, where they are more than one.'),
  zeroDates: optional(bool, 'NOT NULL, and 0000-00-00 is taken, which arrives as the beginning of 1970.'),
  comment: optional(text, 'From the database, or added by hand.'),
})

const foreignKey = object({
  columns: required(columnNames, 'Of this table.'),
  references: required(table, 'The other table.'),
  referencedColumns: required(columnNames, 'Of the other table.'),
  onDelete: required(oneOf(keyActions), 'What a delete there does here.'),
  onUpdate: optional(oneOf(keyActions), 'What another key there does here, where the database does not log that.'),
})

const trigger = object({
  name: required(text, 'As the database has it.'),
  timing: required(oneOf(triggerTimings), 'Whether it acts before the change or after it.'),
  events: required(list(oneOf(triggerEvents)), 'What it acts on.'),
  disabled: optional(bool, 'It does not act in the sessions of applications.'),
})

const declaredTable = object({
  name: required(table, 'schema.table.'),
  comment: optional(text, 'From the database, or added by hand.'),
  replicaIdentity: required(nullable(oneOf(replicaIdentities)), 'What the log says of rows that were; null: unknown.'),
  primaryKey: required(columnNames, 'Its columns; empty: there is none.'),
  deferrablePrimaryKey: optional(bool, 'Two rows may hold one key in mid-transaction.'),
  uniqueKeys: required(list(columnNames), 'Unique keys beside the primary key.'),
  foreignKeys: required(list(foreignKey), 'Its references to other tables.'),
  triggers: optional(list(trigger), 'What the database does by itself when its rows change.'),
  columns: required(list(column), 'As the database orders them.'),
})

/** A catalog; everything wrong or unknown in it is a mistake. */
export const catalogShape: Shape<Catalog> = refine(
  object({
    source: required(text, 'The source, as falsework.yaml names it.'),
    kind: required(oneOf(sourceKinds), 'What the database is.'),
    tables: required(list(refine(declaredTable, keysOfColumns)), 'By name.'),
  }),
  ({ source, kind, tables }, complain) => {
    const byName = new Map(tables.map((one) => [one.name, one]))
    const names = new Set<string>()
    const second = tables.findIndex(({ name }) => names.size === names.add(name).size)
    if (second < 0) return { source, kind, tables: byName }
    return complain(['tables', second, 'name'], `table ${tables[second]?.name ?? ''} is there twice`)
  },
)

/** A key is made of columns of its table. */
function keysOfColumns(declared: ReadBy<typeof declaredTable>, complain: ComplainBelow): Table | Wrong {
  const { deferrablePrimaryKey = false, ...rest } = declared
  const known = new Set(declared.columns.map(({ name }) => name))
  const keys: readonly (readonly [below: Path, columns: readonly string[]])[] = [
    [['primaryKey'], declared.primaryKey],
    ...declared.uniqueKeys.map((columns, at) => [['uniqueKeys', at], columns] as const),
    ...declared.foreignKeys.map(({ columns }, at) => [['foreignKeys', at, 'columns'], columns] as const),
  ]
  const unknown = keys.flatMap(([below, columns]) =>
    columns.flatMap((name, at) => (known.has(name) ? [] : [{ below: [...below, at], name }])),
  )
  for (const { below, name } of unknown) complain(below, `${declared.name} has no column ${name}`)
  return unknown.length > 0 ? wrong : { ...rest, ...(deferrablePrimaryKey && { deferrablePrimaryKey }) }
}

/** Keys in a fixed order, tables by name, columns as the database has them: the same catalog is the same text. */
export function catalogToJson(catalog: Catalog): JsonObject {
  const tables = [...catalog.tables.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { source: catalog.source, kind: catalog.kind, tables: tables.map(tableToJson) }
}

function tableToJson(table: Table): JsonObject {
  const { name, comment, replicaIdentity, primaryKey, uniqueKeys, foreignKeys, triggers = [], columns } = table
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
      ...(key.onUpdate !== undefined && { onUpdate: key.onUpdate }),
    })),
    ...(triggers.length > 0 && {
      triggers: triggers.map((one) => ({
        name: one.name,
        timing: one.timing,
        events: one.events,
        ...(one.disabled === true && { disabled: true }),
      })),
    }),
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      ...(column.collation !== undefined && { collation: column.collation }),
      ...(column.values !== undefined && { values: column.values }),
      ...(column.pii !== undefined && { pii: column.pii }),
      ...(column.toastable !== undefined && { toastable: column.toastable }),
      ...(column.generated !== undefined && { generated: column.generated }),
      ...(column.dimensions !== undefined && { dimensions: column.dimensions }),
      ...(column.zeroDates !== undefined && { zeroDates: column.zeroDates }),
      ...(column.comment !== undefined && { comment: column.comment }),
    })),
  }
}
