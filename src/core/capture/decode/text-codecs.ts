/** Texts, enums, bytes and bits. At PostgreSQL texts and bytes may be the placeholder of an unchanged TOAST value. */
import type { ValueType } from '../../values/type.ts'
import { UNAVAILABLE, type Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { boolCodec } from './number-codecs.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from './value-codec.ts'

/** Everything whose value is the text itself: `text`, `uuid`, `json`, `inet`, ranges … */
export function textCodec(type: ValueType): (context: CodecContext) => ValueCodec {
  return ({ column, settings }) => {
    const placeholder = settings.unavailablePlaceholder
    return {
      type,
      decode: (raw) => {
        if (typeof raw !== 'string') throw decodeError(column, 'a text', raw)
        return raw === placeholder ? UNAVAILABLE : raw
      },
      encode: (value) => {
        if (typeof value === 'string') return value
        throw encodeError(column, 'a text')
      },
    }
  }
}

/** A value that the catalog does not know is an unknown code: the enum may have grown since the catalog was pulled. */
export function enumCodec({ column, values = [] }: CodecContext): ValueCodec {
  const known = new Set(values)
  const isKnown = (value: unknown): value is string => typeof value === 'string' && known.has(value)
  return {
    type: { kind: 'enum', values },
    decode: (raw) => {
      if (isKnown(raw)) return raw
      if (typeof raw !== 'string') throw decodeError(column, 'a text', raw)
      throw new ValueError('unknownCode', `column ${column}: the catalog does not know this value of the enum`)
    },
    encode: (value) => {
      if (isKnown(value)) return value
      throw encodeError(column, 'a value of the enum')
    },
  }
}

/** Bytes under `binary.handling.mode=hex`. */
export function hexCodec({ column, settings }: CodecContext): ValueCodec {
  const placeholder = settings.unavailablePlaceholder
  const placeholderHex = placeholder === undefined ? undefined : Buffer.from(placeholder, 'utf8').toString('hex')
  return {
    type: { kind: 'bytes' },
    decode: (raw) => {
      if (typeof raw !== 'string') throw decodeError(column, 'hexadecimal digits', raw)
      if (raw === placeholder || raw === placeholderHex) return UNAVAILABLE
      const bytes = Buffer.from(raw, 'hex')
      // Buffer.from stops at the first character that is no digit.
      if (bytes.length * 2 !== raw.length) throw decodeError(column, 'hexadecimal digits', raw)
      return bytes
    },
    encode: (value) => Buffer.from(requireBytes(value, column)).toString('hex'),
  }
}

/** One bit is a boolean; the connector decides by the declared length, which is one where none is declared. */
export function bitCodec(context: CodecContext): ValueCodec {
  const [length = 1] = context.modifiers
  return length > 1 ? bitsCodec(context) : boolCodec(context)
}

/** `bit(n)` as `io.debezium.data.Bits`: little-endian bytes, which Kafka's JsonConverter writes in base64. */
export function bitsCodec({ column }: CodecContext): ValueCodec {
  return {
    type: { kind: 'bytes' },
    decode: (raw) => {
      if (typeof raw !== 'string') throw decodeError(column, 'bytes in base64', raw)
      const bytes = Buffer.from(raw, 'base64')
      if (bytes.toString('base64') !== raw) throw decodeError(column, 'bytes in base64', raw)
      return bytes
    },
    encode: (value) => Buffer.from(requireBytes(value, column)).toString('base64'),
  }
}

function requireBytes(value: Value, column: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw encodeError(column, 'bytes')
}
