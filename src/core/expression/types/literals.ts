/** A literal takes the type of what it meets, exactly or not at all. */
import type { Value } from '../../values/value.ts'
import type { DecimalType } from './numbers.ts'
import type { ExpressionType } from './expression-type.ts'
import type { Typed } from './typed.ts'

type Literal = NonNullable<Typed['literal']>

/** The type of a literal that meets nothing. Decimal digits are taken from the text, never from a double. */
export function literalType(value: Literal['value'], text: string): ExpressionType {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'bool' }
  if (typeof value === 'string') return { kind: 'string' }
  if (typeof value === 'bigint') return isInt(value) ? { kind: 'int' } : { kind: 'long' }
  const digits = decimalDigits(text)
  return digits === null ? { kind: 'double' } : { kind: 'decimal', precision: digits.precision, scale: digits.scale }
}

export function literalValue({ value, text }: Literal): Value {
  if (typeof value === 'bigint') return isInt(value) ? Number(value) : value
  if (typeof value === 'number') return decimalDigits(text)?.unscaled ?? value
  return value
}

const isInt = (value: bigint): boolean => BigInt.asIntN(32, value) === value

/** `-12.50` → -1250 with scale 2; null for a literal with an exponent, which is a double. */
export function decimalDigits(text: string): { unscaled: bigint; precision: number; scale: number } | null {
  const [, sign, whole, fraction] = /^(-?)(\d+)\.(\d+)$/.exec(text) ?? []
  if (sign === undefined || whole === undefined || fraction === undefined) return null
  const digits = BigInt(whole + fraction)
  const precision = Math.max(String(digits).length, fraction.length)
  return { unscaled: sign === '-' ? -digits : digits, precision, scale: fraction.length }
}

/** The same literal as a value of `type`; null where it is not exactly one. */
export function adaptLiteral(typed: Typed, type: ExpressionType): Typed | null {
  const { literal } = typed
  if (literal === null) return null
  if (literal.value === null) return { ...typed, type, nullable: true }
  const value = valueAs(literal, type)
  return value === null ? null : { ...typed, type, evaluate: () => value }
}

function valueAs({ value, text }: Literal, type: ExpressionType): Value {
  if (typeof value === 'boolean') return type.kind === 'bool' ? value : null
  if (typeof value === 'string') return textAs(value, type)
  if (typeof value === 'bigint') return integerAs(value, type)
  if (value === null) return null
  if (type.kind === 'double' || type.kind === 'float') return value
  const digits = decimalDigits(text)
  if (type.kind !== 'decimal' || digits === null || digits.scale > type.scale) return null
  return fitting(digits.unscaled * 10n ** BigInt(type.scale - digits.scale), type)
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function textAs(value: string, type: ExpressionType): Value {
  switch (type.kind) {
    case 'string':
      return value
    case 'enum':
      return type.values.includes(value) ? value : null
    case 'uuid':
      // Databases write them in lower case.
      return uuidForm.test(value) ? value.toLowerCase() : null
    default:
      return null
  }
}

function integerAs(value: bigint, type: ExpressionType): Value {
  switch (type.kind) {
    case 'int':
      return isInt(value) ? Number(value) : null
    case 'long':
      return BigInt.asIntN(64, value) === value ? value : null
    case 'double':
    case 'float':
      return Number.isSafeInteger(Number(value)) ? Number(value) : null
    case 'decimal':
      return fitting(value * 10n ** BigInt(type.scale), type)
    default:
      return null
  }
}

function fitting(unscaled: bigint, { precision }: DecimalType): bigint | null {
  const limit = 10n ** BigInt(precision)
  return unscaled < limit && unscaled > -limit ? unscaled : null
}

/** Gives two operands one type where one of them is a literal that can take the other's. */
export function adaptPair(left: Typed, right: Typed): readonly [Typed, Typed] {
  if (isPlain(left) && right.literal === null) return [adaptLiteral(left, right.type) ?? left, right]
  if (isPlain(right) && left.literal === null) return [left, adaptLiteral(right, left.type) ?? right]
  return [left, right]
}

/**
 * For a product: a literal beside a decimal keeps its own digits, because the scales are added. `price * 2` has the
 * scale of the price.
 */
export function adaptFactors(left: Typed, right: Typed): readonly [Typed, Typed] {
  if (left.type.kind === 'decimal' && right.literal !== null) return [left, asFactor(right)]
  if (right.type.kind === 'decimal' && left.literal !== null) return [asFactor(left), right]
  return adaptPair(left, right)
}

function asFactor(typed: Typed): Typed {
  const value = typed.literal?.value
  if (typeof value !== 'bigint') return typed
  const precision = String(value).replace('-', '').length
  return { ...typed, type: { kind: 'decimal', precision, scale: 0 }, evaluate: () => value }
}

/** Null is of no type and stays so. */
const isPlain = ({ literal }: Typed): boolean => literal !== null && literal.value !== null
