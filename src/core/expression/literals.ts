/** A literal takes the type of what it meets, exactly or not at all. */
import type { Value } from '../values/value.ts'
import type { ExpressionType } from './expression-type.ts'
import type { Typed } from './typed.ts'

/** The type of a literal that meets nothing. Decimal digits are taken from the text, never from a double. */
export function literalType(value: null | boolean | bigint | string | number, text: string): ExpressionType {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'bool' }
  if (typeof value === 'string') return { kind: 'string' }
  if (typeof value === 'bigint') return BigInt.asIntN(32, value) === value ? { kind: 'int' } : { kind: 'long' }
  const digits = decimalDigits(text)
  return digits === null ? { kind: 'double' } : { kind: 'decimal', precision: digits.precision, scale: digits.scale }
}

export function literalValue(literal: { value: null | boolean | bigint | string | number; text: string }): Value {
  if (typeof literal.value === 'bigint') {
    return BigInt.asIntN(32, literal.value) === literal.value ? Number(literal.value) : literal.value
  }
  if (typeof literal.value === 'number') return decimalDigits(literal.text)?.unscaled ?? literal.value
  return literal.value
}

/** `12.50` → 1250 with scale 2; null for a literal with an exponent, which is a double. */
function decimalDigits(text: string): { unscaled: bigint; precision: number; scale: number } | null {
  const [, whole, fraction] = /^(\d+)\.(\d+)$/.exec(text) ?? []
  if (whole === undefined || fraction === undefined) return null
  const unscaled = BigInt(whole + fraction)
  return { unscaled, precision: Math.max(String(unscaled).length, fraction.length), scale: fraction.length }
}

/** The same literal as a value of `type`; null where it is not exactly one. */
export function adaptLiteral(typed: Typed, type: ExpressionType): Typed | null {
  const { literal } = typed
  if (literal === null) return null
  if (literal.value === null) return { ...typed, type, nullable: true }
  const value = valueAs(literal, type)
  return value === null ? null : { ...typed, type, evaluate: () => value }
}

function valueAs(literal: NonNullable<Typed['literal']>, type: ExpressionType): Value {
  const { value, text } = literal
  if (typeof value === 'string') return type.kind === 'string' || type.kind === 'enum' ? value : null
  if (typeof value === 'bigint') return integerAs(value, type)
  if (typeof value !== 'number') return null
  if (type.kind === 'double' || type.kind === 'float') return value
  const digits = decimalDigits(text)
  if (type.kind !== 'decimal' || digits === null || digits.scale > type.scale) return null
  return digits.unscaled * 10n ** BigInt(type.scale - digits.scale)
}

function integerAs(value: bigint, type: ExpressionType): Value {
  switch (type.kind) {
    case 'int':
      return BigInt.asIntN(32, value) === value ? Number(value) : null
    case 'long':
      return value
    case 'double':
    case 'float':
      return Number.isSafeInteger(Number(value)) ? Number(value) : null
    case 'decimal':
      return value * 10n ** BigInt(type.scale)
    default:
      return null
  }
}

/** Gives two operands one type where one of them is a literal that can take the other's. */
export function adaptPair(left: Typed, right: Typed): readonly [Typed, Typed] {
  if (left.literal !== null && right.literal === null) return [adaptLiteral(left, right.type) ?? left, right]
  if (right.literal !== null && left.literal === null) return [left, adaptLiteral(right, left.type) ?? right]
  return [left, right]
}
