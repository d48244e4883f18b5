/** Calls of code tables: codes of the legacy system to words of the contract. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { bringing, isLoose } from '../types/comparison.ts'
import { describeType, type ExpressionType } from '../types/expression-type.ts'
import { plainText } from '../functions/declaration.ts'
import type { CodeTable } from '../types/scope.ts'
import type { Node } from '../syntax/syntax.ts'
import { inherited, type Typed } from '../types/typed.ts'
import { looseHint } from './operand-problems.ts'
import type { PartCompiler } from './part-compiler.ts'

type CallNode = Extract<Node, { kind: 'call' }>

const codeKinds: ReadonlySet<string> = new Set(['int', 'long', 'string', 'enum', 'bool'])

export function compileCodes(
  { reporter }: PartCompiler,
  { node, table, given }: { readonly node: CallNode; readonly table: CodeTable; readonly given: readonly Typed[] },
): Typed | null {
  const [code] = given
  if (code === undefined || given.length !== 1) {
    const message = `${table.name}(code) was given ${given.length} arguments`
    return reporter.complain('FW2203', node, { message })
  }
  const { type } = code
  if (!codeKinds.has(type.kind)) {
    const message = `${table.name}(): a code is int, long, string, enum or bool, got ${describeType(type, code.nullable)}`
    return reporter.complain('FW2202', code.node, { message })
  }
  if (isLoose(type)) {
    const message = `${table.name}() does not compare ${describeType(type)}`
    return reporter.complain('FW2202', code.node, { message, hint: looseHint })
  }
  const strange = [...table.values.keys()].find((key) => !canBe(key, type))
  if (strange !== undefined) {
    const message = `${table.name}(): ${describeType(type)} is never the code '${strange}'`
    return reporter.complain('FW2202', code.node, { message })
  }
  const nullable = code.nullable || table.unknown.kind === 'null'
  const { evaluate } = code
  const lookUp = codeLookUp(table, type)
  return {
    node,
    ...inherited([code]),
    failure: table.unknown.kind === 'error' ? 'possible' : code.failure,
    type: wordsOf(table),
    nullable,
    whyNull: nullable ? (code.whyNull ?? `${table.name} gives null for an unknown code`) : null,
    literal: null,
    evaluate: (frame) => {
      const value = evaluate(frame)
      return value === null ? null : lookUp(value)
    },
  }
}

/** Whether a value of the type can have the text of the key. */
function canBe(key: string, type: ExpressionType): boolean {
  if (type.kind === 'int' || type.kind === 'long') return /^(?:0|-?[1-9]\d*)$/.test(key)
  if (type.kind === 'bool') return key === 'true' || key === 'false'
  return type.kind !== 'enum' || type.values.includes(key)
}

/** All words that can come out, so that the contract's enum can be checked against them. */
function wordsOf({ values, unknown }: CodeTable): ValueType {
  const words = new Set(values.values())
  if (unknown.kind === 'value') words.add(unknown.value)
  return { kind: 'enum', values: [...words] }
}

/** By the text of the code, as the database compares its column: without padding, or without case. */
function codeLookUp({ name, values, unknown }: CodeTable, type: ExpressionType): (code: Value) => Value {
  const bring = bringing(type)
  // Of codes that the column takes for one, the first is meant.
  const words = new Map([...values].toReversed().map(([code, word]) => [bring(code), word]))
  return (code) => {
    const word = words.get(type.kind === 'string' ? bring(code) : plainText(code))
    if (word !== undefined) return word
    if (unknown.kind === 'value') return unknown.value
    if (unknown.kind === 'null') return null
    throw new ValueError('unknownCode', `code table ${name} does not have the code`)
  }
}
