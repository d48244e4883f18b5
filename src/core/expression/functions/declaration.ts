/** How a function is declared: once, with types, summary and examples; checker, tests and reference come from it. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { describeType, type ExpressionType } from '../types/expression-type.ts'
import type { Scope } from '../types/scope.ts'
import type { Typed } from '../types/typed.ts'

export interface Parameter {
  readonly name: string
  /** Kinds of type that it takes; a literal is taken over into the first that fits. */
  readonly kinds: readonly ExpressionType['kind'][]
  /** `constant`: must be a literal, known when the mapping is checked, and not null. */
  readonly form?: 'constant'
  readonly presence?: 'optional' | 'repeated'
}

/** What the checker knows of an argument. */
export interface Argument {
  readonly part: Typed
  readonly type: ExpressionType
  /** The value of a literal. */
  readonly constant: Value | undefined
}

export type Apply = (...values: readonly Value[]) => Value

interface Result {
  readonly type: ExpressionType
  /** Whether the result can be null; without it: where an argument can. */
  readonly nullable?: boolean
  /** Why the result may be null although no argument is. */
  readonly whyNull?: string
}

type RefusalCode = 'FW2202' | 'FW2207' | 'FW2208' | 'FW2217' | 'FW2221'

export type Resolution =
  | (Result & {
      readonly kind: 'resolved'
      /** `propagate` (default): null in, null out, and `apply` never sees one. `accept`: `apply` deals with null. */
      readonly nulls?: 'propagate' | 'accept'
      /** Gets no infinity; raises nothing but ValueError. */
      readonly apply: Apply
    })
  /** For functions that do not evaluate all of their arguments, or take infinities. */
  | (Result & {
      readonly kind: 'composed'
      readonly compose: (evaluations: readonly Typed['evaluate'][]) => Typed['evaluate']
    })
  | {
      readonly kind: 'refused'
      readonly code: RefusalCode
      readonly argument: number
      readonly message: string
      readonly hint?: string
    }

export interface FunctionDeclaration {
  readonly name: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  /** The type of the result, in words where it depends on the arguments. */
  readonly gives: string
  /** An expression and the result as JSON text; run as tests. An error class as `!badDate`. */
  readonly examples: readonly (readonly [expression: string, result: string])[]
  /** Whether the function can raise a ValueError. */
  readonly failure: 'never' | 'possible'
  /** `clears`, or whether these arguments do: personal data is no longer recognisable in the result. */
  readonly personalData?: 'clears' | ((parameters: readonly Argument[]) => boolean)
  readonly resolve: (parameters: readonly Argument[], scope: Scope) => Resolution
}

export const resolved = (
  type: ExpressionType,
  apply: Apply,
  rest: Omit<Result, 'type'> & { readonly nulls?: 'accept' } = {},
): Resolution => ({ kind: 'resolved', type, apply, ...rest })

export const refused = (code: RefusalCode, argument: number, message: string, hint = ''): Resolution => ({
  kind: 'refused',
  code,
  argument,
  message,
  hint,
})

/** A function of values whose result type never depends on its arguments. */
export function simple(
  declaration: Omit<FunctionDeclaration, 'resolve' | 'gives'> & { readonly result: ValueType; readonly apply: Apply },
): FunctionDeclaration {
  const { result, apply, ...rest } = declaration
  return { ...rest, gives: describeType(result), resolve: () => resolved(result, apply) }
}

/** Of every value that can be compared or named. */
export const anyKind: readonly ExpressionType['kind'][] = [
  'bool',
  'int',
  'long',
  'float',
  'double',
  'decimal',
  'bigdecimal',
  'string',
  'enum',
  'uuid',
  'json',
  'bytes',
  'date',
  'time',
  'localdatetime',
  'timestamp',
  'list',
]

export const text = (name = 'x'): Parameter => ({ name, kinds: ['string', 'enum', 'uuid'] })
export const constantText = (name: string): Parameter => ({ name, kinds: ['string'], form: 'constant' })
export const constantInt = (name: string): Parameter => ({ name, kinds: ['int'], form: 'constant' })
export const whole = (name = 'x'): Parameter => ({ name, kinds: ['int', 'long'] })

/** Of a text, a number or a bool. */
export const plainText = (value: Value): string =>
  typeof value === 'string' ? value : (value as number | bigint | boolean).toString()

/** Values of a checked type: the checker has proven what the casts say. */
export const asText = (value: Value | undefined): string => value as string
export const asInt = (value: Value | undefined): number => Number(value)
export const asLong = (value: Value | undefined): bigint => BigInt(value as number | bigint)
