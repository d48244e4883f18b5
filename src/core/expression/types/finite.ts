/** Infinities of the database: they compare, but nothing can be calculated from them, and no event can carry one. */
import type { ValueType } from '../../values/type.ts'
import { NEGATIVE_INFINITY, NOT_A_NUMBER, POSITIVE_INFINITY, type Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { ExpressionType } from './expression-type.ts'
import type { Typed } from './typed.ts'

const errorClassOf: Readonly<Partial<Record<ExpressionType['kind'], 'badDate' | 'overflow'>>> = {
  date: 'badDate',
  localdatetime: 'badDate',
  timestamp: 'badDate',
  decimal: 'overflow',
  bigdecimal: 'overflow',
}

/**
 * The evaluation, raising ValueError for an infinite value: `badDate` for times, `overflow` for numbers. Floating-point
 * numbers hold their own infinities and pass.
 */
export function finite({ type, literal, evaluate }: Pick<Typed, 'type' | 'literal' | 'evaluate'>): Typed['evaluate'] {
  const errorClass = errorClassOf[type.kind]
  if (errorClass === undefined || literal !== null) return evaluate
  return (frame) => {
    const value = evaluate(frame)
    if (typeof value === 'symbol') throw new ValueError(errorClass, `a ${type.kind} without end`)
    return value
  }
}

/** The same for a value that leaves its expression, with all that is in it. */
export function finiteThroughout(typed: Pick<Typed, 'type' | 'literal' | 'evaluate'>): Typed['evaluate'] {
  const { type, evaluate } = typed
  if (type.kind !== 'list') return finite(typed)
  const element = innermost(type)
  const errorClass = errorClassOf[element.kind]
  if (errorClass === undefined) return evaluate
  return (frame) => {
    const items = evaluate(frame)
    if (holdsSpecial(items)) throw new ValueError(errorClass, `a ${element.kind} without end`)
    return items
  }
}

const innermost = (type: ValueType): ValueType => (type.kind === 'list' ? innermost(type.element.type) : type)

const holdsSpecial = (value: Value): boolean =>
  Array.isArray(value) ? value.some((item: Value) => holdsSpecial(item)) : typeof value === 'symbol'

/** Where a value stands beside the infinite ones, in PostgreSQL's order; 0 for every finite value. */
export function infinityRank(value: Value): number {
  if (value === NEGATIVE_INFINITY) return -1
  if (value === POSITIVE_INFINITY) return 1
  return value === NOT_A_NUMBER ? 2 : 0
}
