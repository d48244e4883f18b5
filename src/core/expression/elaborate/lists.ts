/** Lists: literals, and the macros over their elements. */
import type { Value } from '../../values/value.ts'
import { describeType, type ExpressionType, isValueType } from '../types/expression-type.ts'
import { adaptLiteral } from '../types/literals.ts'
import { certainAfter } from '../syntax/narrowing.ts'
import { totalOrder } from '../types/total-order.ts'
import { refuseImpossible } from './impossible.ts'
import { remedy } from './operand-problems.ts'
import { type Binding, type Frame, withBinding } from '../types/scope.ts'
import type { Macro, Node } from '../syntax/syntax.ts'
import { inherited, type Typed } from '../types/typed.ts'
import { alternatives } from '../types/alternatives.ts'
import { repeatsOver } from './lookup-call.ts'
import type { PartCompiler } from './part-compiler.ts'

type ListNode = Extract<Node, { kind: 'list' }>
type MacroNode = Extract<Node, { kind: 'macro' }>

/** `sought`: what is looked for in the list, whose type literal items take. */
export function compileList(compiler: PartCompiler, node: ListNode, sought: Typed | null = null): Typed | null {
  const { reporter } = compiler
  const given = compiler.compileAll(node.items)
  if (given === null) return null
  if (given.length === 0) return reporter.complain('FW2201', node, { message: 'an empty list has no type' })
  if (sought !== null && given.filter((item) => refuseImpossible(reporter, item, sought)).length > 0) return null
  const items = sought === null ? given : given.map((item) => takenOver(item, sought.type))
  const joined = alternatives(items)
  if (joined === null) {
    const kinds = [...new Set(items.map(({ type, nullable }) => describeType(type, nullable)))].join(', ')
    return reporter.complain('FW2206', node, { message: `a list has elements of one type, these are ${kinds}` })
  }
  const { type, evaluations } = joined
  if (!isValueType(type)) {
    return reporter.complain('FW2201', node, { message: `a list cannot hold ${describeType(type)}` })
  }
  const isConstant = items.every(({ literal }) => literal !== null)
  const constantItems = isConstant ? evaluations.map((evaluate) => evaluate([])) : null
  return {
    node,
    ...inherited(items),
    type: { kind: 'list', element: { type, nullable: items.some(({ nullable }) => nullable) } },
    nullable: false,
    whyNull: null,
    literal: null,
    ...(constantItems === null
      ? { evaluate: (frame) => evaluations.map((evaluate) => evaluate(frame)) }
      : { constantItems, constant: true, evaluate: () => constantItems }),
  }
}

const takenOver = (item: Typed, type: ExpressionType): Typed =>
  item.type.kind === 'null' ? item : (adaptLiteral(item, type) ?? item)

/** An element of a list or of rows, as the variable stands for it. */
export function elementOf({ type, personalData }: Typed): Omit<Binding, 'slot'> | null {
  if (type.kind === 'rows') return { type: type.row, nullable: false }
  return type.kind === 'list' ? { ...type.element, whyNull: 'may be null in the list', personalData } : null
}

/** As messages call it: by the variable that stands for it. */
export const named = (type: ExpressionType, name: string): ExpressionType =>
  type.kind === 'row' || type.kind === 'members' ? { ...type, name } : type

export function compileMacro(compiler: PartCompiler, node: MacroNode): Typed | null {
  const target = compiler.compile(node.target)
  if (target === null) return null
  const element = elementOf(target)
  if (element === null) {
    const message = `${node.macro}() needs a list, got ${describeType(target.type, target.nullable)}`
    return compiler.reporter.complain('FW2202', node.target, { message })
  }
  const slot = compiler.scope.takeSlot()
  const type = named(element.type, node.variable)
  const repeats = compiler.scope.repeats * repeatsOver(node.target, compiler.scope)
  const scope = { ...withBinding(compiler.scope, node.variable, { ...element, slot, type }), repeats }
  const body = compiler.within({ scope, hidden: node.variable }).compile(node.body)
  if (body === null) return null
  const order = node.macro === 'sortBy' ? sortOrder(compiler, body) : null
  if (node.macro === 'sortBy' && order === null) return null
  if (node.macro !== 'map' && node.macro !== 'sortBy' && (body.type.kind !== 'bool' || body.nullable)) {
    const message = `${node.macro}() needs a condition, got ${describeType(body.type, body.nullable)}`
    return compiler.reporter.complain('FW2205', node.body, { message })
  }
  const result = resultType(node, target.type, body)
  if (result === null) {
    const message = `map() gives a list of values, not of ${describeType(body.type, body.nullable)}`
    return compiler.reporter.complain('FW2202', node.body, { message })
  }
  const parts = inherited([target, body])
  return {
    node,
    ...parts,
    // What map() gives holds of the elements only what its body lets through.
    personalData: node.macro === 'map' ? body.personalData : parts.personalData,
    type: result,
    nullable: target.nullable,
    whyNull: target.whyNull,
    literal: null,
    evaluate: order === null ? runMacro(node.macro, { target, body, slot }) : runSort({ target, body, slot }, order),
  }
}

/** How the keys are ordered; reports those that are not. */
function sortOrder({ reporter }: PartCompiler, key: Typed): ((a: Value, b: Value) => number) | null {
  const order = key.nullable ? null : totalOrder(key.type)
  if (order !== null) return order
  const message = `sortBy() needs a key that is ordered and never null, got ${describeType(key.type, key.nullable)}`
  const hint = key.nullable ? remedy(key.type, reporter.text(key.node)) : ''
  return reporter.complain('FW2202', key.node, { message, hint })
}

function resultType({ macro, variable, body: condition }: MacroNode, target: ExpressionType, body: Typed) {
  switch (macro) {
    case 'exists':
    case 'exists_one':
    case 'all':
      return { kind: 'bool' } as const
    case 'sortBy':
      return target
    case 'filter': {
      const isCertain = target.kind === 'list' && certainAfter(condition, true).includes(variable)
      return isCertain ? { ...target, element: { ...target.element, nullable: false } } : target
    }
    case 'map':
      return isValueType(body.type)
        ? ({ kind: 'list', element: { type: body.type, nullable: body.nullable } } as const)
        : null
  }
}

interface Loop {
  readonly target: Typed
  readonly body: Typed
  readonly slot: number
}

type Apply = (items: readonly Value[], test: (item: Value) => Value) => Value

const over =
  ({ target, body, slot }: Loop, apply: Apply) =>
  (frame: Frame): Value => {
    const items = target.evaluate(frame) as readonly Value[] | null
    if (items === null) return null
    return apply(items, (item) => {
      frame[slot] = item
      return body.evaluate(frame)
    })
  }

const applied: Readonly<Record<Exclude<Macro, 'sortBy'>, Apply>> = {
  exists: (items, test) => items.some((item) => test(item) === true),
  exists_one: (items, test) => items.filter((item) => test(item) === true).length === 1,
  all: (items, test) => items.every((item) => test(item) === true),
  filter: (items, test) => items.filter((item) => test(item) === true),
  map: (items, test) => items.map((item) => test(item)),
}

const runMacro = (macro: Macro, loop: Loop): ((frame: Frame) => Value) => over(loop, applied[macro as 'map'])

/** Elements with equal keys stay as they were. */
const runSort = (loop: Loop, order: (a: Value, b: Value) => number): ((frame: Frame) => Value) =>
  over(loop, (items, keyOf) =>
    items
      .map((item): readonly [item: Value, key: Value] => [item, keyOf(item)])
      .toSorted(([, a], [, b]) => order(a, b))
      .map(([item]) => item),
  )
