/** Constants that people write: typed by the column or field where they stand, never by their look. */
import { daysOf, isDate } from '../../values/calendar.ts'
import { parseDecimal, rescale } from '../../values/decimal-text.ts'
import { parseInstant } from '../../values/instant-text.ts'
import type { ValueType } from '../../values/type.ts'
import { specialTexts, type Value } from '../../values/value.ts'

const specials: ReadonlyMap<string, Value> = new Map([...specialTexts].map(([value, text]) => [text, value]))
const withSpecials: ReadonlySet<string> = new Set([
  'float',
  'double',
  'decimal',
  'bigdecimal',
  'date',
  'localdatetime',
  'timestamp',
])

/** YAML of old reads 010 as 8, and who writes it may mean a text. */
const padded = /^-?0\d/

/** Undefined for a text that is no value of the type. */
export function valueOfText(text: string, type: ValueType): Value | undefined {
  if (withSpecials.has(type.kind)) {
    const special = specials.get(text)
    if (special !== undefined) return special
  }
  switch (type.kind) {
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'int':
      return integer(text, 32) === undefined ? undefined : Number(text)
    case 'long':
      return integer(text, 64)
    case 'float':
    case 'double':
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
    case 'decimal':
      return decimal(text, type)
    case 'bigdecimal':
      return parseDecimal(text) ?? undefined
    case 'enum':
      return type.values.includes(text) ? text : undefined
    case 'bytes':
      return /^([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined
    case 'string':
    case 'uuid':
    case 'json':
      return text
    default:
      return temporal(text, type.kind)
  }
}

function decimal(text: string, { precision, scale }: Extract<ValueType, { kind: 'decimal' }>): bigint | undefined {
  const parsed = padded.test(text) ? null : parseDecimal(text)
  const unscaled = parsed === null ? null : rescale(parsed, scale)
  const limit = 10n ** BigInt(precision)
  return unscaled === null || unscaled >= limit || unscaled <= -limit ? undefined : unscaled
}

function integer(text: string, bits: 32 | 64): bigint | undefined {
  if (!/^-?\d{1,20}$/.test(text) || padded.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(bits, value) === value ? value : undefined
}

function temporal(text: string, kind: ValueType['kind']): Value | undefined {
  switch (kind) {
    case 'date': {
      const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
      const date = { year: Number(year), month: Number(month), day: Number(day) }
      return year !== undefined && isDate(date) ? daysOf(date) : undefined
    }
    case 'time': {
      const sinceMidnight = /^\d\d:\d\d/.test(text) ? parseInstant(`1970-01-01T${text}Z`) : null
      return sinceMidnight === null ? undefined : sinceMidnight * 1_000n
    }
    case 'localdatetime':
      return parseInstant(`${text.replace(' ', 'T')}Z`) ?? undefined
    case 'timestamp':
      return parseInstant(text.replace(' ', 'T')) ?? undefined
    default:
      return undefined
  }
}
