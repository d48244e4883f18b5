/** When two values are equal, and which comes first, by their common type. */
import type { ValueType } from '../values/type.ts'
import type { Value } from '../values/value.ts'
import { type ExpressionType, isValueType } from './expression-type.ts'
import { isNumeric, meet, type NumericType, widen } from './numbers.ts'

export interface Comparable {
  readonly left: (value: Value) => Value
  readonly right: (value: Value) => Value
  readonly equal: (a: Value, b: Value) => boolean
  /** null: the type has no order. */
  readonly compare: ((a: Value, b: Value) => number) | null
}

const same = (value: Value): Value => value
const identical = (a: Value, b: Value): boolean => a === b
const byValue = (a: Value, b: Value): number => {
  const [x, y] = [a as number, b as number]
  return x < y ? -1 : x > y ? 1 : 0
}

const scalarKinds: ReadonlySet<string> = new Set([
  'bool',
  'date',
  'time',
  'localdatetime',
  'timestamp',
  'duration',
  'uuid',
  'enum',
  'string',
])

/** How values of two types are compared; null where they are not. */
export function comparable(a: ExpressionType, b: ExpressionType): Comparable | null {
  if (a.kind === 'null' || b.kind === 'null') return { left: same, right: same, equal: identical, compare: null }
  if (!isValueType(a) || !isValueType(b)) return null
  if (isNumeric(a) && isNumeric(b)) return numbers(a, b)
  if (isText(a) && isText(b)) return texts(a, b)
  if (a.kind === 'bytes' && b.kind === 'bytes') {
    return { left: same, right: same, equal: (x, y) => order(x, y) === 0, compare: order }
  }
  if (a.kind !== b.kind || !scalarKinds.has(a.kind)) return null
  return { left: same, right: same, equal: identical, compare: a.kind === 'bool' ? null : byValue }
}

const isText = (type: ValueType): boolean => type.kind === 'string' || type.kind === 'enum'

function numbers(a: NumericType, b: NumericType): Comparable | null {
  const common = meet(a, b)
  if (common === null) return null
  return { left: widen(a, common), right: widen(b, common), equal: identical, compare: byValue }
}

/** A blank-padded column compares without its trailing blanks, as the database does. */
function texts(a: ValueType, b: ValueType): Comparable {
  const padded = [a, b].some((type) => type.kind === 'string' && type.padded === true)
  const bring = padded ? (value: Value): Value => (typeof value === 'string' ? trimBlanks(value) : value) : same
  return { left: bring, right: bring, equal: identical, compare: byValue }
}

export const trimBlanks = (text: string): string => text.replace(/ +$/, '')

const order = (a: Value, b: Value): number => Buffer.compare(a as Uint8Array, b as Uint8Array)
