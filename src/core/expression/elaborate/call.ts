/** Calls: functions of the library, code tables, look-ups, and `changed`. */
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Value } from '../../values/value.ts'
import { compileCodes } from './code-table.ts'
import { otherNames } from '../syntax/syntax-problem.ts'
import { neverGives } from './impossible.ts'
import { compileLookup } from './lookup-call.ts'
import type { PartCompiler } from './part-compiler.ts'
import { finite } from '../types/finite.ts'
import { compileChanged } from './changed.ts'
import { describeType } from '../types/expression-type.ts'
import type { Apply, Argument, FunctionDeclaration, Parameter, Resolution } from '../functions/declaration.ts'
import { functions } from '../functions/index.ts'
import { adaptLiteral } from '../types/literals.ts'
import { argumentHint } from './operand-problems.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Node } from '../syntax/syntax.ts'
import { constantOf, firstWhyNull, inherited, type Typed } from '../types/typed.ts'

type CallNode = Extract<Node, { kind: 'call' }>

export function callFunction(compiler: PartCompiler, node: CallNode): Typed | null {
  if (node.name === 'changed') return compileChanged(compiler, node)
  const { reporter, scope } = compiler
  const arguing = node.name === 'nullIf' ? compiler.allowingZeroDates(node.parameters[0]) : compiler
  const given = arguing.compileAll(node.parameters)
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
    failure: declaration.failure === 'possible' ? 'possible' : from.failure,
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
