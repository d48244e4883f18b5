/** Operators: what they take, what they give, and how null passes through them. */
import type { Value } from '../values/value.ts'
import { comparable } from './comparison.ts'
import { describeType, type ExpressionType, isValueType } from './expression-type.ts'
import { adaptLiteral, adaptPair, literalType } from './literals.ts'
import { type ArithmeticOperator, arithmetic, isNumeric, type NumericType, widen } from './numbers.ts'
import type { Reporter } from './reporter.ts'
import type { Frame } from './scope.ts'
import type { Node } from './syntax.ts'
import { firstWhyNull, inherited, type Typed } from './typed.ts'

type BinaryNode = Extract<Node, { kind: 'binary' }>
type UnaryNode = Extract<Node, { kind: 'unary' }>

export function unary(reporter: Reporter, node: UnaryNode, operand: Typed): Typed | null {
  if (operand.nullable) return nullableOperand(reporter, node, operand)
  const { evaluate } = operand
  if (node.operator === '!') {
    if (operand.type.kind !== 'bool') return wrongOperand(reporter, node, operand)
    return { ...operand, node, literal: null, evaluate: (frame) => evaluate(frame) !== true }
  }
  if (!isNumeric(operand.type)) return wrongOperand(reporter, node, operand)
  if (operand.literal !== null) return negativeLiteral(node, operand)
  const zero: Value = operand.type.kind === 'long' || operand.type.kind === 'decimal' ? 0n : 0
  const subtraction = arithmetic('-', operand.type, operand.type)
  if (subtraction === null) return wrongOperand(reporter, node, operand)
  return { ...operand, node, canFail: true, evaluate: (frame) => subtraction.apply(zero, evaluate(frame)) }
}

function negativeLiteral(node: UnaryNode, operand: Typed): Typed {
  const value = operand.evaluate([])
  const negative = typeof value === 'bigint' ? -value : -Number(value)
  const literal =
    operand.literal !== null && typeof operand.literal.value === 'bigint'
      ? { value: -operand.literal.value, text: `-${operand.literal.text}` }
      : null
  const type = literal === null ? operand.type : literalType(literal.value, literal.text)
  return { ...operand, node, type, literal, evaluate: () => negative }
}

export function binary(reporter: Reporter, node: BinaryNode, left: Typed, right: Typed): Typed | null {
  switch (node.operator) {
    case '&&':
    case '||':
      return logical(reporter, node, [left, right])
    case '==':
    case '!=':
      return equality(reporter, node, adaptPair(left, right))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordering(reporter, node, adaptPair(left, right))
    case 'in':
      return membership(reporter, node, left, right)
    default:
      return calculation(reporter, node, adaptPair(left, right))
  }
}

function logical(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  for (const operand of [left, right]) {
    if (operand.type.kind !== 'bool') {
      const message = `'${node.operator}' needs bool, got ${describeType(operand.type, operand.nullable)}`
      return reporter.complain('FW2205', operand.node, { message })
    }
    if (operand.nullable) return nullableOperand(reporter, node, operand)
  }
  const [a, b] = [left.evaluate, right.evaluate]
  const evaluate =
    node.operator === '&&'
      ? (frame: Frame): Value => a(frame) === true && b(frame) === true
      : (frame: Frame): Value => a(frame) === true || b(frame) === true
  return result(node, [left, right], { kind: 'bool' }, evaluate)
}

function equality(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const how = comparable(left.type, right.type)
  if (how === null) return wrongOperands(reporter, node, left, right)
  const [a, b] = [left.evaluate, right.evaluate]
  const wanted = node.operator === '=='
  const { equal } = how
  // Null equals null and nothing else.
  const evaluate = (frame: Frame): Value => {
    const x = how.left(a(frame))
    const y = how.right(b(frame))
    return (x === null || y === null ? x === y : equal(x, y)) === wanted
  }
  return result(node, [left, right], { kind: 'bool' }, evaluate)
}

