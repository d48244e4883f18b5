/** A checked and compiled part of an expression. */
import type { Value } from '../values/value.ts'
import type { ExpressionType } from './expression-type.ts'
import type { Node } from './syntax.ts'

/** Values of one firing of a rule, by slot. The rule runner fills it, compiled expressions read it. */
export type Frame = unknown[]

export interface Typed {
  readonly node: Node
  readonly type: ExpressionType
  readonly nullable: boolean
  /** Why it may be null, for messages: `before is null on insert`. */
  readonly whyNull: string | null
  /** The columns that it reads: `public.orders.status`. */
  readonly reads: ReadonlySet<string>
  /** Columns of personal data that are still recognisable in the value. */
  readonly personalData: ReadonlySet<string>
  /** Whether evaluating it can raise a ValueError. */
  readonly canFail: boolean
  /** Set for literals: other types can take them over exactly. */
  readonly literal: { readonly value: null | boolean | bigint | string | number; readonly text: string } | null
  /** Set for a list of literals. */
  readonly constantItems?: readonly Value[]
  readonly evaluate: (frame: Frame) => Value
}

const nothing: ReadonlySet<string> = new Set()

/** What the parts of an expression hand on to the whole. */
export function inherited(parts: readonly Typed[]): Pick<Typed, 'reads' | 'personalData' | 'canFail'> {
  return {
    reads: union(parts.map(({ reads }) => reads)),
    personalData: union(parts.map(({ personalData }) => personalData)),
    canFail: parts.some(({ canFail }) => canFail),
  }
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const filled = sets.filter(({ size }) => size > 0)
  if (filled.length === 0) return nothing
  const [only] = filled
  return filled.length === 1 && only !== undefined ? only : new Set(filled.flatMap((set) => [...set]))
}

export const firstWhyNull = (parts: readonly Typed[]): string | null =>
  parts.find(({ nullable }) => nullable)?.whyNull ?? null
