/** Functions of numbers: exact, or an error class. */
import { parseDecimal, rescale } from '../../values/decimal-text.ts'
import type { ValueType } from '../../values/type.ts'
import type { BigDecimal, Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { checkDigits, checkInt, checkLong, decimalDigitsMax, type DecimalType } from '../types/numbers.ts'
import { decimalDigits } from '../types/literals.ts'
import {
  type Argument,
  asInt,
  asLong,
  constantInt,
  type FunctionDeclaration,
  refused,
  type Resolution,
  type Parameter,
  resolved,
  whole,
} from './declaration.ts'

const wholeOf: Parameter = { name: 'x', kinds: ['int', 'long', 'decimal', 'string'] }

export const numberFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'int',
    summary: 'A 32-bit number from a whole number or text; class overflow, or decode for a text that is no number.',
    parameters: [wholeOf],
    examples: [
      ["int('17')", '17'],
      ["int('x')", '!decode'],
      ['int(3000000000)', '!overflow'],
      ['int(round(2.5, 0))', '3'],
      ['int(2.5)', '!overflow'],
    ],
    gives: 'int',
    failure: 'possible',
    resolve: ([x]) => resolved({ kind: 'int' }, (value) => checkInt(Number(wholeNumber(value, scaleOf(x))))),
  },
  {
    name: 'long',
    summary: 'A 64-bit number from a whole number or text; class overflow, or decode for a text that is no number.',
    parameters: [wholeOf],
    examples: [["long('3000000000')", '3000000000']],
    gives: 'long',
    failure: 'possible',
    resolve: ([x]) => resolved({ kind: 'long' }, (value) => checkLong(wholeNumber(value, scaleOf(x)))),
  },
  {
    name: 'decimal',
    summary:
      'A decimal of so many digits, so many of them behind the point; class overflow where digits would be lost.',
    parameters: [
      { name: 'x', kinds: ['string', 'int', 'long', 'double', 'float', 'decimal', 'bigdecimal'] },
      { ...constantInt('precision'), presence: 'optional' },
      { ...constantInt('scale'), presence: 'optional' },
    ],
    examples: [
      ["decimal('49.9', 10, 2)", '"49.90"'],
      ["decimal('49.999', 10, 2)", '!overflow'],
      ["decimal('x', 10, 2)", '!decode'],
      ["decimal('1000.00')", '"1000.00"'],
    ],
    gives: 'decimal(precision, scale)',
    failure: 'possible',
    resolve: ([x, precision, scale]) => {
      const type = precision === undefined ? constantDecimal(x) : decimalType(precision, scale)
      if (typeof type === 'string') return refused('FW2207', precision === undefined ? 0 : 1, type)
      return resolved(type, (value) => toDecimal(value ?? null, scaleOf(x), type))
    },
  },
  {
    name: 'scaled',
    summary: 'A whole number of smallest units as a decimal: scaled(4990, 2) is 49.90.',
    parameters: [whole(), constantInt('scale')],
    examples: [
      ['scaled(4990, 2)', '"49.90"'],
      ['scaled(5, 2)', '"0.05"'],
    ],
    gives: 'decimal of that scale',
    failure: 'never',
    resolve: ([x, scale]) => {
      const digits = asInt(scale?.constant ?? null)
      if (digits < 0 || digits > decimalDigitsMax) return refused('FW2207', 1, `a scale is 0 to ${decimalDigitsMax}`)
      const precision = Math.max(x?.type.kind === 'int' ? 10 : 19, digits)
      return resolved({ kind: 'decimal', precision, scale: digits }, (value) => asLong(value))
    },
  },
  {
    name: 'round',
    summary: 'A decimal or double with fewer digits behind the point, half away from zero.',
    parameters: [{ name: 'x', kinds: ['decimal', 'double', 'float'] }, constantInt('scale')],
    examples: [
      ['round(1.005, 2)', '"1.01"'],
      ['round(1.5, 0)', '"2"'],
      ['round(-1.5, 0)', '"-2"'],
    ],
    gives: 'decimal of that scale, or double',
    failure: 'never',
    resolve: ([x, scale]) => roundTo(x, asInt(scale?.constant ?? null)),
  },
  {
    name: 'div',
    summary: 'A decimal quotient with the given scale, half away from zero; class overflow for division by zero.',
    parameters: [
      { name: 'x', kinds: ['decimal', 'int', 'long'] },
      { name: 'y', kinds: ['decimal', 'int', 'long'] },
      constantInt('scale'),
    ],
    examples: [
      ['div(10.00, 4, 2)', '"2.50"'],
      ['div(1, 3, 4)', '"0.3333"'],
      ['div(1, 0, 2)', '!overflow'],
    ],
    gives: 'decimal of that scale',
    failure: 'possible',
    resolve: ([x, y, scale]) => {
      const type = decimalType({ constant: decimalDigitsMax }, scale)
      if (typeof type === 'string') return refused('FW2207', 2, type)
      if (Number(y?.constant ?? 1) === 0) return refused('FW2217', 1, 'always fails: division by zero (overflow)')
      const [scaleX, scaleY] = [scaleOf(x), scaleOf(y)]
      return resolved(type, (a, b) => {
        const divisor = asLong(b)
        if (divisor === 0n) throw new ValueError('overflow', 'division by zero')
        const shift = type.scale + scaleY - scaleX
        const dividend = asLong(a) * 10n ** BigInt(Math.max(shift, 0))
        return checkDigits(divideHalfUp(dividend, divisor * 10n ** BigInt(Math.max(-shift, 0))), type.precision)
      })
    },
  },
  {
    name: 'abs',
    summary: 'The number without its sign.',
    parameters: [{ name: 'x', kinds: ['int', 'long', 'decimal', 'double', 'float'] }],
    examples: [
      ['abs(-5)', '5'],
      ['abs(2.50)', '"2.50"'],
    ],
    gives: 'the type of x',
    failure: 'possible',
    resolve: ([x]) => {
      const type = x?.type as ValueType
      if (type.kind === 'int') return resolved(type, (value) => checkInt(Math.abs(value as number)))
      if (type.kind === 'long') return resolved(type, (value) => checkLong(positive(value as bigint)))
      if (type.kind === 'decimal') return resolved(type, (value) => positive(value as bigint))
      return resolved(type, (value) => Math.abs(value as number))
    },
  },
]

