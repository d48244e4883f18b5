/** The structural scope of a mapping against the catalog: every row that a rule is about has exactly one. */
import type { Table, TableName } from '../../../catalog/catalog.ts'
import { type ColumnReader, describeType, type ExpressionType } from '../../../expression/types/expression-type.ts'
import type { MappingFile, ScopePart, WayPart } from '../../file/mapping-file.ts'
import type { Located } from '../../file/names.ts'
import type { StructuralScope } from '../../compiled-mapping.ts'
import type { CheckContext } from '../check-context.ts'
import { findMatchable, tableColumns } from '../table-columns.ts'
import { compileScope, type WayToParent } from './compile-scope.ts'

type TableOf = (part: { readonly table: Located<string> }) => Table | null

/** Null where the file says nothing of a scope, or something wrong, which is reported. */
export function checkScope(context: CheckContext, file: MappingFile, tableOf: TableOf): StructuralScope | null {
  const { scope: part } = file
  if (part === null) return null
  const root = findRoot(context, part, tableOf)
  if (root === null) return null
  const via = new Map<TableName, WayToParent>()
  for (const [alias, way] of part.via) {
    const found = checkWay(context, { alias, way, root: root.alias, part }, tableOf)
    if (found !== null) via.set(found.table, found)
  }
  // With a way that is wrong, more would be said of the tables behind it than there is.
  if (via.size < part.via.size) return null
  refuseUnreached(context, { file, part, root: root.alias })
  const scope = compileScope({ table: root.table.name, column: root.column, via })
  for (const index of scope.indexes) context.indexes.set(index.id, index)
  return scope
}

interface Root {
  readonly alias: string
  readonly table: Table
  readonly column: ColumnReader
}

/** Of which a value is a short text that people can type. */
const scopeTypes: ReadonlySet<ExpressionType['kind']> = new Set<ExpressionType['kind']>([
  'int',
  'long',
  'string',
  'enum',
  'uuid',
])

function findRoot(context: CheckContext, { column: { value, place } }: ScopePart, tableOf: TableOf): Root | null {
  const dot = value.indexOf('.')
  if (dot < 1) {
    const message = `'${value}' is no column of a table`
    return context.findings.complain('FW2007', place, { message, hint: 'column: orders.store_no' })
  }
  const alias = value.slice(0, dot)
  const table = tableOf({ table: { value: alias, place } })
  const column = table === null ? null : findKept(context, table, { value: value.slice(dot + 1), place })
  if (table === null || column === null) return null
  if (scopeTypes.has(column.type.kind)) return { alias, table, column }
  const message = `${table.name}.${column.column.name} is ${describeType(column.type)}: a scope is a number or a short text`
  return context.findings.complain('FW2335', place, { message })
}

/** The column, which must never be null, and by which rows can be found. */
function findKept(context: CheckContext, table: Table, name: Located<string>): ColumnReader | null {
  const reader = findMatchable(context, tableColumns(context, table), name)
  if (reader === null || !reader.column.nullable) return reader
  const message = `${table.name}.${name.value} may be null: such a row would be in no scope`
  return context.findings.complain('FW2333', name.place, { message })
}

interface Way {
  readonly alias: string
  readonly way: WayPart
  readonly root: string
  readonly part: ScopePart
}

function checkWay(
  context: CheckContext,
  { alias, way, root, part }: Way,
  tableOf: TableOf,
): (WayToParent & { readonly table: TableName }) | null {
  const { findings } = context
  if (alias === root) {
    const message = `'${alias}' has the column of the scope, and needs no way to it`
    return findings.complain('FW2335', way.namePlace, { message })
  }
  const table = tableOf({ table: { value: alias, place: way.namePlace } })
  const parent = tableOf({ table: way.parent })
  const column = table === null ? null : findKept(context, table, way.column)
  if (table === null || parent === null || column === null) return null
  if (!reaches(way.parent.value, root, part)) {
    const message = `'${way.parent.value}' does not reach the scope`
    return findings.complain('FW2335', way.parent.place, {
      message,
      hint: `have ${[root, ...part.via.keys()].join(', ')}`,
    })
  }
  const parentKey = keyOfParent(context, { parent, column, way, table })
  return parentKey === null ? null : { table: table.name, parent: parent.name, column, parentKey }
}

interface Parent {
  readonly parent: Table
  readonly table: Table
  readonly column: ColumnReader
  readonly way: WayPart
}

function keyOfParent(context: CheckContext, { parent, column, way, table }: Parent): ColumnReader | null {
  const [key, more] = parent.primaryKey
  const { findings } = context
  if (key === undefined || more !== undefined) {
    const message = `${parent.name} has no primary key of one column`
    return findings.complain('FW2335', way.parent.place, { message })
  }
  if (!context.surroundings.keepsRows(parent)) {
    const message = `rows of ${parent.name} are not kept, and tell the scope of those of ${table.name}`
    const hint = `a primary key for ${parent.name}, and it is not to stand under rows.exclude in falsework.yaml`
    return findings.complain('FW2335', way.parent.place, { message, hint })
  }
  const reader = findMatchable(context, tableColumns(context, parent), { value: key, place: way.parent.place })
  if (reader === null || reader.column.type === column.column.type) return reader
  const message = `${table.name}.${column.column.name} is ${column.column.type}, and ${parent.name}.${key} is ${reader.column.type}`
  return findings.complain('FW2335', way.column.place, { message })
}

/** From table to table, each taken once: a circle leads nowhere. */
function reaches(alias: string, root: string, { via }: ScopePart): boolean {
  let at = alias
  for (let steps = 0; steps <= via.size; steps++) {
    if (at === root) return true
    const next = via.get(at)
    if (next === undefined) return false
    at = next.parent.value
  }
  return false
}

interface Unreached {
  readonly file: MappingFile
  readonly part: ScopePart
  readonly root: string
}

/** Said once of all of them, at the scope: the rules are right as they are. */
function refuseUnreached({ findings }: CheckContext, { file, part, root }: Unreached): void {
  const named = file.rules.flatMap((rule) => [rule.on, ...rule.with.values()].flatMap((one) => one?.table.value ?? []))
  const unreached = [...new Set(named)].filter((alias) => file.tables.has(alias) && !reaches(alias, root, part))
  if (unreached.length === 0) return
  const message = `nothing says how rows of ${unreached.join(', ')} reach ${part.column.value}`
  const ways = unreached.map((alias) => `${alias}: {<column>: ${root}}`)
  findings.complain('FW2334', part.place, { message, hint: `via: {${ways.join(', ')}}` })
}
