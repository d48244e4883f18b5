/** The structural scope of a mapping against the catalog: every row that a rule is about has exactly one. */
import type { Column, Table, TableName } from '../../../catalog/catalog.ts'
import { suggestion } from '../../../diagnostics/nearest-name.ts'
import type { MappingFile, ScopePart, WayPart } from '../../file/mapping-file.ts'
import type { Located } from '../../file/names.ts'
import type { StructuralScope } from '../../compiled-mapping.ts'
import type { CheckContext } from '../check-context.ts'

type TableOf = (part: { readonly table: Located<string> }) => Table | null

/** Null where the file says nothing of a scope, or something wrong, which is reported. */
export function checkScope(context: CheckContext, file: MappingFile, tableOf: TableOf): StructuralScope | null {
  const { scope: part } = file
  if (part === null) return null
  const root = findRoot(context, part, tableOf)
  if (root === null) return null
  const via = new Map<TableName, { readonly column: string; readonly parent: TableName }>()
  for (const [alias, way] of part.via) {
    const found = checkWay(context, { alias, way, root: root.alias, part }, tableOf)
    if (found !== null) via.set(found.table, { column: found.column, parent: found.parent })
  }
  // With a way that is wrong, more would be said of the tables behind it than there is.
  if (via.size === part.via.size) refuseUnreached(context, { file, part, root: root.alias })
  return { table: root.table.name, column: root.column.name, via }
}

interface Root {
  readonly alias: string
  readonly table: Table
  readonly column: Column
}

function findRoot(context: CheckContext, { column: { value, place } }: ScopePart, tableOf: TableOf): Root | null {
  const dot = value.indexOf('.')
  if (dot < 1) {
    const message = `'${value}' is no column of a table`
    return context.findings.complain('FW2007', place, { message, hint: 'column: orders.store_no' })
  }
  const alias = value.slice(0, dot)
  const table = tableOf({ table: { value: alias, place } })
  const column = table === null ? null : findKept(context, table, { value: value.slice(dot + 1), place })
  return table === null || column === null ? null : { alias, table, column }
}

/** The column, which must never be null. */
function findKept({ findings }: CheckContext, table: Table, { value, place }: Located<string>): Column | null {
  const column = table.columns.find(({ name }) => name === value)
  if (column === undefined) {
    const names = table.columns.map(({ name }) => name)
    return findings.complain('FW2103', place, {
      message: `no column '${value}' in ${table.name}`,
      hint: suggestion(value, names),
    })
  }
  if (!column.nullable) return column
  const message = `${table.name}.${value} may be null: such a row would be in no scope`
  return findings.complain('FW2333', place, { message })
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
): { readonly table: TableName; readonly column: string; readonly parent: TableName } | null {
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
  const [key, more] = parent.primaryKey
  const referenced = more === undefined ? parent.columns.find(({ name }) => name === key) : undefined
  if (referenced === undefined) {
    const message = `${parent.name} has no primary key of one column`
    return findings.complain('FW2335', way.parent.place, { message })
  }
  if (referenced.type !== column.type) {
    const message = `${table.name}.${column.name} is ${column.type}, and ${parent.name}.${referenced.name} is ${referenced.type}`
    return findings.complain('FW2335', way.column.place, { message })
  }
  return { table: table.name, column: column.name, parent: parent.name }
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