const positive = (value: bigint): bigint => (value < 0n ? -value : value)

function wholeNumber(value: Value | undefined, scale: number): bigint {
  if (typeof value === 'string') {
    if (!/^\s*[+-]?\d{1,40}\s*$/.test(value)) throw new ValueError('decode', 'the text is not a whole number')
    return BigInt(value.trim().replace(/^\+/, ''))
  }
  const unscaled = rescale({ unscaled: asLong(value), scale }, 0)
  if (unscaled === null) throw new ValueError('overflow', 'digits behind the point')
  return unscaled
}

function decimalType(
  precision: Pick<Argument, 'constant'>,
  scale: Pick<Argument, 'constant'> | undefined,
): DecimalType | string {
  if (scale === undefined) return 'a precision needs a scale: decimal(x, precision, scale)'
  const [digits, places] = [asInt(precision.constant ?? null), asInt(scale.constant ?? null)]
  if (digits < 1 || digits > decimalDigitsMax) return `a precision is 1 to ${decimalDigitsMax}`
  return places < 0 || places > digits
    ? `a scale is 0 to the precision, ${digits}`
    : { kind: 'decimal', precision: digits, scale: places }
}

/** `decimal('1000.00')`: a constant has the digits that its text has. */
function constantDecimal(x: Argument | undefined): DecimalType | string {
  if (typeof x?.constant !== 'string') return 'needs precision and scale: decimal(x, precision, scale)'
  const { constant } = x
  const isWhole = /^-?\d+$/.test(constant)
  const digits = decimalDigits(isWhole ? `${constant}.0` : constant)
  if (digits === null) return `'${constant}' is no decimal`
  const { precision, scale } = digits
  return isWhole
    ? decimalType({ constant: Math.max(1, precision - 1) }, { constant: 0 })
    : decimalType({ constant: precision }, { constant: scale })
}

function toDecimal(value: Value, scale: number, type: DecimalType): bigint {
  const unscaled = rescale(decimalOf(value, scale), type.scale)
  if (unscaled === null) throw new ValueError('overflow', `more than ${type.scale} digits behind the point`)
  return checkDigits(unscaled, type.precision)
}

function decimalOf(value: Value, scale: number): BigDecimal {
  if (typeof value === 'bigint') return { unscaled: value, scale }
  if (typeof value === 'object') return value as BigDecimal
  // JavaScript writes its exponents in lower case, Java's decimals in upper case.
  const parsed = parseDecimal(String(value).trim().toUpperCase())
  if (parsed === null) throw new ValueError('decode', 'not a decimal number')
  return parsed
}

function roundTo(x: Argument | undefined, scale: number): Resolution {
  const type = x?.type as ValueType
  if (scale < 0 || scale > decimalDigitsMax) return refused('FW2207', 1, `a scale is 0 to ${decimalDigitsMax}`)
  if (type.kind !== 'decimal') {
    return resolved({ kind: 'double' }, (value) => roundDouble(value as number, scale))
  }
  if (scale >= type.scale) return resolved(type, (value) => value ?? null)
  const divisor = 10n ** BigInt(type.scale - scale)
  const precision = Math.max(1, type.precision - (type.scale - scale) + 1)
  return resolved({ kind: 'decimal', precision, scale }, (value) => divideHalfUp(value as bigint, divisor))
}

/** A double that has no digits so far behind the point stays as it is. */
function roundDouble(value: number, scale: number): number {
  const factor = 10 ** scale
  const shifted = Math.abs(value) * factor
  return shifted < Number.MAX_SAFE_INTEGER ? (Math.sign(value) * Math.round(shifted)) / factor + 0 : value
}

const scaleOf = (argument: Argument | undefined): number =>
  argument?.type.kind === 'decimal' ? argument.type.scale : 0

/** Half away from zero, as people round money. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n
  const [a, b] = [positive(dividend), positive(divisor)]
  const quotient = (a * 2n + b) / (b * 2n)
  return negative ? -quotient : quotient
}
