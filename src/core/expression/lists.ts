/** Lists: literals, and exists, all, filter and map over them. */
import type { Value } from '../values/value.ts'
import type { Elaborator } from './elaborator.ts'
import { describeType, type ExpressionType, isValueType } from './expression-type.ts'
import { adaptPair } from './literals.ts'
import { join } from './operators.ts'
import { type Frame, withBinding } from './scope.ts'
import type { Macro, Node } from './syntax.ts'
import { inherited, type Typed } from './typed.ts'

type ListNode = Extract<Node, { kind: 'list' }>
type MacroNode = Extract<Node, { kind: 'macro' }>

export function compileList(elaborator: Elaborator, node: ListNode): Typed | null {
  const items = elaborator.compileAll(node.items)
  if (items === null) return null
  const [first, ...rest] = items
  if (first === undefined) {
    return elaborator.reporter.complain('FW2201', node, { message: 'an empty list has no type' })
  }
  let element: ExpressionType = first.type
  for (const item of rest) {
    const joined = join(...adaptPair({ ...first, type: element }, item))
    if (joined === null || !isValueType(joined.type)) {
      const message = `a list of ${describeType(first.type)} holds ${describeType(item.type, item.nullable)}`
      return elaborator.reporter.complain('FW2206', item.node, { message })
    }
    element = joined.type
  }
  if (!isValueType(element)) {
    return elaborator.reporter.complain('FW2201', node, { message: `a list cannot hold ${describeType(element)}` })
  }
  const nullable = items.some((item) => item.nullable)
  const evaluators = items.map(({ evaluate }) => evaluate)
  const constant = items.every(({ literal }) => literal !== null) ? evaluators.map((evaluate) => evaluate([])) : null
  return {
    node,
    ...inherited(items),
    type: { kind: 'list', element: { type: element, nullable } },
    nullable: false,
    whyNull: null,
    literal: null,
    evaluate: constant === null ? (frame) => evaluators.map((evaluate) => evaluate(frame)) : () => constant,
  }
}

/** The element of a list or of rows, as a binding of the variable. */
function elementOf(type: ExpressionType): { readonly type: ExpressionType; readonly nullable: boolean } | null {
  if (type.kind === 'rows') return { type: type.row, nullable: false }
  return type.kind === 'list' ? type.element : null
}

export function compileMacro(elaborator: Elaborator, node: MacroNode): Typed | null {
  const target = elaborator.compile(node.target)
  if (target === null) return null
  const element = elementOf(target.type)
  if (element === null) {
    const message = `${node.macro}() needs a list, got ${describeType(target.type, target.nullable)}`
    return elaborator.reporter.complain('FW2202', node.target, { message })
  }
  const slot = elaborator.scope.takeSlot()
  const named = element.type.kind === 'row' ? { ...element.type, name: node.variable } : element.type
  const scope = withBinding(elaborator.scope, node.variable, { slot, type: named, nullable: element.nullable })
  const body = elaborator.within({ scope }).compile(node.body)
  if (body === null) return null
  if (node.macro !== 'map' && (body.type.kind !== 'bool' || body.nullable)) {
    const message = `${node.macro}() needs a condition, got ${describeType(body.type, body.nullable)}`
    return elaborator.reporter.complain('FW2205', node.body, { message })
  }
  const type = resultType(node.macro, target.type, body)
  if (type === null) {
    const message = `map() gives a list of values, not of ${describeType(body.type, body.nullable)}`
    return elaborator.reporter.complain('FW2202', node.body, { message })
  }
  return {
    node,
    ...inherited([target, body]),
    type,
    nullable: target.nullable,
    whyNull: target.whyNull,
    literal: null,
    evaluate: runMacro(node.macro, { target, body, slot }),
  }
}

function resultType(macro: Macro, target: ExpressionType, body: Typed): ExpressionType | null {
  if (macro === 'exists' || macro === 'all') return { kind: 'bool' }
  if (macro === 'filter') return target
  return isValueType(body.type) ? { kind: 'list', element: { type: body.type, nullable: body.nullable } } : null
}

function runMacro(
  macro: Macro,
  { target, body, slot }: { readonly target: Typed; readonly body: Typed; readonly slot: number },
): (frame: Frame) => Value {
  const over = (apply: (items: readonly Value[], test: (item: Value) => Value) => Value) => (frame: Frame) => {
    const items = target.evaluate(frame) as readonly Value[] | null
    if (items === null) return null
    return apply(items, (item) => {
      frame[slot] = item
      return body.evaluate(frame)
    })
  }
  switch (macro) {
    case 'exists':
      return over((items, test) => items.some((item) => test(item) === true))
    case 'all':
      return over((items, test) => items.every((item) => test(item) === true))
    case 'filter':
      return over((items, test) => items.filter((item) => test(item) === true))
    case 'map':
      return over((items, test) => items.map((item) => test(item)))
  }
}
