/** A checked and compiled part of an expression. */
import type { Column } from '../../catalog/catalog.ts'
import type { Value } from '../../values/value.ts'
import type { ExpressionType } from './expression-type.ts'
import type { Node } from '../syntax/syntax.ts'

/** Values of one firing of a rule, by slot. The rule runner fills it, compiled expressions read it. */
export type Frame = unknown[]

/** Whether evaluating it can raise a ValueError; `column`: where a column cannot be read, and else never. */
export type Failure = 'never' | 'column' | 'possible'

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
  readonly failure: Failure
  /** Set for literals: other types can take them over exactly. */
  readonly literal: { readonly value: null | boolean | bigint | string | number; readonly text: string } | null
  /** Set where it is the value of one column, as it is or trimmed. */
  readonly origin?: { readonly column: Column; readonly place: string } | undefined
  /** Set where it is made of literals alone, so that its value is known; it can be evaluated without a frame. */
  readonly constant?: true
  /** Set for a list of literals. */
  readonly constantItems?: readonly Value[]
  readonly evaluate: (frame: Frame) => Value
}

const nothing: ReadonlySet<string> = new Set()

/** What the parts of an expression hand on to the whole. */
export function inherited(parts: readonly Typed[]): Pick<Typed, 'reads' | 'personalData' | 'failure'> {
  return {
    reads: union(parts.map(({ reads }) => reads)),
    personalData: union(parts.map(({ personalData }) => personalData)),
    failure: worst(parts.map(({ failure }) => failure)),
  }
}

const worst = (failures: readonly Failure[]): Failure =>
  failures.find((failure) => failure === 'possible') ?? failures.find((failure) => failure === 'column') ?? 'never'

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const filled = sets.filter(({ size }) => size > 0)
  if (filled.length === 0) return nothing
  const [only] = filled
  return filled.length === 1 && only !== undefined ? only : new Set(filled.flatMap((set) => [...set]))
}

/** What says that a whole is constant, where all of its parts are. */
export const constantOf = (parts: readonly Typed[]): Pick<Typed, 'constant'> =>
  parts.every(({ constant }) => constant === true) ? { constant: true } : {}

export const firstWhyNull = (parts: readonly Typed[]): string | null =>
  parts.find(({ nullable }) => nullable)?.whyNull ?? null
