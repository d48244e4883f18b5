/** Arrays: the element's codec over a list whose elements may be null. */
import { createHash } from 'node:crypto'
import { UNAVAILABLE, type Value } from '../../values/value.ts'
import { type CodecContext, decodeError, encodeError, type ValueCodec } from './value-codec.ts'

export function listCodec(element: ValueCodec, { column, settings }: CodecContext): ValueCodec {
  const placeholder = settings.unavailablePlaceholder
  const isPlaceholder = placeholder === undefined ? () => false : placeholderList(placeholder)
  const decodeElement = (raw: unknown): Value => {
    if (raw === null) return null
    if (typeof raw === 'string' && javaArray.test(raw)) throw decodeError(column, 'one dimension', raw)
    return element.decode(raw)
  }
  return {
    type: { kind: 'list', element: { type: element.type, nullable: true } },
    decode: (raw) => {
      if (!Array.isArray(raw)) throw decodeError(column, 'a list', raw)
      return isPlaceholder(raw) ? UNAVAILABLE : raw.map(decodeElement)
    },
    encode: (value) => {
      if (!Array.isArray(value)) throw encodeError(column, 'a list')
      return (value as readonly Value[]).map((item) => (item === null ? null : element.encode(item)))
    },
  }
}

/** What the connector writes for an array inside of an array: the name of a Java object, `[Ljava.lang.String;@5605e7e0`. */
const javaArray = /^\[L[\w.$]+;@[0-9a-f]+$/

/**
 * The forms of an unchanged TOAST array, as in Debezium's `UnchangedToastedPlaceholder`: one element with the text
 * (text, varchar, json), its UUID (uuid) or its bytes (bytea), or its bytes as signed numbers (integers, dates).
 */
function placeholderList(placeholder: string): (raw: readonly unknown[]) => boolean {
  const bytes = Buffer.from(placeholder, 'utf8')
  const single = new Set<unknown>([placeholder, bytes.toString('hex'), nameUuid(bytes)])
  const numbers = [...new Int8Array(bytes)]
  return (raw) =>
    (raw.length === 1 && single.has(raw[0])) ||
    (raw.length === numbers.length && numbers.every((byte, index) => raw[index] === byte))
}

/** Java's `UUID.nameUUIDFromBytes`: MD5 with version 3. */
function nameUuid(bytes: Uint8Array): string {
  const digest = createHash('md5').update(bytes).digest()
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x30, 6)
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8)
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
