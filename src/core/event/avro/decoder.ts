/** The inverse of the encoder: Avro bytes to our own values, compiled once per schema. */
import { ValueError } from '../../values/value-error.ts'
import { NEGATIVE_INFINITY, NOT_A_NUMBER, POSITIVE_INFINITY, type RecordValue, type Value } from '../../values/value.ts'
import type { AvroPrimitive, AvroRecord, AvroSlot, AvroType } from './avro-type.ts'
import { ByteReader, twosComplementOf } from './byte-reader.ts'

type Decode = (input: ByteReader) => Value

/** The decoder of a record without a frame. Raises ValueError `contract` for bytes that are not such a record. */
export function compileDecoder(record: AvroRecord): (bytes: Buffer) => RecordValue {
  const decode = recordDecoder(record)
  return (bytes) => {
    const input = new ByteReader(bytes)
    const value = decode(input)
    if (!input.atEnd) throw new ValueError('contract', `bytes follow the record ${record.name}`)
    return value
  }
}

function slotDecoder({ type, nullBranch }: AvroSlot): Decode {
  const decode = typeDecoder(type)
  if (nullBranch === 'none') return decode
  const nullIndex = nullBranch === 'first' ? 0 : 1
  return (input) => (input.index(2) === nullIndex ? null : decode(input))
}

function typeDecoder(type: AvroType): Decode {
  if (type.kind === 'record') return recordDecoder(type)
  if (type.kind === 'array') return arrayDecoder(type.items)
  if (type.kind === 'enum') return (input) => type.symbols[input.index(type.symbols.length)] ?? null
  if (type.kind === 'decimal') return (input) => twosComplementOf(input.bytes())
  return primitiveDecoder(type.kind)
}

function recordDecoder(record: AvroRecord): (input: ByteReader) => RecordValue {
  const fields = record.fields.map(({ name, slot }) => ({ name, decode: slotDecoder(slot) }))
  return (input) => {
    const value: Record<string, Value> = {}
    for (const { name, decode } of fields) value[name] = decode(input)
    return value
  }
}

function arrayDecoder(items: AvroSlot): Decode {
  const decode = slotDecoder(items)
  return (input) => {
    const list: Value[] = []
    for (let count = input.integer(); count !== 0; count = input.integer()) {
      // A negative count is followed by the size of the block, which only those who skip it need.
      if (count < 0) input.integer()
      for (let i = Math.abs(count); i > 0; i--) {
        input.expectMore()
        list.push(decode(input))
      }
    }
    return list
  }
}

function primitiveDecoder(kind: AvroPrimitive): Decode {
  switch (kind) {
    case 'string':
      return (input) => input.text()
    case 'bool':
      return (input) => input.index(2, 'byte') === 1
    case 'int':
    case 'date':
      return (input) => input.integer()
    case 'long':
    case 'timestamp':
    case 'localdatetime':
      return (input) => input.long()
    case 'float':
      return (input) => floating(input.float())
    case 'double':
      return (input) => floating(input.double())
    case 'bytes':
      return (input) => Buffer.from(input.bytes())
  }
}

function floating(value: number): Value {
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return NOT_A_NUMBER
  return value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY
}
