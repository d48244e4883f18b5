/** Operators: what they take, what they give, and how null passes through them. */
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { alternatives } from '../types/alternatives.ts'
import { finite } from '../types/finite.ts'
import { type Arithmetic, type ArithmeticOperator, arithmetic, isNumeric, widen } from '../types/numbers.ts'
import { comparable, identical, isLoose, isText, same } from '../types/comparison.ts'
import { describeType, type ExpressionType } from '../types/expression-type.ts'
import { adaptFactors, adaptLiteral, adaptPair, literalType } from '../types/literals.ts'
import { looseHint, nullableOperand, operandHint } from './operand-problems.ts'
import { neverGives, neverSucceeds, refuseImpossible } from './impossible.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Frame } from '../types/scope.ts'
import type { Node } from '../syntax/syntax.ts'
import { constantOf, firstWhyNull, inherited, type Typed } from '../types/typed.ts'

type BinaryNode = Extract<Node, { kind: 'binary' }>
type UnaryNode = Extract<Node, { kind: 'unary' }>

export function unary(reporter: Reporter, node: UnaryNode, operand: Typed): Typed | null {
  const { type } = operand
  if (node.operator === '!') {
    if (type.kind !== 'bool') return wrongOperand(reporter, node, operand)
    if (operand.nullable) return nullableOperand(reporter, node, operand)
    const { evaluate } = operand
    return { ...operand, node, literal: null, evaluate: (frame) => evaluate(frame) !== true }
  }
  const subtraction = isNumeric(type) ? arithmetic('-', type, type) : null
  if (subtraction === null) return wrongOperand(reporter, node, operand)
  if (operand.nullable) return nullableOperand(reporter, node, operand)
  const zero: Value = type.kind === 'long' || type.kind === 'decimal' ? 0n : 0
  const given = finite(operand)
  const evaluate = (frame: Frame): Value => subtraction.apply(zero, given(frame))
  if (operand.constant === true && neverGives(reporter, { node, evaluate })) return null
  return { ...operand, node, literal: null, origin: undefined, failure: 'possible', evaluate }
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
    case '*':
      return calculation(reporter, node, adaptFactors(left, right))
    default:
      return calculation(reporter, node, adaptPair(left, right))
  }
}

function logical(reporter: Reporter, node: BinaryNode, operands: readonly [Typed, Typed]): Typed | null {
  const sound = operands.map((operand) => {
    if (operand.type.kind !== 'bool') {
      const message = `'${node.operator}' needs bool, got ${describeType(operand.type, operand.nullable)}`
      return reporter.complain('FW2205', operand.node, { message })
    }
    return operand.nullable ? nullableOperand(reporter, node, operand) : operand
  })
  if (sound.includes(null)) return null
  const [a, b] = [operands[0].evaluate, operands[1].evaluate]
  const evaluate =
    node.operator === '&&'
      ? (frame: Frame): Value => a(frame) === true && b(frame) === true
      : (frame: Frame): Value => a(frame) === true || b(frame) === true
  return truth(node, operands, evaluate)
}

function equality(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const how = comparable(left.type, right.type)
  if (how === null) return wrongOperands(reporter, node, left, right)
  if (refuseImpossible(reporter, left, right) || refuseImpossible(reporter, right, left)) return null
  const [a, b] = [left.evaluate, right.evaluate]
  const wanted = node.operator === '=='
  const { equal } = how
  if (equal === identical && how.left === same && how.right === same) {
    return truth(node, [left, right], (frame) => (a(frame) === b(frame)) === wanted)
  }
  // Null equals null and nothing else.
  return truth(node, [left, right], (frame) => {
    const x = how.left(a(frame))
    const y = how.right(b(frame))
    return (x === null || y === null ? x === y : equal(x, y)) === wanted
  })
}

function ordering(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const how = comparable(left.type, right.type)
  const compare = how?.compare ?? null
  if (how === null || compare === null) {
    const isNull = [left, right].find(({ type }) => type.kind === 'null')
    return isNull === undefined
      ? wrongOperands(reporter, node, left, right)
      : reporter.complain('FW2210', isNull.node, { message: `'${node.operator}' does not take null` })
  }
  const operand = [left, right].find(({ nullable }) => nullable)
  if (operand !== undefined) return nullableOperand(reporter, node, operand)
  const [a, b] = [left.evaluate, right.evaluate]
  const holds = orderings[node.operator as '<']
  return truth(node, [left, right], (frame) => holds(compare(how.left(a(frame)), how.right(b(frame)))))
}

const orderings = {
  '<': (order: number): boolean => order < 0,
  '<=': (order: number): boolean => order <= 0,
  '>': (order: number): boolean => order > 0,
  '>=': (order: number): boolean => order >= 0,
}

