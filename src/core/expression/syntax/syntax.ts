/** The profile of CEL that mappings are written in: parsed by the library, everything outside the profile refused. */
import { Environment } from '@marcbachmann/cel-js'
import { otherNames, outside, type Range, SyntaxProblem, syntaxProblem } from './syntax-problem.ts'

export { SyntaxProblem } from './syntax-problem.ts'

export const binaryOperators = ['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in'] as const
export type BinaryOperator = (typeof binaryOperators)[number]
export const macros = ['exists', 'exists_one', 'all', 'filter', 'map', 'sortBy'] as const
export type Macro = (typeof macros)[number]

/** What CEL and its common extensions call as methods: x.f(y) is f(x, y). */
const methods: ReadonlySet<string> = new Set([
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'matches',
  'substring',
  'replace',
  'split',
  'trim',
  'join',
  'first',
  'last',
  'distinct',
  'sort',
])

export type Node = Range &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | bigint | string | number; readonly text: string }
    | { readonly kind: 'name'; readonly name: string }
    | ({ readonly kind: 'select'; readonly target: Node; readonly member: string } & MemberRange)
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

interface MemberRange {
  readonly memberStart: number
  readonly memberEnd: number
}

/** Our walks are recursive, one frame of the stack a node: far more than a rule ever says, far less than the stack holds. */
const environment = new Environment({ limits: { maxAstNodes: 2000 } })

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
    ast = environment.parse(text).ast
  } catch (error) {
    throw syntaxProblem(text, error)
  }
  const converter = new Converter(text)
  const node = converter.node(ast)
  converter.refuseComments()
  return node
}

class Converter {
  private readonly text: string
  private readonly texts: Range[] = []

  constructor(text: string) {
    this.text = text
  }

  node(ast: unknown): Node {
    const { op, args, start, end } = ast as Parsed
    const range = this.withParentheses({ start, end })
    const operands = Array.isArray(args) ? (args as unknown[]) : [args]
    const [first, second, third] = operands
    switch (op) {
      case 'value':
        return this.literal(args, range)
      case 'id':
        return { kind: 'name', name: String(args), ...range }
      case '.':
        return this.select(first, String(second), range)
      case '[]':
        return this.index(first, second, range)
      case 'list':
        return { kind: 'list', items: operands.map((item) => this.node(item)), ...range }
      case '!_':
        return { kind: 'unary', operator: '!', operand: this.node(args), ...range }
      case '-_':
        return this.negative(args as Parsed, range)
      case '?:':
        return { kind: 'conditional', test: this.node(first), yes: this.node(second), no: this.node(third), ...range }
      case 'call':
        return this.call(String(first), second, range)
      case 'rcall':
        return this.method(String(first), { receiver: second, parameters: third }, range)
      default:
        return this.binary({ op, left: first, right: second }, range)
    }
  }

  /**
   * Two slashes begin a comment in CEL. Somebody who meant a division would lose the rest of the expression silently,
   * as with the `#` of YAML.
   */
  refuseComments(): void {
    for (const { index } of this.text.matchAll(/\/\//g)) {
      if (this.texts.some(({ start, end }) => index >= start && index < end)) continue
      throw outside('a comment', { start: index, end: this.text.length }, 'a comment stands behind # in the YAML file')
    }
  }

  /** The library leaves out parentheses at the ends of a range: `a + b) * c`. */
  private withParentheses({ start, end }: Range): Range {
    const plain = this.text
      .slice(start, end)
      .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (quoted) => ' '.repeat(quoted.length))
    let [open, missing] = [0, 0]
    for (const character of plain) {
      if (character === '(') open += 1
      else if (character === ')' && open > 0) open -= 1
      else if (character === ')') missing += 1
    }
    let [from, to] = [start, end]
    for (; missing > 0 && from > 0; missing -= 1) from = Math.max(0, this.text.lastIndexOf('(', from - 1))
    for (; open > 0 && to < this.text.length; open -= 1) to = this.text.indexOf(')', to) + 1 || this.text.length
    return { start: from, end: to }
  }

  private binary({ op, left, right }: { op: string; left: unknown; right: unknown }, range: Range): Node {
    const operator = binaryOperators.find((known) => known === op)
    if (operator === undefined) throw outside(op === 'map' ? 'a map literal' : `\`${op}\``, range)
    return { kind: 'binary', operator, left: this.node(left), right: this.node(right), ...range }
  }

  private list(ast: unknown): Node[] {
    return (ast as unknown[]).map((item) => this.node(item))
  }

  private literal(value: unknown, range: Range, text = this.text.slice(range.start, range.end)): Node {
    if (typeof value === 'string') this.texts.push(range)
    if (typeof value === 'string' && value.includes('\0')) {
      throw new SyntaxProblem('FW2101', 'a text has a NUL character (U+0000), which no text may have', { range })
    }
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
      throw new SyntaxProblem('FW2101', 'a whole number of more than 64 bits', { range })
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'bigint') {
      return { kind: 'literal', value, text, ...range }
    }
    if (typeof value === 'string' || typeof value === 'number') return { kind: 'literal', value, text, ...range }
    throw outside('a literal of this kind', range)
  }

  /** A number with its sign is one literal, so that it can take another type as a whole. */
  private negative(operand: Parsed, range: Range): Node {
    const { op, args, start, end } = operand
    if (op === 'value' && (typeof args === 'bigint' || typeof args === 'number')) {
      return this.literal(-args, range, `-${this.text.slice(start, end)}`)
    }
    return { kind: 'unary', operator: '-', operand: this.node(operand), ...range }
  }

  private select(target: unknown, member: string, range: Range): Node {
    const place = { memberStart: range.end - member.length, memberEnd: range.end }
    return { kind: 'select', target: this.node(target), member, ...place, ...range }
  }

  /** `row['odd name']`: the way to a column whose name is no identifier. */
  private index(target: unknown, index: unknown, range: Range): Node {
    const { op, args, start, end } = index as Parsed
    if (op !== 'value' || typeof args !== 'string') {
      throw outside('an index that is no text constant', range, 'an element of a list or of rows is at(list, position)')
    }
    this.texts.push({ start, end })
    return { kind: 'select', target: this.node(target), member: args, memberStart: start, memberEnd: end, ...range }
  }

  private call(name: string, parameters: unknown, range: Range): Node {
    if (name === 'has') throw outside('has()', range, "a test for null is 'x != null'")
    if (name === 'dyn' || name === 'type') throw outside(`${name}()`, range, 'every expression has a known type')
    return { kind: 'call', name, parameters: this.list(parameters), ...range }
  }

  private method(name: string, call: { receiver: unknown; parameters: unknown }, range: Range): Node {
    const macro = macros.find((known) => known === name)
    const parameters = call.parameters as unknown[]
    if (macro !== undefined) {
      const [variable, body] = parameters
      const { op, args } = (variable ?? {}) as Partial<Parsed>
      if (parameters.length !== 2 || op !== 'id') {
        throw new SyntaxProblem('FW2101', `expected ${macro}(name, expression)`, { range })
      }
      const target = this.node(call.receiver)
      return { kind: 'macro', macro, target, variable: String(args), body: this.node(body), ...range }
    }
    if (methods.has(name)) {
      return { kind: 'call', name, parameters: [this.node(call.receiver), ...this.list(parameters)], ...range }
    }
    throw outside(`the method ${name}()`, range, otherNames.get(name) ?? 'functions are called as f(value, …)')
  }
}
