/** Calls: functions of the library, code tables, look-ups, and `changed`. */
import type { RowImage } from '../../capture/image/row-image.ts'
import { hasSameBytes } from '../../capture/image/same-image.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Value } from '../../values/value.ts'
import { compileCodes } from './code-table.ts'
import { otherNames } from '../syntax/syntax-problem.ts'
import { neverGives } from './impossible.ts'
import { compileLookup } from './lookup-call.ts'
import type { PartCompiler } from './part-compiler.ts'
import { finite } from '../types/finite.ts'
import { bringing, isLoose } from '../types/comparison.ts'
import { type ColumnReader, describeType } from '../types/expression-type.ts'
import type { Apply, Argument, FunctionDeclaration, Parameter, Resolution } from '../functions/declaration.ts'
import { functions } from '../functions/index.ts'
import { adaptLiteral } from '../types/literals.ts'
import { argumentHint, looseHint } from './operand-problems.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Node } from '../syntax/syntax.ts'
import { constantOf, firstWhyNull, inherited, type Typed } from '../types/typed.ts'

type CallNode = Extract<Node, { kind: 'call' }>

export function callFunction(compiler: PartCompiler, node: CallNode): Typed | null {
  if (node.name === 'changed') return compileChanged(compiler, node)
  const { reporter, scope } = compiler
  const given = compiler.compileAll(node.parameters)
  const table = scope.codes.get(node.name)
  const lookup = scope.lookups.get(node.name)
  const declaration = functions.get(node.name)
  if (scope.mistaken?.has(node.name) === true) return null
  if (table === undefined && lookup === undefined && declaration === undefined) {
    const known = [...scope.codes.keys(), ...scope.lookups.keys(), ...functions.keys(), 'changed']
    const range = { start: node.start, end: node.start + node.name.length }
    const message = `there is no function '${node.name}'`
    return reporter.complain('FW2104', range, {
      message,
      hint: otherNames.get(node.name) ?? suggestion(node.name, known),
    })
  }
  if (given === null) return null
  if (table !== undefined) return compileCodes(compiler, { node, table, given })
  if (lookup !== undefined) return compileLookup(compiler, { node, lookup, given })
  return declaration === undefined ? null : compileCall(compiler, { node, declaration, given })
}

interface Call {
  readonly node: CallNode
  readonly declaration: FunctionDeclaration
  readonly given: readonly Typed[]
}

function compileCall(compiler: PartCompiler, { node, declaration, given }: Call): Typed | null {
  const { reporter, scope } = compiler
  const parts = matchParameters(compiler, { node, declaration, given })
  if (parts === null) return null
  const known = parts.map((part): Argument => ({ part, type: part.type, constant: valueOf(part) }))
  const resolution = declaration.resolve(known, scope)
  if (resolution.kind === 'refused') {
    const at = parts[resolution.argument]?.node ?? node
    const { hint = '' } = resolution
    return reporter.complain(resolution.code, at, { message: `${declaration.name}(): ${resolution.message}`, hint })
  }
  const from = inherited(parts)
  const nullable = resolution.nullable ?? parts.some((part) => part.nullable)
  const because = resolution.whyNull ?? firstWhyNull(parts)
  const text = reporter.text(node)
  const constant = constantOf(parts)
  const evaluate = once(reporter, { node, evaluate: evaluation(resolution, parts), ...constant })
  if (evaluate === null) return null
  const origin = declaration.name === 'trim' ? parts[0]?.origin : undefined
  return {
    node,
    reads: from.reads,
    personalData: isCleared(declaration, known) ? new Set() : from.personalData,
    canFail: from.canFail || declaration.failure === 'possible',
    type: resolution.type,
    nullable,
    whyNull: nullable ? (because === null ? `${text} may be null` : `${text} is null where ${because}`) : null,
    literal: null,
    ...(origin !== undefined && { origin }),
    ...constant,
    evaluate,
  }
}

const isCleared = ({ personalData }: FunctionDeclaration, parameters: readonly Argument[]): boolean =>
  typeof personalData === 'function' ? personalData(parameters) : personalData === 'clears'

const valueOf = ({ literal, evaluate }: Typed): Value | undefined => (literal === null ? undefined : evaluate([]))

/** A call of constants is done when it is compiled; null where it fails, which is reported. */
function once(reporter: Reporter, call: Pick<Typed, 'node' | 'evaluate' | 'constant'>): Typed['evaluate'] | null {
  if (call.constant !== true) return call.evaluate
  if (neverGives(reporter, call)) return null
  const value = call.evaluate([])
  return () => value
}

function evaluation(resolution: Exclude<Resolution, { kind: 'refused' }>, parts: readonly Typed[]): Typed['evaluate'] {
  if (resolution.kind === 'composed') return resolution.compose(parts.map(({ evaluate }) => evaluate))
  const evaluations = parts.map((part) => finite(part))
  const propagates = resolution.nulls !== 'accept' && parts.some((part) => part.nullable)
  return propagates ? strict(resolution.apply, evaluations) : plain(resolution.apply, evaluations)
}