/** The items of a literal list have the type of what is looked for, where they can: `list.ts` sees to it. */
function membership(reporter: Reporter, node: BinaryNode, left: Typed, right: Typed): Typed | null {
  const { type } = right
  if (type.kind !== 'list') return wrongOperands(reporter, node, left, right)
  const wanted = adaptLiteral(left, type.element.type) ?? left
  const how = comparable(wanted.type, type.element.type)
  if (how === null) return wrongOperands(reporter, node, left, right)
  const [a, list] = [wanted.evaluate, right.evaluate]
  const constant = right.constantItems === undefined ? null : new Set(right.constantItems.map(how.right))
  if (constant !== null && how.equal === identical) {
    return truth(node, [left, right], (frame) => constant.has(how.left(a(frame))))
  }
  return truth(node, [left, right], (frame) => {
    const value = how.left(a(frame))
    const items = list(frame) as readonly Value[] | null
    return (
      items?.some((item) => {
        const other = how.right(item)
        return other === null || value === null ? other === value : how.equal(value, other)
      }) ?? false
    )
  })
}

function calculation(reporter: Reporter, node: BinaryNode, [left, right]: readonly [Typed, Typed]): Typed | null {
  const operator = node.operator as ArithmeticOperator
  const { type: from } = left
  const { type: to } = right
  const joinsText = operator === '+' && isText(from) && isText(to)
  const operation = isNumeric(from) && isNumeric(to) ? arithmetic(operator, from, to) : null
  if (!joinsText && operation === null) return wrongOperands(reporter, node, left, right)
  const operand = [left, right].find(({ nullable }) => nullable)
  if (operand !== undefined) return nullableOperand(reporter, node, operand)
  if (operation === null) {
    const [a, b] = [left.evaluate, right.evaluate]
    return result(node, [left, right], { kind: 'string' }, (frame) => (a(frame) as string) + (b(frame) as string))
  }
  const parts = [left, right]
  const value = result(node, parts, operation.result, calculated(operation, left, right))
  const divides = operator === '/' || operator === '%'
  if (divides && right.constant === true && isZero(right.evaluate([]))) return neverSucceeds(reporter, node, byZero)
  if (parts.every(({ constant }) => constant === true) && neverGives(reporter, value)) return null
  return { ...value, ...constantOf(parts), failure: 'possible' }
}

const byZero = new ValueError('overflow', 'division by zero')
const isZero = (value: Value): boolean => value === 0 || value === 0n

function calculated({ operands, apply }: Arithmetic, left: Typed, right: Typed): Typed['evaluate'] {
  const [a, b] = [finite(left), finite(right)]
  const [from, to] = [left.type, right.type]
  if (!isNumeric(from) || !isNumeric(to)) throw new TypeError('arithmetic is done on numbers')
  if (from.kind === to.kind && from.kind !== 'decimal') return (frame) => apply(a(frame), b(frame))
  const [first, second] = [widen(from, operands[0]), widen(to, operands[1])]
  return (frame) => apply(first(a(frame)), second(b(frame)))
}

export function conditional(
  reporter: Reporter,
  node: Node,
  { test, yes, no }: { readonly test: Typed; readonly yes: Typed; readonly no: Typed },
): Typed | null {
  const joined = alternatives([yes, no])
  if (test.type.kind !== 'bool') {
    reporter.complain('FW2205', test.node, {
      message: `a condition is bool, this is ${describeType(test.type, test.nullable)}`,
    })
  } else if (test.nullable) nullableOperand(reporter, test.node, test)
  if (joined === null) {
    const message = `the alternatives are ${describeType(yes.type, yes.nullable)} and ${describeType(no.type, no.nullable)}`
    return reporter.complain('FW2206', node, { message, hint: operandHint([yes.type.kind, no.type.kind], '?:') })
  }
  const [a = yes.evaluate, b = no.evaluate] = joined.evaluations
  const when = test.evaluate
  if (test.type.kind !== 'bool' || test.nullable) return null
  return {
    node,
    ...inherited([test, yes, no]),
    type: joined.type,
    nullable: yes.nullable || no.nullable,
    whyNull: [yes, no].some(({ type }) => type.kind === 'null') ? 'one alternative is null' : firstWhyNull([yes, no]),
    literal: null,
    evaluate: (frame) => (when(frame) === true ? a(frame) : b(frame)),
  }
}

const truth = (node: Node, parts: readonly Typed[], evaluate: Typed['evaluate']): Typed =>
  result(node, parts, { kind: 'bool' }, evaluate)

function result(node: Node, parts: readonly Typed[], type: ExpressionType, evaluate: Typed['evaluate']): Typed {
  return { node, ...inherited(parts), type, nullable: false, whyNull: null, literal: null, evaluate }
}

function wrongOperand(reporter: Reporter, node: UnaryNode, operand: Typed): null {
  const message = `'${node.operator}' does not take ${describeType(operand.type, operand.nullable)}`
  return reporter.complain('FW2201', node, { message })
}

function wrongOperands(reporter: Reporter, node: BinaryNode, left: Typed, right: Typed): null {
  const [a, b] = [describeOperand(left), describeOperand(right)]
  return reporter.complain('FW2201', node, {
    message: `'${node.operator}' does not take ${a} and ${b}`,
    hint:
      isLoose(left.type) || isLoose(right.type)
        ? looseHint
        : operandHint([left.type.kind, right.type.kind], node.operator),
  })
}

/** A literal as it stands there, whatever it has been taken for. */
const describeOperand = ({ type, nullable, literal }: Typed): string =>
  literal === null ? describeType(type, nullable) : describeType(literalType(literal.value, literal.text))
