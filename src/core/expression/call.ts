/** Calls: functions of the library, code tables, and `changed`. */
import type { RowImage } from '../capture/row-change.ts'
import { suggestion } from '../diagnostics/nearest-name.ts'
import type { Value } from '../values/value.ts'
import { ValueError } from '../values/value-error.ts'
import type { Elaborator } from './elaborator.ts'
import { type ColumnReader, describeType } from './expression-type.ts'
import type { FunctionDeclaration, Parameter, Resolution } from './functions/declaration.ts'
import { plainText } from './functions/declaration.ts'
import { functions } from './functions/index.ts'
import { adaptLiteral } from './literals.ts'
import type { CodeTable, Frame } from './scope.ts'
import type { Node } from './syntax.ts'
import { firstWhyNull, inherited, type Typed } from './typed.ts'

type CallNode = Extract<Node, { kind: 'call' }>

export function callFunction(elaborator: Elaborator, node: CallNode): Typed | null {
  if (node.name === 'changed') return compileChanged(elaborator, node)
  const { reporter, scope } = elaborator
  const given = elaborator.compileAll(node.parameters)
  const table = scope.codes.get(node.name)
  const declaration = functions.get(node.name)
  if (table === undefined && declaration === undefined) {
    const known = [...scope.codes.keys(), ...functions.keys()]
    return reporter.complain(
      'FW2104',
      { start: node.start, end: node.start + node.name.length },
      {
        message: `there is no function '${node.name}'`,
        hint: suggestion(node.name, known),
      },
    )
  }
  if (given === null) return null
  if (table !== undefined) return compileCodes(elaborator, { node, table, given })
  return declaration === undefined ? null : compileCall(elaborator, { node, declaration, given })
}

interface Call {
  readonly node: CallNode
  readonly declaration: FunctionDeclaration
  readonly given: readonly Typed[]
}

function compileCall(elaborator: Elaborator, { node, declaration, given }: Call): Typed | null {
  const { reporter, scope } = elaborator
  const parts = matchParameters(elaborator, { node, declaration, given })
  if (parts === null) return null
  const resolution = declaration.resolve(
    parts.map(({ type, nullable, literal, evaluate }) => ({
      type,
      nullable,
      constant: literal === null ? undefined : evaluate([]),
    })),
    scope,
  )
  if (resolution.kind === 'refused') {
    const at = parts[resolution.argument]?.node ?? node
    return reporter.complain(resolution.code, at, { message: `${declaration.name}(): ${resolution.message}` })
  }
  const from = inherited(parts)
  const accepts = resolution.nulls === 'accept'
  const nullable = resolution.nullable ?? (accepts ? false : parts.some((part) => part.nullable))
  const text = `${reporter.text(node)} is null where `
  const because = resolution.whyNull ?? firstWhyNull(parts)
  return {
    node,
    reads: from.reads,
    personalData: declaration.personalData === 'clears' ? new Set() : from.personalData,
    canFail: from.canFail || declaration.failure === 'possible',
    type: resolution.type,
    nullable,
    whyNull: nullable ? (because === null ? `${reporter.text(node)} may be null` : text + because) : null,
    literal: null,
    evaluate: runCall(resolution, parts),
  }
}

function runCall(
  resolution: Extract<Resolution, { kind: 'resolved' }>,
  parts: readonly Typed[],
): (frame: Frame) => Value {
  const { apply } = resolution
  const [first, second] = parts.map(({ evaluate }) => evaluate)
  const propagates = resolution.nulls !== 'accept' && parts.some((part) => part.nullable)
  // One and two arguments are nearly all calls: no array for them.
  if (parts.length === 1 && first !== undefined) {
    if (!propagates) return (frame) => apply(first(frame))
    return (frame) => {
      const value = first(frame)
      return value === null ? null : apply(value)
    }
  }
  if (parts.length === 2 && first !== undefined && second !== undefined && !propagates) {
    return (frame) => apply(first(frame), second(frame))
  }
  const all = parts.map(({ evaluate }) => evaluate)
  return (frame) => {
    const values = all.map((evaluate) => evaluate(frame))
    return propagates && values.includes(null) ? null : apply(...values)
  }
}

function matchParameters(elaborator: Elaborator, { node, declaration, given }: Call): Typed[] | null {
  const { parameters, name } = declaration
  const required = parameters.filter(({ presence }) => presence === undefined).length
  const repeated = parameters.at(-1)?.presence === 'repeated'
  if (given.length < required || (!repeated && given.length > parameters.length)) {
    const form = parameters.map((parameter) => parameterText(parameter)).join(', ')
    const message = `${name}(${form}) was given ${given.length} ${given.length === 1 ? 'argument' : 'arguments'}`
    return elaborator.reporter.complain('FW2203', node, { message })
  }
  const matched = given.map((part, at) => {
    const parameter = parameters[Math.min(at, parameters.length - 1)]
    return parameter === undefined ? part : matchParameter(elaborator, { name, parameter, part })
  })
  return matched.every((part) => part !== null) ? matched : null
}

