/** `with`: rows of the same source transaction, joined to the anchor by the values of columns. */
import type { Table } from '../../catalog/catalog.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { columnReaders } from '../../expression/column-readers.ts'
import { comparable, trimBlanks } from '../../expression/comparison.ts'
import { columnChanged } from '../../expression/call.ts'
import { type ColumnReader, describeType, type RowType } from '../../expression/expression-type.ts'
import { adaptLiteral } from '../../expression/literals.ts'
import type { Frame } from '../../expression/scope.ts'
import type { Typed } from '../../expression/typed.ts'
import type { Value } from '../../values/value.ts'
import type { RowImage } from '../../capture/row-change.ts'
import type { CompiledRule, CompiledWith } from '../compiled-mapping.ts'
import type { ChangePart, WithPart } from '../file/mapping-file.ts'
import type { CheckContext } from './check-context.ts'
import type { RuleScope } from './rule-scope.ts'

export function checkWith(
  context: CheckContext,
  { alias, part, table, scope }: { alias: string; part: WithPart; table: Table; scope: RuleScope },
): CompiledWith | null {
  const { reader } = context
  const columns = columnReaders(table, context.surroundings.settings)
  const row: RowType = { kind: 'row', name: alias, table, columns }
  const column = (name: string, place: WithPart['place']): ColumnReader | null =>
    columns.get(name) ??
    reader.complain('FW2007', place, {
      message: `no column '${name}' in ${table.name}`,
      hint: suggestion(name, columns.keys()),
    })
  const match = checkMatch(context, { part, table, column, scope })
  const where = checkWhere(context, { part, column })
  const order = part.orderBy === null ? null : column(part.orderBy.value, part.orderBy.place)
  const changed = compileChanged(context, { part, table, columns })
  if (scope.has(alias)) {
    reader.complain('FW2313', part.place, {
      message: `'${alias}' is taken: with aliases, lets and codes share their names`,
    })
  }
  const slot = scope.addAlias(alias, row, part.rows)
  if (match === null || where === null) return null
  return {
    alias,
    place: part.place,
    slot,
    table: table.name,
    operations: new Set(part.operations),
    changed,
    ...match,
    where,
    rows: part.rows,
    orderBy: order === null ? null : byColumn(order),
  }
}

type FindColumn = (name: string, place: WithPart['place']) => ColumnReader | null

function checkMatch(
  context: CheckContext,
  { part, table, column, scope }: { part: WithPart; table: Table; column: FindColumn; scope: RuleScope },
): Pick<CompiledWith, 'theirKey' | 'anchorKey'> | null {
  const theirs: ((row: RowImage) => Value)[] = []
  const ours: ((frame: Frame) => Value)[] = []
  let sound = true
  for (const [name, { column: place, expression }] of part.match) {
    const reader = column(name, place)
    const typed = context.compile(expression, scope.scope)
    if (reader === null || typed === null) {
      sound = false
      continue
    }
    if (comparable(reader.type, typed.type) === null || reader.type.kind !== typed.type.kind) {
      const [a, b] = [describeType(reader.type), describeType(typed.type)]
      context.reader.complain('FW2303', expression.place(0, expression.text.length), {
        message: `${table.name}.${name} is ${a}, ${expression.text} is ${b}`,
      })
      sound = false
    }
    theirs.push(reader.read)
    ours.push(typed.evaluate)
  }
  if (!sound) return null
  return {
    theirKey: (row) => joinText(theirs.map((read) => read(row))),
    anchorKey: (frame) => joinText(ours.map((evaluate) => evaluate(frame))),
  }
}

/** Null matches nothing, as in SQL; padding does not count. */
function joinText(values: readonly Value[]): string | null {
  let text = ''
  for (const value of values) {
    if (value === null) return null
    const part = typeof value === 'string' ? trimBlanks(value) : (value as number | bigint | boolean).toString()
    text += `${part.length}:${part}`
  }
  return text
}

function checkWhere(
  context: CheckContext,
  { part, column }: { part: WithPart; column: FindColumn },
): CompiledWith['where'] | null {
  const tests: ((row: RowImage) => boolean)[] = []
  for (const [name, constant] of part.where) {
    const reader = column(name, constant.place)
    if (reader === null) return null
    const typed = constantOf(constant.value, reader)
    const how = typed === null ? null : comparable(reader.type, typed.type)
    if (typed === null || how === null) {
      return context.reader.complain('FW2007', constant.place, {
        message: `'${constant.value}' is no ${describeType(reader.type)}, which column ${name} is`,
      })
    }
    const wanted = how.right(typed.evaluate([]))
    tests.push((row) => {
      const value = how.left(reader.read(row))
      return value !== null && wanted !== null && how.equal(value, wanted)
    })
  }
  return (row) => tests.every((test) => test(row))
}

function constantOf(text: string, reader: ColumnReader): Typed | null {
  const value = /^-?\d+$/.test(text) && reader.type.kind !== 'string' ? BigInt(text) : text
  const typed: Typed = {
    node: { kind: 'literal', value, text, start: 0, end: text.length },
    type: { kind: 'string' },
    nullable: false,
    whyNull: null,
    reads: new Set(),
    personalData: new Set(),
    canFail: false,
    literal: { value, text },
    evaluate: () => null,
  }
  return adaptLiteral(typed, reader.type)
}

function byColumn({ type, read }: ColumnReader): (a: RowImage, b: RowImage) => number {
  const compare = comparable(type, type)?.compare ?? null
  return (a, b) => {
    const left = read(a)
    const right = read(b)
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
    return compare === null ? 0 : compare(left, right)
  }
}

/** Whether any of the listed columns differs; null: every update counts. */
export function compileChanged(
  context: CheckContext,
  { part, table, columns }: { part: ChangePart; table: Table; columns: ReadonlyMap<string, ColumnReader> },
): CompiledRule['changed'] {
  if (part.changed === null || part.changed === 'any') return null
  const tests = part.changed.flatMap(({ value, place }) => {
    const reader = columns.get(value)
    if (reader !== undefined) return [columnChanged(reader)]
    context.reader.complain('FW2007', place, {
      message: `no column '${value}' in ${table.name}`,
      hint: suggestion(value, columns.keys()),
    })
    return []
  })
  return (before, after) => tests.some((test) => test(before, after))
}
