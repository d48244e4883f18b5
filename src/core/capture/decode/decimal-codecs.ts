/** Decimals under `decimal.handling.mode=string`: exact text, special values by name. */
import {
  type BigDecimal,
  NEGATIVE_INFINITY,
  NOT_A_NUMBER,
  POSITIVE_INFINITY,
  UNAVAILABLE,
  type Value,
} from '../../values/value.ts'
import { formatDecimal, parseDecimal, rescale } from '../../values/decimal-text.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from './value-codec.ts'

/** Names as in Debezium's `SpecialValueDecimal`. */
const specialDecimals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['NAN', NOT_A_NUMBER],
  ['POSITIVE_INFINITY', POSITIVE_INFINITY],
  ['NEGATIVE_INFINITY', NEGATIVE_INFINITY],
])
const specialNames = new Map([...specialDecimals].map(([name, value]) => [value, name]))

/** `numeric(p,s)`, and `money`; a negative scale is held as scale 0 with as many digits more. */
export function decimalCodec(declared: { precision: number; scale: number }, context: CodecContext): ValueCodec {
  const { column } = context
  const scale = Math.max(0, declared.scale)
  const precision = Math.max(declared.precision + Math.max(0, -declared.scale), scale)
  const limit = 10n ** BigInt(precision)
  const expected = `a decimal of ${precision} digits, ${scale} of them after the point`
  const decodeText = specialOr(context, (text) => {
    const parsed = parseDecimal(text)
    const unscaled = parsed === null ? null : rescale(parsed, scale)
    if (unscaled === null || unscaled >= limit || unscaled <= -limit) throw decodeError(column, expected, text)
    return unscaled
  })
  return {
    type: { kind: 'decimal', precision, scale },
    decode: decodeText,
    encode: (value) => {
      if (typeof value === 'bigint') return formatDecimal({ unscaled: value, scale })
      return encodeSpecial(value, column)
    },
  }
}

/** `numeric` without scale: each value brings its own. */
export function bigDecimalCodec(context: CodecContext): ValueCodec {
  const { column } = context
  return {
    type: { kind: 'bigdecimal' },
    decode: specialOr(context, (text) => {
      const parsed = parseDecimal(text)
      if (parsed === null) throw decodeError(column, 'a decimal', text)
      return parsed.scale >= 0 ? parsed : { unscaled: parsed.unscaled * 10n ** BigInt(-parsed.scale), scale: 0 }
    }),
    encode: (value) => {
      if (typeof value === 'object' && value !== null && 'unscaled' in value && 'scale' in value) {
        return formatDecimal(value as BigDecimal)
      }
      return encodeSpecial(value, column)
    },
  }
}

function specialOr({ column, settings }: CodecContext, decode: (text: string) => Value): (raw: unknown) => Value {
  const placeholder = settings.unavailablePlaceholder
  return (raw) => {
    if (typeof raw !== 'string') throw decodeError(column, 'a decimal as text', raw)
    if (raw === placeholder) return UNAVAILABLE
    return specialDecimals.get(raw) ?? decode(raw)
  }
}

function encodeSpecial(value: Value, column: string): string {
  const name = specialNames.get(value)
  if (name !== undefined) return name
  throw encodeError(column, 'a decimal')
}