function ordering(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const operand = [left, right].find(({ nullable }) => nullable)
  if (operand !== undefined) return nullableOperand(reporter, node, operand)
  const how = comparable(left.type, right.type)
  const compare = how?.compare ?? null
  if (how === null || compare === null) return wrongOperands(reporter, node, left, right)
  const [a, b] = [left.evaluate, right.evaluate]
  const holds = orderings[node.operator as '<']
  return result(node, [left, right], { kind: 'bool' }, (frame) =>
    holds(compare(how.left(a(frame)), how.right(b(frame)))),
  )
}

const orderings = {
  '<': (order: number): boolean => order < 0,
  '<=': (order: number): boolean => order <= 0,
  '>': (order: number): boolean => order > 0,
  '>=': (order: number): boolean => order >= 0,
}

function membership(reporter: Reporter, node: BinaryNode, left: Typed, right: Typed): Typed | null {
  if (right.type.kind !== 'list') return wrongOperands(reporter, node, left, right)
  const element = left.literal === null ? left : (adaptLiteral(left, right.type.element.type) ?? left)
  const how = comparable(element.type, right.type.element.type)
  if (how === null) return wrongOperands(reporter, node, left, right)
  const [a, list] = [element.evaluate, right.evaluate]
  return result(node, [left, right], { kind: 'bool' }, (frame) => {
    const wanted = how.left(a(frame))
    const items = list(frame) as readonly Value[] | null
    return (
      items?.some((item) => {
        const value = how.right(item)
        return value === null || wanted === null ? value === wanted : how.equal(wanted, value)
      }) ?? false
    )
  })
}

function calculation(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const operand = [left, right].find(({ nullable }) => nullable)
  if (operand !== undefined) return nullableOperand(reporter, node, operand)
  const [a, b] = [left.evaluate, right.evaluate]
  if (node.operator === '+' && isText(left.type) && isText(right.type)) {
    return result(node, [left, right], { kind: 'string' }, (frame) => (a(frame) as string) + (b(frame) as string))
  }
  const { type: from } = left
  const { type: to } = right
  const operation = isNumeric(from) && isNumeric(to) ? arithmetic(node.operator as ArithmeticOperator, from, to) : null
  if (operation === null) return wrongOperands(reporter, node, left, right)
  const first = widen(from as NumericType, operation.operands[0])
  const second = widen(to as NumericType, operation.operands[1])
  const { apply } = operation
  const typed = result(node, [left, right], operation.result, (frame) => apply(first(a(frame)), second(b(frame))))
  return { ...typed, canFail: true }
}

const isText = (type: ExpressionType): boolean => type.kind === 'string' || type.kind === 'enum'

export function conditional(
  reporter: Reporter,
  node: Node,
  { test, yes, no }: { readonly test: Typed; readonly yes: Typed; readonly no: Typed },
): Typed | null {
  if (test.type.kind !== 'bool') {
    return reporter.complain('FW2205', test.node, {
      message: `a condition is bool, this is ${describeType(test.type, test.nullable)}`,
    })
  }
  if (test.nullable) return nullableOperand(reporter, test.node, test)
  const joined = join(...adaptPair(yes, no))
  if (joined === null) {
    const message = `the alternatives are ${describeType(yes.type, yes.nullable)} and ${describeType(no.type, no.nullable)}`
    return reporter.complain('FW2206', node, { message })
  }
  const [a, b, when] = [joined.left, joined.right, test.evaluate]
  return {
    node,
    ...inherited([test, yes, no]),
    type: joined.type,
    nullable: yes.nullable || no.nullable,
    whyNull: firstWhyNull([yes, no]),
    literal: null,
    evaluate: (frame) => (when(frame) === true ? a(frame) : b(frame)),
  }
}

export interface Joined {
  readonly type: ExpressionType
  readonly left: (frame: Frame) => Value
  readonly right: (frame: Frame) => Value
}

