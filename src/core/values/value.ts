/** Values at run time. Which JS representation a type has is stated in `type.ts`. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | BigDecimal
  | SpecialValue
  | readonly Value[]
  | RecordValue

/** A decimal whose scale is known per value only: `unscaled * 10^-scale`. */
export interface BigDecimal {
  readonly unscaled: bigint
  readonly scale: number
}

/** Field name to value. Types are static, so nothing at run time has to tell a record from a big decimal. */
export interface RecordValue {
  readonly [field: string]: Value
}

/** The value of a column that the connector did not send (an unchanged TOAST value); never published. */
export const UNAVAILABLE = Symbol('unavailable')
export const POSITIVE_INFINITY = Symbol('+inf')
export const NEGATIVE_INFINITY = Symbol('-inf')
export const NOT_A_NUMBER = Symbol('NaN')
export type SpecialValue =
  | typeof UNAVAILABLE
  | typeof POSITIVE_INFINITY
  | typeof NEGATIVE_INFINITY
  | typeof NOT_A_NUMBER

/** How people write those that a column can hold. */
export const specialTexts: ReadonlyMap<Value, string> = new Map<Value, string>([
  [POSITIVE_INFINITY, 'infinity'],
  [NEGATIVE_INFINITY, '-infinity'],
  [NOT_A_NUMBER, 'NaN'],
])
