/** The profile of CEL that mappings are written in: parsed by the library, everything outside the profile refused. */
import { parse } from '@marcbachmann/cel-js'

interface Range {
  /** UTF-16 positions in the expression's text. */
  readonly start: number
  readonly end: number
}

export const binaryOperators = ['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in'] as const
export type BinaryOperator = (typeof binaryOperators)[number]
export const macros = ['exists', 'all', 'filter', 'map'] as const
export type Macro = (typeof macros)[number]

export type Node = Range &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | bigint | string | number; readonly text: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'select'; readonly target: Node; readonly member: string; readonly memberStart: number }
    | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Node[] }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Node }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
    | { readonly kind: 'conditional'; readonly test: Node; readonly yes: Node; readonly no: Node }
    | {
        readonly kind: 'macro'
        readonly macro: Macro
        readonly target: Node
        readonly variable: string
        readonly body: Node
      }
  )

export class SyntaxProblem extends Error {
  readonly range: Range
  readonly code: 'FW2101' | 'FW2105'

  constructor(code: 'FW2101' | 'FW2105', message: string, range: Range) {
    super(message)
    this.code = code
    this.range = range
  }
}

/** What the library's parser gives: an operation, its operands by position, and its place. */
interface Parsed {
  readonly op: string
  readonly args: unknown
  readonly start: number
  readonly end: number
}

/** Raises SyntaxProblem for a text that is no expression, or one outside the profile. */
export function parseExpression(text: string): Node {
  let ast: unknown
  try {
    ast = parse(text).ast
  } catch (error) {
    const at = error instanceof Error && 'node' in error ? (error.node as { pos?: number } | undefined)?.pos : undefined
    const message = (error instanceof Error ? error.message : 'not an expression').split('\n')[0] ?? ''
    const start = Math.min(at ?? 0, text.length)
    throw new SyntaxProblem('FW2101', message, { start, end: Math.max(start + 1, text.length) })
  }
  return new Converter(text).node(ast)
}

class Converter {
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  node(ast: unknown): Node {
    const { op, args, start, end } = ast as Parsed
    const range = { start, end }
    const operands = Array.isArray(args) ? (args as unknown[]) : [args]
    const [first, second, third] = operands
    switch (op) {
      case 'value':
        return { kind: 'literal', value: this.literal(args, range), text: this.text.slice(start, end), ...range }
      case 'id':
        return { kind: 'name', name: String(args), ...range }
      case '.':
        return this.select(first, String(second), range)
      case '[]':
        return this.index(first, second, range)
      case 'list':
        return { kind: 'list', items: operands.map((item) => this.node(item)), ...range }
      case '!_':
      case '-_':
        return { kind: 'unary', operator: op === '!_' ? '!' : '-', operand: this.node(args), ...range }
      case '?:':
        return { kind: 'conditional', test: this.node(first), yes: this.node(second), no: this.node(third), ...range }
      case 'call':
        return { kind: 'call', name: this.callable(String(first), range), parameters: this.list(second), ...range }
      case 'rcall':
        return this.method(String(first), { receiver: second, parameters: third }, range)
      default:
        return this.binary({ op, left: first, right: second }, range)
    }
  }

  private binary({ op, left, right }: { op: string; left: unknown; right: unknown }, range: Range): Node {
    const operator = binaryOperators.find((known) => known === op)
    if (operator === undefined) throw outside(op === 'map' ? 'a map literal' : `\`${op}\``, range)
    return { kind: 'binary', operator, left: this.node(left), right: this.node(right), ...range }
  }

  private list(ast: unknown): Node[] {
    return (ast as unknown[]).map((item) => this.node(item))
  }

  private literal(value: unknown, range: Range): null | boolean | bigint | string | number {
    if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return value
    if (typeof value === 'string' || typeof value === 'number') return value
    throw outside('a literal of this kind', range)
  }

  private select(target: unknown, member: string, range: Range): Node {
    return { kind: 'select', target: this.node(target), member, memberStart: range.end - member.length, ...range }
  }

  /** `row['odd name']`: the way to a column whose name is no identifier. */
  private index(target: unknown, index: unknown, range: Range): Node {
    const { op, args, start } = index as Parsed
    if (op !== 'value' || typeof args !== 'string') {
      throw outside('an index that is no literal text: for an element of a list there is at(list, n)', range)
    }
    return { kind: 'select', target: this.node(target), member: args, memberStart: start, ...range }
  }

  private callable(name: string, range: Range): string {
    if (name === 'has' || name === 'dyn' || name === 'type') throw outside(`\`${name}\``, range)
    return name
  }

  private method(name: string, call: { receiver: unknown; parameters: unknown }, range: Range): Node {
    const macro = macros.find((known) => known === name)
    const parameters = call.parameters as unknown[]
    if (macro !== undefined) {
      const [variable, body] = parameters
      const { op, args } = (variable ?? {}) as Partial<Parsed>
      if (parameters.length !== 2 || op !== 'id') {
        throw new SyntaxProblem('FW2101', `expected ${macro}(name, expression)`, range)
      }
      return {
        kind: 'macro',
        macro,
        target: this.node(call.receiver),
        variable: String(args),
        body: this.node(body),
        ...range,
      }
    }
    if (name === 'size' && parameters.length === 0) {
      return { kind: 'call', name, parameters: [this.node(call.receiver)], ...range }
    }
    throw outside(`the method \`${name}\`: functions are called as ${name}(value, …)`, range)
  }
}

const outside = (what: string, range: Range): SyntaxProblem =>
  new SyntaxProblem('FW2105', `${what} is not part of the language`, range)
