/** Values of one type in an order without exceptions, and which of them are one: what sorting and distinct() need. */
import type { BigDecimal, Value } from '../../values/value.ts'
import { comparable } from './comparison.ts'
import type { ExpressionType } from './expression-type.ts'

type Order = (a: Value, b: Value) => number

/** The order of `<`, in which no number (NaN) stands behind all others, as in PostgreSQL. Null: the type has none. */
export function totalOrder(type: ExpressionType): Order | null {
  const how = comparable(type, type)
  const compare = how?.compare ?? null
  if (how === null || compare === null) return null
  const order: Order = (a, b) => compare(how.left(a), how.right(b))
  if (type.kind !== 'double' && type.kind !== 'float') return order
  return (a, b) => Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || order(a, b)
}

/** What equal values have in common, as a key of a Map. Null: values of the type are not compared. */
export function identityOf(type: ExpressionType): ((value: Value) => Value) | null {
  const how = comparable(type, type)
  if (how === null) return null
  if (type.kind === 'bytes')
    return (value) => (value === null ? null : Buffer.from(value as Uint8Array).toString('hex'))
  return type.kind === 'bigdecimal' ? bigDecimalIdentity : how.left
}

/** Without the zeros at its end: 1.50 is 1.5. */
function bigDecimalIdentity(value: Value): Value {
  if (value === null || typeof value === 'symbol') return value
  const { unscaled, scale } = value as BigDecimal
  const digits = unscaled.toString()
  const significant = digits.replace(/0+$/, '')
  return significant === '' || significant === '-'
    ? '0'
    : `${significant}e${digits.length - significant.length - scale}`
}
