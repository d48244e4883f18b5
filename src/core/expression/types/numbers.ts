/** Numeric types: which one two operands meet in, how a value gets there, and arithmetic that never rounds silently. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'

export type DecimalType = Extract<ValueType, { kind: 'decimal' }>
export type NumericType = { readonly kind: 'int' | 'long' | 'float' | 'double' | 'bigdecimal' } | DecimalType

const numericKinds: ReadonlySet<string> = new Set(['int', 'long', 'float', 'double', 'decimal', 'bigdecimal'])

export const isNumeric = (type: { readonly kind: string }): type is NumericType => numericKinds.has(type.kind)

export const decimalDigitsMax = 38

const digitsOf = (type: NumericType): { precision: number; scale: number } => {
  if (type.kind === 'decimal') return type
  return type.kind === 'int' ? { precision: 10, scale: 0 } : { precision: 19, scale: 0 }
}

/** The type in which two numbers are calculated with; null where one would be rounded on the way. */
export function meet(a: NumericType, b: NumericType): NumericType | null {
  if (a.kind === 'bigdecimal' || b.kind === 'bigdecimal') return null
  if (isFloating(a) || isFloating(b)) {
    // A double holds every int, but not every long or decimal.
    return [a, b].every((type) => isFloating(type) || type.kind === 'int') ? { kind: 'double' } : null
  }
  if (a.kind === 'decimal' || b.kind === 'decimal') {
    const [x, y] = [digitsOf(a), digitsOf(b)]
    const scale = Math.max(x.scale, y.scale)
    const whole = Math.max(x.precision - x.scale, y.precision - y.scale)
    return { kind: 'decimal', precision: Math.min(decimalDigitsMax, whole + scale), scale }
  }
  return a.kind === 'long' || b.kind === 'long' ? { kind: 'long' } : { kind: 'int' }
}

export const isFloating = (type: NumericType): boolean => type.kind === 'double' || type.kind === 'float'

type Widening = (value: Value) => Value

const asIs: Widening = (value) => value

/**
 * Brings a value of `from` into `to`, which `meet` has found. Exact, or `overflow` where `to` was cut at 38 digits.
 * Null and infinities pass.
 */
export function widen(from: NumericType, to: NumericType): Widening {
  switch (to.kind) {
    case 'long':
      return from.kind === 'int' ? (value) => (value === null ? null : BigInt(value as number)) : asIs
    case 'decimal':
      return widenDecimal(digitsOf(from), to, from.kind)
    default:
      return asIs
  }
}

function widenDecimal(from: { precision: number; scale: number }, to: DecimalType, kind: string): Widening {
  if (kind === 'decimal' && from.scale === to.scale) return asIs
  const factor = 10n ** BigInt(to.scale - from.scale)
  const { precision } = to
  const canOverflow = from.precision - from.scale > precision - to.scale
  return (value) => {
    if (value === null || typeof value === 'symbol') return value
    const unscaled = BigInt(value as number | bigint) * factor
    return canOverflow ? checkDigits(unscaled, precision) : unscaled
  }
}

/** Raises `overflow` when an unscaled decimal has more digits than its type. */
export function checkDigits(value: bigint, precision: number): bigint {
  const limit = limits[precision] ?? 10n ** BigInt(precision)
  if (value >= limit || value <= -limit) throw new ValueError('overflow', `more than ${precision} digits`)
  return value
}

/** Powers of ten by exponent: the comparison is in the way of every decimal. */
const limits: readonly bigint[] = Array.from({ length: decimalDigitsMax + 1 }, (_, digits) => 10n ** BigInt(digits))

export function checkInt(value: number): number {
  if (value > 2147483647 || value < -2147483648) throw new ValueError('overflow', 'beyond 32 bits')
  return value
}

export function checkLong(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new ValueError('overflow', 'beyond 64 bits')
  return value
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export interface Arithmetic {
  /** What the operands are widened to. */
  readonly operands: readonly [NumericType, NumericType]
  readonly result: NumericType
  readonly apply: Apply
}

/** The result type of an operation and how it is done on widened operands; null: not offered. */
export function arithmetic(operator: ArithmeticOperator, a: NumericType, b: NumericType): Arithmetic | null {
  const common = meet(a, b)
  if (common === null) return null
  switch (common.kind) {
    case 'int':
      return { operands: [common, common], result: common, apply: intOperations[operator] }
    case 'long':
      return { operands: [common, common], result: common, apply: longOperations[operator] }
    case 'double':
      return operator === '%' ? null : { operands: [common, common], result: common, apply: doubleOperations[operator] }
    case 'decimal':
      return decimalArithmetic(operator, { a, b, common })
    default:
      return null
  }
}

type Apply = (a: Value, b: Value) => Value

const n = (value: Value): number => value as number
const l = (value: Value): bigint => value as bigint

const notZero = <T extends number | bigint>(value: T): T => {
  if (value == 0) throw new ValueError('overflow', 'division by zero')
  return value
}

const intOperations: Readonly<Record<ArithmeticOperator, Apply>> = {
  '+': (a, b) => checkInt(n(a) + n(b)),
  '-': (a, b) => checkInt(n(a) - n(b)),
  // The product of two 32-bit numbers can be beyond 2^53, but then it is beyond 2^31 too. `+ 0` makes -0 a zero.
  '*': (a, b) => checkInt(n(a) * n(b)) + 0,
  '/': (a, b) => checkInt(Math.trunc(n(a) / notZero(n(b)))) + 0,
  '%': (a, b) => (n(a) % notZero(n(b))) + 0,
}

const longOperations: Readonly<Record<ArithmeticOperator, Apply>> = {
  '+': (a, b) => checkLong(l(a) + l(b)),
  '-': (a, b) => checkLong(l(a) - l(b)),
  '*': (a, b) => checkLong(l(a) * l(b)),
  '/': (a, b) => checkLong(l(a) / notZero(l(b))),
  '%': (a, b) => l(a) % notZero(l(b)),
}

const doubleOperations: Readonly<Record<Exclude<ArithmeticOperator, '%'>, Apply>> = {
  '+': (a, b) => n(a) + n(b),
  '-': (a, b) => n(a) - n(b),
  '*': (a, b) => n(a) * n(b),
  '/': (a, b) => n(a) / n(b),
}

function decimalArithmetic(
  operator: ArithmeticOperator,
  { a, b, common }: { a: NumericType; b: NumericType; common: DecimalType },
): Arithmetic | null {
  if (operator === '+' || operator === '-') {
    const precision = Math.min(decimalDigitsMax, common.precision + 1)
    const result: NumericType = { kind: 'decimal', precision, scale: common.scale }
    const apply: Apply =
      operator === '+' ? (x, y) => checkDigits(l(x) + l(y), precision) : (x, y) => checkDigits(l(x) - l(y), precision)
    return { operands: [common, common], result, apply }
  }
  if (operator !== '*') return null
  const [x, y] = [digitsOf(a), digitsOf(b)]
  const scale = x.scale + y.scale
  if (scale > decimalDigitsMax) return null
  const precision = Math.min(decimalDigitsMax, x.precision + y.precision)
  return {
    operands: [
      { kind: 'decimal', precision: x.precision, scale: x.scale },
      { kind: 'decimal', precision: y.precision, scale: y.scale },
    ],
    result: { kind: 'decimal', precision, scale },
    apply: (p, q) => checkDigits(l(p) * l(q), precision),
  }
}
