/** When two values are equal, and which comes first, by their common type. */
import type { ValueType } from '../../values/type.ts'
import type { BigDecimal, Value } from '../../values/value.ts'
import { infinityRank } from './finite.ts'
import { isNumeric, meet, type NumericType, widen } from './numbers.ts'
import { type ExpressionType, isValueType } from './expression-type.ts'

export interface Comparable {
  readonly left: (value: Value) => Value
  readonly right: (value: Value) => Value
  readonly equal: (a: Value, b: Value) => boolean
  /** null: the type has no order. */
  readonly compare: ((a: Value, b: Value) => number) | null
}

/** What brings a value that is compared as it is. */
export const same = (value: Value): Value => value
export const identical = (a: Value, b: Value): boolean => a === b
const byValue = (a: Value, b: Value): number => {
  const [x, y] = [a as number, b as number]
  return x < y ? -1 : x > y ? 1 : 0
}
const byValueOrInfinity = (a: Value, b: Value): number =>
  typeof a === 'symbol' || typeof b === 'symbol' ? infinityRank(a) - infinityRank(b) : byValue(a, b)

/** Kinds that compare with themselves only, by how they are ordered. */
const scalarOrders: Readonly<Partial<Record<ValueType['kind'], Comparable['compare']>>> = {
  bool: null,
  uuid: byValue,
  time: byValue,
  date: byValueOrInfinity,
  localdatetime: byValueOrInfinity,
  timestamp: byValueOrInfinity,
}

/** How values of two types are compared; null where they are not. Infinities are equal to themselves, and ordered. */
export function comparable(a: ExpressionType, b: ExpressionType): Comparable | null {
  if (a.kind === 'null' || b.kind === 'null') return { left: same, right: same, equal: identical, compare: null }
  if (!isValueType(a) || !isValueType(b)) return null
  if (isNumeric(a) && isNumeric(b)) return numbers(a, b)
  if (isText(a) && isText(b)) return texts(a, b)
  if (a.kind !== b.kind) return null
  if (a.kind === 'bytes') {
    return { left: same, right: same, equal: (x, y) => bytesOrder(x, y) === 0, compare: bytesOrder }
  }
  const compare = scalarOrders[a.kind]
  return compare === undefined ? null : { left: same, right: same, equal: identical, compare }
}

export const isText = (type: ExpressionType): type is Extract<ValueType, { kind: 'string' | 'enum' }> =>
  type.kind === 'string' || type.kind === 'enum'

function numbers(a: NumericType, b: NumericType): Comparable | null {
  if (a.kind === b.kind && a.kind !== 'decimal' && a.kind !== 'bigdecimal') {
    return { left: same, right: same, equal: identical, compare: byValue }
  }
  const exact = [a, b].every(({ kind }) => kind !== 'decimal' && kind !== 'bigdecimal')
  // JavaScript compares a number with a bigint by their exact values.
  if (exact) return { left: same, right: same, equal: (x, y) => x == y, compare: byValue }
  if (a.kind === 'bigdecimal' || b.kind === 'bigdecimal') return bigDecimals(a, b)
  const common = meet(a, b)
  if (common?.kind !== 'decimal') return null
  // Nothing is kept of the widened value, so that it may have more digits than a decimal can.
  const unlimited = { ...common, precision: Number.POSITIVE_INFINITY }
  return { left: widen(a, unlimited), right: widen(b, unlimited), equal: identical, compare: byValueOrInfinity }
}

function bigDecimals(a: NumericType, b: NumericType): Comparable | null {
  const [left, right] = [bigDecimalOf(a), bigDecimalOf(b)]
  if (left === null || right === null) return null
  return { left, right, equal: (x, y) => bigDecimalOrder(x, y) === 0, compare: bigDecimalOrder }
}

/** Null for floating-point numbers, which are no exact decimals. */
function bigDecimalOf(type: NumericType): ((value: Value) => Value) | null {
  if (type.kind === 'bigdecimal') return same
  if (type.kind === 'double' || type.kind === 'float') return null
  const scale = type.kind === 'decimal' ? type.scale : 0
  return (value) =>
    value === null || typeof value === 'symbol' ? value : { unscaled: BigInt(value as number | bigint), scale }
}

function bigDecimalOrder(a: Value, b: Value): number {
  if (typeof a === 'symbol' || typeof b === 'symbol') return infinityRank(a) - infinityRank(b)
  const [x, y] = [a as BigDecimal, b as BigDecimal]
  const scale = Math.max(x.scale, y.scale)
  return byValue(x.unscaled * 10n ** BigInt(scale - x.scale), y.unscaled * 10n ** BigInt(scale - y.scale))
}

/**
 * As the database does: a blank-padded column without its trailing blanks, citext beside citext without its case. Null
 * where a collation decides that cannot be repeated here.
 */
function texts(a: ExpressionType, b: ExpressionType): Comparable | null {
  if (isLoose(a) || isLoose(b)) return null
  const bring = textBringing({ padded: isPadded(a) || isPadded(b), caseless: isCaseless(a) && isCaseless(b) })
  return { left: bring, right: bring, equal: identical, compare: byValue }
}

/** Whether the database takes texts for equal that differ, by a rule that cannot be repeated here. */
export const isLoose = (type: ExpressionType): boolean =>
  type.kind === 'list' ? isLoose(type.element.type) : type.kind === 'string' && type.equality === 'unknown'

/** Whether trailing blanks of such texts do not count. */
export const isPadded = (type: ExpressionType): boolean =>
  type.kind === 'string' && (type.padded === true || type.trailingBlanks === 'ignored')
export const isCaseless = (type: ExpressionType): boolean => type.kind === 'string' && type.equality === 'caseless'

/** What brings values of one type to a form in which equal ones are the same; `isLoose` types have none. */
export function bringing(type: ExpressionType): (value: Value) => Value {
  if (type.kind !== 'list') return textBringing({ padded: isPadded(type), caseless: isCaseless(type) })
  const each = bringing(type.element.type)
  return each === same ? same : (value) => (Array.isArray(value) ? value.map(each) : value)
}

function textBringing(options: { readonly padded: boolean; readonly caseless: boolean }): (value: Value) => Value {
  const { padded, caseless } = options
  if (!padded && !caseless) return same
  return (value) => {
    if (typeof value !== 'string') return value
    const trimmed = padded ? trimBlanks(value) : value
    return caseless ? lowerCase(trimmed) : trimmed
  }
}

/** Letter by letter: the case of a letter must not depend on those around it, as that of a final sigma would. */
const lowerCase = (text: string): string => Array.from(text, (letter) => letter.toLowerCase()).join('')

/** Without a regular expression: it would look at every run of blanks in the text. */
export function trimBlanks(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end -= 1
  return end === text.length ? text : text.slice(0, end)
}

const bytesOrder = (a: Value, b: Value): number => Buffer.compare(a as Uint8Array, b as Uint8Array)
