/**
 * Fields of the protocol's flexible versions: lengths as unsigned varints plus one, and tagged fields, of which none
 * is written and all are skipped. See https://kafka.apache.org/protocol#protocol_compact_types
 */
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

export const topicIdBytes = 16

export function writeUnsignedVarint(writer: ByteWriter, value: number): void {
  let rest = value
  while (rest > 0x7f) {
    writer.int8((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  writer.int8(rest)
}

export const writeCompactArrayLength = (writer: ByteWriter, length: number): void =>
  writeUnsignedVarint(writer, length + 1)

export function writeCompactText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text)
  writeUnsignedVarint(writer, bytes.length + 1)
  writer.raw(bytes)
}

export const writeNoTaggedFields = (writer: ByteWriter): void => writeUnsignedVarint(writer, 0)

export function readUnsignedVarint(reader: ByteReader): number {
  let value = 0
  let shift = 0
  let byte: number
  do {
    byte = reader.int8() & 0xff
    value |= (byte & 0x7f) << shift
    shift += 7
  } while (byte >= 0x80 && shift < 35)
  return value >>> 0
}

/** Number of elements; −1 for null. */
export const readCompactLength = (reader: ByteReader): number => readUnsignedVarint(reader) - 1

/** Empty for null. */
export function readCompactText(reader: ByteReader): string {
  const size = Math.max(0, readCompactLength(reader))
  reader.position += size
  return reader.bytes.toString('utf8', reader.position - size, reader.position)
}

export function skipCompactText(reader: ByteReader): void {
  const size = Math.max(0, readCompactLength(reader))
  reader.position += size
}

export function skipTaggedFields(reader: ByteReader): void {
  for (let count = readUnsignedVarint(reader); count > 0; count--) {
    // The tag, then its size and so many bytes.
    readUnsignedVarint(reader)
    const size = readUnsignedVarint(reader)
    reader.position += size
  }
}