const parameterText = ({ name, presence }: Parameter): string =>
  presence === 'optional' ? `[${name}]` : presence === 'repeated' ? `${name}, …` : name

function matchParameter(
  elaborator: Elaborator,
  { name, parameter, part }: { readonly name: string; readonly parameter: Parameter; readonly part: Typed },
): Typed | null {
  const { reporter } = elaborator
  if (parameter.form === 'constant' && part.literal === null) {
    const message = `${name}(): ${parameter.name} must be a constant`
    return reporter.complain('FW2204', part.node, { message })
  }
  if (parameter.kinds.includes(part.type.kind)) return part
  if (part.type.kind === 'null') return part
  const adapted = adaptLiteral(part, { kind: parameter.kinds[0] } as Typed['type'])
  if (adapted !== null) return adapted
  const message = `${name}(): ${parameter.name} takes ${parameter.kinds.join(', ')}, got ${describeType(part.type, part.nullable)}`
  return reporter.complain('FW2202', part.node, {
    message,
    hint:
      part.type.kind === 'localdatetime' && parameter.kinds.includes('timestamp')
        ? 'a local time becomes an instant with zoned(x, zone) or utc(x)'
        : '',
  })
}

function compileCodes(
  elaborator: Elaborator,
  { node, table, given }: { node: CallNode; table: CodeTable; given: readonly Typed[] },
): Typed | null {
  const [code] = given
  if (code === undefined || given.length !== 1) {
    const message = `${table.name}(code) was given ${given.length} arguments`
    return elaborator.reporter.complain('FW2203', node, { message })
  }
  if (!['int', 'long', 'string', 'enum', 'bool'].includes(code.type.kind)) {
    const message = `${table.name}(): a code is int, long, string, enum or bool, got ${describeType(code.type, code.nullable)}`
    return elaborator.reporter.complain('FW2202', code.node, { message })
  }
  const { evaluate } = code
  const lookUp = codeLookUp(table)
  const nullable = code.nullable || table.unknown.kind === 'null'
  return {
    node,
    ...inherited([code]),
    canFail: code.canFail || table.unknown.kind === 'error',
    type: { kind: 'string' },
    nullable,
    whyNull: nullable ? (code.whyNull ?? `${table.name} gives null for an unknown code`) : null,
    literal: null,
    evaluate: (frame) => {
      const value = evaluate(frame)
      return value === null ? null : lookUp(codeText(value))
    },
  }
}

/** Codes are compared as text, without the padding of a `char(n)` column. */
const codeText = (code: Value): string => plainText(code).trimEnd()

function codeLookUp(table: CodeTable): (code: string) => Value {
  const { values, unknown, name } = table
  return (code) => {
    const word = values.get(code)
    if (word !== undefined) return word
    if (unknown.kind === 'value') return unknown.value
    if (unknown.kind === 'null') return null
    throw new ValueError('unknownCode', `code table ${name} does not have the code`)
  }
}

/** `changed('status')`: whether the column differs between the two images of the anchor. */
function compileChanged(elaborator: Elaborator, node: CallNode): Typed | null {
  const { reporter, scope } = elaborator
  const [column] = node.parameters
  if (column?.kind !== 'literal' || typeof column.value !== 'string' || node.parameters.length !== 1) {
    return reporter.complain('FW2204', node, { message: "changed('column') takes one constant column name" })
  }
  if (scope.changed === null) {
    return reporter.complain('FW2107', node, {
      message: 'changed() is not here: only an update has a row before and a row after',
    })
  }
  const { before, after, row } = scope.changed
  const reader = row.columns.get(column.value)
  if (reader === undefined) {
    return reporter.complain('FW2103', column, {
      message: `no column '${column.value}' in ${row.table.name}`,
      hint: suggestion(column.value, row.columns.keys()),
    })
  }
  const changed = columnChanged(reader)
  return {
    node,
    ...inherited([]),
    reads: new Set([`${row.table.name}.${column.value}`]),
    canFail: true,
    type: { kind: 'bool' },
    nullable: false,
    whyNull: null,
    literal: null,
    evaluate: (frame) => changed(frame[before] as RowImage, frame[after] as RowImage),
  }
}

/** Whether the values of one column differ between two images. */
export function columnChanged({ read }: ColumnReader): (before: RowImage, after: RowImage) => boolean {
  return (before, after) => !sameValue(read(before), read(after))
}

function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return Buffer.compare(a as Uint8Array, b as Uint8Array) === 0
  const [x, y] = [Object.entries(a), Object.entries(b)]
  return (
    x.length === y.length &&
    x.every(([name, value], at) => y[at]?.[0] === name && sameValue(value as Value, y[at][1] as Value))
  )
}
