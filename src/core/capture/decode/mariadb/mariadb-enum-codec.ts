/** Enums of MariaDB, whose values with a comma come in two forms. */
import { ValueError } from '../../../values/value-error.ts'
import { enumCodec } from '../text-codecs.ts'
import type { CodecContext, ValueCodec } from '../value-codec.ts'

/** A value `a,b` is streamed as `a\,b`, and read by a snapshot as it is. */
export function escapedEnumCodec(context: CodecContext): ValueCodec {
  const { column, values = [] } = context
  const { type, decode, encode } = enumCodec(context)
  const escaped = new Map(values.filter((value) => value.includes(',')).map((value) => [escapedValue(value), value]))
  if (escaped.size === 0) return { type, decode, encode }
  return {
    type,
    decode: (raw) => {
      const value = typeof raw === 'string' ? escaped.get(raw) : undefined
      if (value === undefined) return decode(raw)
      if (!values.includes(escapedValue(value))) return value
      throw new ValueError(
        'decode',
        `column ${column}: nothing tells a value with a comma from one with a backslash before it`,
      )
    },
    encode,
  }
}

const escapedValue = (value: string): string => value.replaceAll(',', String.raw`\,`)