/** One and two arguments are nearly all calls: no array for them. */
function plain(apply: Apply, evaluations: readonly Typed['evaluate'][]): Typed['evaluate'] {
  const [first, second] = evaluations
  if (evaluations.length === 1 && first !== undefined) return (frame) => apply(first(frame))
  if (evaluations.length === 2 && first !== undefined && second !== undefined) {
    return (frame) => apply(first(frame), second(frame))
  }
  return (frame) => apply(...evaluations.map((evaluate) => evaluate(frame)))
}

/** Null in, null out. */
function strict(apply: Apply, evaluations: readonly Typed['evaluate'][]): Typed['evaluate'] {
  const [first, second] = evaluations
  if (evaluations.length === 1 && first !== undefined) {
    return (frame) => {
      const value = first(frame)
      return value === null ? null : apply(value)
    }
  }
  if (evaluations.length === 2 && first !== undefined && second !== undefined) {
    return (frame) => {
      const a = first(frame)
      const b = second(frame)
      return a === null || b === null ? null : apply(a, b)
    }
  }
  return (frame) => {
    const values = evaluations.map((evaluate) => evaluate(frame))
    return values.includes(null) ? null : apply(...values)
  }
}

function matchParameters(compiler: PartCompiler, { node, declaration, given }: Call): Typed[] | null {
  const { parameters, name } = declaration
  const required = parameters.filter(({ presence }) => presence === undefined).length
  const repeated = parameters.at(-1)?.presence === 'repeated'
  if (given.length < required || (!repeated && given.length > parameters.length)) {
    const form = parameters.map((parameter) => parameterText(parameter)).join(', ')
    const message = `${name}(${form}) was given ${given.length} ${given.length === 1 ? 'argument' : 'arguments'}`
    return compiler.reporter.complain('FW2203', node, { message })
  }
  const matched = given.map((part, at) => {
    const parameter = parameters[Math.min(at, parameters.length - 1)]
    return parameter === undefined ? part : matchParameter(compiler, { name, parameter, part })
  })
  return matched.every((part) => part !== null) ? matched : null
}

const parameterText = ({ name, presence }: Parameter): string =>
  presence === 'optional' ? `[${name}]` : presence === 'repeated' ? `${name}, …` : name

function matchParameter(
  { reporter }: PartCompiler,
  { name, parameter, part }: { readonly name: string; readonly parameter: Parameter; readonly part: Typed },
): Typed | null {
  const { kinds } = parameter
  if (parameter.form === 'constant' && (part.literal === null || part.literal.value === null)) {
    return reporter.complain('FW2204', part.node, { message: `${name}(): ${parameter.name} must be a constant` })
  }
  if (kinds.includes(part.type.kind) || part.type.kind === 'null') return part
  for (const kind of kinds) {
    const adapted = plainKinds.has(kind) ? adaptLiteral(part, { kind } as Typed['type']) : null
    if (adapted !== null) return adapted
  }
  const given = describeType(part.type, part.nullable)
  const message = `${name}(): ${parameter.name} takes ${kinds.join(', ')}, got ${given}`
  const hint = argumentHint(part.type.kind, kinds)
  return reporter.complain('FW2202', part.node, { message, hint })
}

/** Kinds that are a whole type by themselves, so that a literal can be asked to take them. */
const plainKinds: ReadonlySet<string> = new Set(['bool', 'int', 'long', 'double', 'string', 'uuid'])

/** `changed('status')`: whether the column differs between the two images of the anchor. */
function compileChanged(compiler: PartCompiler, node: CallNode): Typed | null {
  const { reporter, scope } = compiler
  const [column] = node.parameters
  if (column?.kind !== 'literal' || typeof column.value !== 'string' || node.parameters.length !== 1) {
    return reporter.complain('FW2204', node, { message: "changed('column') takes one constant column name" })
  }
  if (scope.changed === null) {
    const why = scope.absent.get('changed') ?? 'only an update has a row before and a row after'
    return reporter.complain('FW2107', node, { message: `changed() is not here: ${why}` })
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
  if (changed === null) {
    const message = `changed() does not compare ${describeType(reader.type)}`
    return reporter.complain('FW2201', column, { message, hint: looseHint })
  }
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

/** Whether the values of one column differ between two images; null where only the database can tell. */
export function columnChanged({
  type,
  read,
  column: { name },
}: ColumnReader): ((before: RowImage, after: RowImage) => boolean) | null {
  if (isLoose(type)) return null
  const bring = bringing(type)
  return (before, after) => {
    const value = read(after)
    // Read all the same: what cannot be read has neither changed nor stayed as it was.
    return !hasSameBytes(before, after, name) && !sameValue(bring(read(before)), bring(value))
  }
}

function sameValue(a: Value, b: Value): boolean {
  // Not ===: what is no number has not changed when it is none again.
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return Buffer.compare(a as Uint8Array, b as Uint8Array) === 0
  const [x, y] = [Object.entries(a), Object.entries(b)]
  return (
    x.length === y.length &&
    x.every(([name, value], at) => y[at]?.[0] === name && sameValue(value as Value, y[at][1] as Value))
  )
}
