/** `with`: rows of the same source transaction, joined to the anchor by the values of columns. */
import { whyUnreadable } from '../../capture/decode/column-decoder.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { Table } from '../../catalog/catalog.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Place } from '../../diagnostics/problem.ts'
import { columnChanged } from '../../expression/call.ts'
import { columnReaders } from '../../expression/column-readers.ts'
import { comparable, isLoose } from '../../expression/comparison.ts'
import { type ColumnReader, describeType, type RowType } from '../../expression/expression-type.ts'
import { adaptLiteral } from '../../expression/literals.ts'
import type { Frame } from '../../expression/scope.ts'
import type { Value } from '../../values/value.ts'
import type { CompiledRule, CompiledWith } from '../compiled-mapping.ts'
import type { ChangePart, WithPart } from '../file/mapping-file.ts'
import { valueOfText } from '../file/value-of-text.ts'
import type { Located } from '../file/yaml-reader.ts'
import { type CheckContext, placeOf } from './check-context.ts'
import type { RuleScope } from './rule-scope.ts'

export function checkWith(
  context: CheckContext,
  { alias, part, table, scope }: { alias: string; part: WithPart; table: Table; scope: RuleScope },
): CompiledWith | null {
  const { reader } = context
  const columns = columnReaders(table, context.surroundings.settings)
  const row: RowType = { kind: 'row', name: alias, table, columns }
  const column = (name: string, place: WithPart['place']): ColumnReader | null => {
    context.reads.add(`${table.name}.${name}`)
    return columns.get(name) ?? unknownColumn(context, { name, place, table })
  }
  const match = checkMatch(context, { part, table, column, scope })
  const where = checkWhere(context, { part, column })
  const order = part.orderBy === null ? null : checkOrder(context, column, part.orderBy)
  const changed = compileChanged(context, { part, table, columns })
  if (scope.has(alias)) {
    reader.complain('FW2313', part.namePlace, {
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
    orderBy: order,
  }
}

function unknownColumn(
  { reader }: CheckContext,
  { name, place, table }: { readonly name: string; readonly place: Place; readonly table: Table },
): null {
  const column = table.columns.find((known) => known.name === name)
  if (column !== undefined) {
    const message = `${table.name}.${name} ${whyUnreadable(column)}`
    return reader.complain('FW2106', place, { message })
  }
  const names = table.columns.map((known) => known.name)
  return reader.complain('FW2103', place, {
    message: `no column '${name}' in ${table.name}`,
    hint: suggestion(name, names),
  })
}

type FindColumn = (name: string, place: WithPart['place']) => ColumnReader | null

/** Types whose values are equal where their texts are. */
const matchable: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'long',
  'decimal',
  'string',
  'enum',
  'uuid',
  'bytes',
  'date',
  'time',
  'localdatetime',
  'timestamp',
])

function checkMatch(
  context: CheckContext,
  { part, table, column, scope }: { part: WithPart; table: Table; column: FindColumn; scope: RuleScope },
): Pick<CompiledWith, 'theirKey' | 'anchorKey'> | null {
  const theirs: ((row: RowImage) => Value)[] = []
  const ours: ((frame: Frame) => Value)[] = []
  for (const [name, { column: place, expression }] of part.match) {
    const reader = column(name, place)
    const typed = context.compile(expression, scope.scope)
    if (reader === null || typed === null) continue
    // A constant beside citext is citext, as it is in SQL.
    const given = reader.type.kind === typed.type.kind ? (adaptLiteral(typed, reader.type) ?? typed) : null
    const how = given === null ? null : comparable(reader.type, given.type)
    if (how === null || !matchable.has(reader.type.kind)) {
      const [a, b] = [describeType(reader.type), describeType(typed.type)]
      const message = `${table.name}.${name} is ${a}, ${expression.text} is ${b}`
      context.reader.complain('FW2303', placeOf(expression), {
        message: a === b ? `${message}: values of this type are not matched` : message,
        ...(isLoose(reader.type) && { hint: onlyWhere }),
      })
      continue
    }
    const { read } = reader
    const { evaluate } = typed
    theirs.push((row) => how.left(read(row)))
    ours.push((frame) => how.right(evaluate(frame)))
  }
  if (theirs.length < part.match.size) return null
  return {
    theirKey: (row) => joinText(theirs.map((read) => read(row))),
    anchorKey: (frame) => joinText(ours.map((evaluate) => evaluate(frame))),
  }
}

const onlyWhere = 'match by another column, such as a numeric key: only the database can compare this one'

/** Of a value that can be matched: no two are one text. */
function textOf(value: NonNullable<Value>): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return typeof value === 'object' ? JSON.stringify(value) : value.toString()
}

/** Null matches nothing, as in SQL. */
function joinText(values: readonly Value[]): string | null {
  let text = ''
  for (const value of values) {
    if (value === null) return null
    const part = textOf(value)
    // The length tells where a text ends, whatever it contains.
    text += `${part.length}:${part}`
  }
  return text
}

function checkWhere(
  context: CheckContext,
  { part, column }: { part: WithPart; column: FindColumn },
): CompiledWith['where'] | null {
  const tests: ((row: RowImage) => boolean)[] = []
  for (const [name, { column: place, constant }] of part.where) {
    const reader = column(name, place)
    if (reader === null) continue
    const { type, read } = reader
    const wanted = valueOfText(constant.value, type)
    const how = comparable(type, type)
    if (wanted === undefined || how === null) {
      const message = isLoose(type)
        ? `column ${name} is a ${describeType(type)}: only the database can compare it`
        : `'${constant.value}' is no ${describeType(type)}, which column ${name} is`
      context.reader.complain('FW2007', constant.place, { message })
      continue
    }
    const right = how.right(wanted)
    tests.push((row) => {
      const left = how.left(read(row))
      return left !== null && right !== null && how.equal(left, right)
    })
  }
  return tests.length < part.where.size ? null : (row) => tests.every((test) => test(row))
}

function checkOrder(
  context: CheckContext,
  column: FindColumn,
  { value: name, place }: Located<string>,
): CompiledWith['orderBy'] {
  const reader = column(name, place)
  if (reader === null) return null
  const how = comparable(reader.type, reader.type)
  const compare = how?.compare ?? null
  if (how === null || compare === null) {
    return context.reader.complain('FW2007', place, { message: `${describeType(reader.type)} has no order` })
  }
  const { read } = reader
  return (a, b) => {
    const left = how.left(read(a))
    const right = how.right(read(b))
    // Null comes last, as in PostgreSQL.
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
    return compare(left, right)
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
    context.reads.add(`${table.name}.${value}`)
    const changed = reader === undefined ? null : columnChanged(reader)
    if (changed !== null) return [changed]
    if (reader === undefined) unknownColumn(context, { name: value, place, table })
    else {
      const message = `${table.name}.${value} is a ${describeType(reader.type)}: only the database can compare it`
      context.reader.complain('FW2007', place, { message, hint: 'changed: any, and lower(before.x) != lower(after.x)' })
    }
    return []
  })
  return (before, after) => tests.some((test) => test(before, after))
}
