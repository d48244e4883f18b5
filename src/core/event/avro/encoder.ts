/** Avro's binary encoding, compiled once per contract to closures over our own values. */
import { ValueError } from '../../values/value-error.ts'
import { NEGATIVE_INFINITY, NOT_A_NUMBER, POSITIVE_INFINITY, type RecordValue, type Value } from '../../values/value.ts'
import type { AvroField, AvroPrimitive, AvroRecord, AvroSlot, AvroType } from './avro-type.ts'
import { ByteWriter } from './byte-writer.ts'

type Encode = (out: ByteWriter, value: Value | undefined) => void

/** Encoding never yields, so that all contracts can share one buffer. */
const writer = new ByteWriter()

/**
 * The encoder of a record: Avro bytes without a frame.
 *
 * It takes what `type.ts` says of each type; an int is taken where a long, float or double is wanted. Raises
 * ValueError `contract` that names the field and never the value.
 */
export function compileEncoder(record: AvroRecord): (value: RecordValue) => Buffer {
  const encode = recordEncoder(record, '')
  return (value) => {
    writer.reset()
    encode(writer, value)
    return writer.copy()
  }
}

function misfit(path: string, expected: string): never {
  throw new ValueError('contract', `field ${path}: expected ${expected}`)
}

function slotEncoder({ type, nullBranch }: AvroSlot, path: string): Encode {
  const encode = typeEncoder(type, path)
  if (nullBranch === 'none') return encode
  const [nullIndex, valueIndex] = nullBranch === 'first' ? [0, 2] : [2, 0]
  return (out, value) => {
    if (value === null || value === undefined) {
      out.byte(nullIndex)
    } else {
      out.byte(valueIndex)
      encode(out, value)
    }
  }
}

function typeEncoder(type: AvroType, path: string): Encode {
  if (type.kind === 'record') return recordEncoder(type, `${path}.`)
  if (type.kind === 'array') return arrayEncoder(type.items, path)
  if (type.kind === 'enum') return enumEncoder(type.symbols, path)
  if (type.kind === 'decimal') return decimalEncoder(type, path)
  return primitiveEncoder(type.kind, path)
}

function recordEncoder(record: AvroRecord, prefix: string): Encode {
  const fields = record.fields.map((field) => ({ name: field.name, encode: fieldEncoder(field, prefix + field.name) }))
  return (out, value) => {
    if (!isRecord(value)) misfit(prefix === '' ? record.name : prefix.slice(0, -1), 'a record')
    for (const { name, encode } of fields) encode(out, value[name])
  }
}

function fieldEncoder({ slot, defaultValue, name }: AvroField, path: string): Encode {
  const encode = slotEncoder(slot, path)
  if (name in Object.prototype) {
    return (out, value) => encode(out, typeof value === 'function' ? defaultValue : value)
  }
  if (defaultValue === undefined) return encode
  return (out, value) => encode(out, value === undefined ? defaultValue : value)
}

const isRecord = (value: Value | undefined): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function arrayEncoder(items: AvroSlot, path: string): Encode {
  const encode = slotEncoder(items, `${path}[]`)
  return (out, value) => {
    if (!Array.isArray(value)) misfit(path, 'a list')
    const list: readonly Value[] = value
    if (list.length > 0) {
      out.integer(list.length)
      for (const item of list) encode(out, item)
    }
    out.byte(0)
  }
}

function enumEncoder(symbols: readonly string[], path: string): Encode {
  const indexes = new Map<Value | undefined, number>(symbols.map((symbol, index) => [symbol, index]))
  return (out, value) => out.integer(indexes.get(value) ?? misfit(path, `one of ${symbols.join(', ')}`))
}

function decimalEncoder({ precision, scale }: { precision: number; scale: number }, path: string): Encode {
  const bound = 10n ** BigInt(precision)
  return (out, value) => {
    if (typeof value !== 'bigint' || value >= bound || value <= -bound) {
      misfit(path, `a decimal of ${precision} digits with scale ${scale}`)
    }
    out.twosComplement(value)
  }
}

function primitiveEncoder(kind: AvroPrimitive, path: string): Encode {
  switch (kind) {
    case 'string':
      return (out, value) => {
        if (typeof value !== 'string' || !out.text(value)) misfit(path, 'a text of valid Unicode')
      }
    case 'bool':
      return (out, value) => (typeof value === 'boolean' ? out.byte(value ? 1 : 0) : misfit(path, 'a bool'))
    case 'int':
    case 'date':
      return (out, value) => {
        if (typeof value !== 'number' || value !== (value | 0)) misfit(path, `${kind} of 32 bits`)
        out.integer(value)
      }
    case 'long':
    case 'timestamp':
    case 'localdatetime':
      return (out, value) => {
        if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) out.long(value)
        else if (kind === 'long' && Number.isSafeInteger(value)) out.long(BigInt(value as number))
        else misfit(path, `${kind} of 64 bits`)
      }
    case 'float':
      return (out, value) => out.float(floating(value) ?? misfit(path, 'a float'))
    case 'double':
      return (out, value) => out.double(floating(value) ?? misfit(path, 'a double'))
    case 'bytes':
      return (out, value) => (value instanceof Uint8Array ? out.bytes(value) : misfit(path, 'bytes'))
  }
}

function floating(value: Value | undefined): number | null {
  if (typeof value === 'number') return value
  if (value === NOT_A_NUMBER) return Number.NaN
  if (value === POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  return value === NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : null
}