/** One type for two alternatives: equal ones, exact widenings, and null with anything. */
export function join(left: Typed, right: Typed): Joined | null {
  const [a, b] = [left.evaluate, right.evaluate]
  if (left.type.kind === 'null') return { type: right.type, left: a, right: b }
  if (right.type.kind === 'null') return { type: left.type, left: a, right: b }
  if (isNumeric(left.type) && isNumeric(right.type)) {
    const adapted = adaptPair(left, right)
    const [x, y] = [adapted[0].type as NumericType, adapted[1].type as NumericType]
    if (sameType(x, y)) return { type: x, left: adapted[0].evaluate, right: adapted[1].evaluate }
    const common = arithmetic('+', x, y) === null ? null : widest(x, y)
    if (common === null) return null
    const [first, second] = [widen(x, common), widen(y, common)]
    return { type: common, left: (frame) => first(a(frame)), right: (frame) => second(b(frame)) }
  }
  if (isText(left.type) && isText(right.type)) return { type: { kind: 'string' }, left: a, right: b }
  return sameType(left.type, right.type) ? { type: left.type, left: a, right: b } : null
}

function widest(a: NumericType, b: NumericType): NumericType | null {
  if (a.kind === 'decimal' || b.kind === 'decimal') {
    const sum = arithmetic('+', a, b)
    return sum === null ? null : sum.operands[0]
  }
  return arithmetic('+', a, b)?.operands[0] ?? null
}

const sameType = (a: ExpressionType, b: ExpressionType): boolean =>
  isValueType(a) && isValueType(b) && describeType(a) === describeType(b)

function result(node: Node, parts: readonly Typed[], type: ExpressionType, evaluate: (frame: Frame) => Value): Typed {
  return { node, ...inherited(parts), type, nullable: false, whyNull: null, literal: null, evaluate }
}

/** `'-' on int?: before.qty may be null on insert; use coalesce(before.qty, 0)` */
function nullableOperand(reporter: Reporter, node: Node, operand: Typed): null {
  const operator = node.kind === 'binary' || node.kind === 'unary' ? `'${node.operator}'` : 'a condition'
  const text = reporter.text(operand.node)
  const message = `${operator} on ${describeType(operand.type, true)}: ${reasonOf(operand, text)}; use coalesce(${text}, …)`
  return reporter.complain('FW2210', operand.node, { message })
}

export function reasonOf(operand: Typed, text: string): string {
  const { whyNull } = operand
  if (whyNull === null) return `${text} may be null`
  return whyNull.startsWith(`${text} `) ? whyNull : `${text} may be null: ${whyNull}`
}

function wrongOperand(reporter: Reporter, node: UnaryNode, operand: Typed): null {
  const message = `'${node.operator}' does not take ${describeType(operand.type, operand.nullable)}`
  return reporter.complain('FW2201', node, { message })
}

function wrongOperands(reporter: Reporter, node: BinaryNode, left: Typed, right: Typed): null {
  const [a, b] = [describeType(left.type, left.nullable), describeType(right.type, right.nullable)]
  return reporter.complain('FW2201', node, {
    message: `'${node.operator}' does not take ${a} and ${b}`,
    hint: operandHint([left.type.kind, right.type.kind], node.operator),
  })
}

function operandHint(kinds: readonly string[], operator: string): string {
  const has = (...wanted: string[]): boolean => wanted.every((kind) => kinds.includes(kind))
  if (has('localdatetime', 'timestamp')) return 'a local time becomes an instant with zoned(x, zone) or utc(x)'
  if (operator === '/' && has('decimal')) return 'decimals are divided with div(x, y, scale)'
  if (has('decimal', 'double')) return 'a double becomes a decimal with decimal(x, precision, scale)'
  if (has('string') && operator === '+') return 'other values become text with string(x)'
  return ''
}
