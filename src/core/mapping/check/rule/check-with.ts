/** `with`: rows of the same source transaction, joined to the anchor by the values of columns. */
import type { Table } from '../../../catalog/catalog.ts'
import { columnChanged } from '../../../expression/elaborate/changed.ts'
import { isLoose } from '../../../expression/types/comparison.ts'
import { describeType, type RowType } from '../../../expression/types/expression-type.ts'
import { type Match, matchColumn, matchText } from '../../../expression/types/matching.ts'
import type { CompiledRule, CompiledWith } from '../../compiled-mapping.ts'
import type { ChangePart, WithPart } from '../../file/mapping-file.ts'
import { sharedNames } from '../../file/names.ts'
import { type CheckContext, placeOf } from '../check-context.ts'
import type { RuleScope } from './rule-scope.ts'
import {
  checkOrder,
  checkWhere,
  findColumn,
  notMatched,
  onlyWhere,
  type TableColumns,
  tableColumns,
} from '../table-columns.ts'

interface WithCase extends Pick<CompiledWith, 'takesDerived'> {
  readonly alias: string
  readonly part: WithPart
  readonly table: Table
  readonly scope: RuleScope
}

export function checkWith(
  context: CheckContext,
  { alias, part, table, scope, takesDerived }: WithCase,
): CompiledWith | null {
  const { findings } = context
  const columns = tableColumns(context, table)
  const row: RowType = { kind: 'row', name: alias, table, columns: columns.readers }
  const match = checkMatch(context, { part, columns, scope })
  const where = checkWhere(context, columns, part.where)
  const order = part.orderBy === null ? null : checkOrder(context, columns, part.orderBy)
  const changed = compileChanged(context, { part, columns })
  if (scope.has(alias)) {
    findings.complain('FW2313', part.namePlace, { message: `'${alias}' is taken: ${sharedNames}` })
  }
  const slot = scope.addAlias(alias, row, part.rows)
  if (match === null || where === null) return null
  return {
    alias,
    place: part.place,
    slot,
    table: table.name,
    operations: new Set(part.operations),
    takesDerived,
    changed,
    ...match,
    where,
    rows: part.rows,
    orderBy: order,
  }
}

function checkMatch(
  context: CheckContext,
  { part, columns, scope }: { part: WithPart; columns: TableColumns; scope: RuleScope },
): Pick<CompiledWith, 'theirKey' | 'anchorKey'> | null {
  const matches: Match[] = []
  for (const [name, { column: place, expression }] of part.match) {
    const reader = findColumn(context, columns, { value: name, place })
    const typed = context.compile(expression, scope.scope)
    if (reader === null || typed === null) continue
    const match = matchColumn(reader, typed)
    if (match !== null) {
      matches.push(match)
      continue
    }
    const [a, b] = [describeType(reader.type), describeType(typed.type)]
    const message = `${columns.table.name}.${name} is ${a}, ${expression.text} is ${b}`
    context.findings.complain('FW2303', placeOf(expression), {
      message: a === b ? `${message}: ${notMatched}` : message,
      ...(isLoose(reader.type) && { hint: onlyWhere }),
    })
  }
  if (matches.length < part.match.size) return null
  return {
    theirKey: (row) => matchText(matches.map(({ theirs }) => theirs(row))),
    anchorKey: (frame) => matchText(matches.map(({ ours }) => ours(frame))),
  }
}

/** Whether any of the listed columns differs; null: every update counts. */
export function compileChanged(
  context: CheckContext,
  { part, columns }: { part: ChangePart; columns: TableColumns },
): CompiledRule['changed'] {
  if (part.changed === null || part.changed === 'any') return null
  const tests = part.changed.flatMap((name) => {
    const reader = findColumn(context, columns, name)
    if (reader === null) return []
    const changed = columnChanged(reader)
    if (changed !== null) return [changed]
    const message = `${columns.table.name}.${name.value} is a ${describeType(reader.type)}: only the database can compare it`
    const hint = 'changed: any, and lower(before.x) != lower(after.x)'
    context.findings.complain('FW2007', name.place, { message, hint })
    return []
  })
  return (before, after) => tests.some((test) => test(before, after))
}
