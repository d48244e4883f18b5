/** The default of a field, as schema JSON spells it, to our value. */
import { isJsonObject, type JsonObject } from '../../diagnostics/json-object.ts'
import type { Value } from '../../values/value.ts'
import type { AvroRecord, AvroSlot, AvroType } from './avro-type.ts'
import { twosComplementOf } from './byte-reader.ts'

/** Undefined for what is no default there. That of a union is a value of its first branch. */
export function defaultValueOf({ type, nullBranch }: AvroSlot, json: unknown): Value | undefined {
  if (nullBranch === 'first') return json === null ? null : undefined
  switch (type.kind) {
    case 'record':
      return isJsonObject(json) ? defaultRecord(type, json) : undefined
    case 'array':
      return Array.isArray(json) ? defaultList(type.items, json) : undefined
    case 'bool':
      return typeof json === 'boolean' ? json : undefined
    case 'int':
    case 'date':
      return typeof json === 'number' && (json | 0) === json ? json : undefined
    case 'long':
    case 'timestamp':
    case 'localdatetime':
      return defaultLong(json)
    case 'float':
    case 'double':
      return defaultFloating(json)
    case 'bytes':
    case 'decimal':
      return defaultBytes(type.kind, json)
    case 'enum':
      return typeof json === 'string' && type.symbols.includes(json) ? json : undefined
    case 'string':
      return typeof json === 'string' ? json : undefined
  }
}

/** What a default of the type is, for messages. */
export function describeDefault({ type, nullBranch }: AvroSlot): string {
  if (nullBranch === 'first') return 'null, as null comes first in its union'
  if (type.kind === 'enum') return `one of ${type.symbols.join(', ')}`
  return descriptions[type.kind]
}

const long = 'a whole number of 64 bits'
const bytes = 'a text whose characters are bytes'
const descriptions: Readonly<Record<Exclude<AvroType['kind'], 'enum'>, string>> = {
  record: 'an object with a value of each field that has no default',
  array: 'a list of such values',
  bool: 'true or false',
  int: 'a whole number of 32 bits',
  date: 'a whole number of 32 bits',
  long,
  timestamp: long,
  localdatetime: long,
  float: 'a number',
  double: 'a number',
  string: 'a text',
  bytes,
  decimal: bytes,
}

function defaultLong(json: unknown): bigint | undefined {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : undefined
  return typeof json === 'bigint' && BigInt.asIntN(64, json) === json ? json : undefined
}

function defaultFloating(json: unknown): number | undefined {
  const value = typeof json === 'bigint' ? Number(json) : json
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Schema JSON spells bytes as a text of one character a byte. */
function defaultBytes(kind: 'bytes' | 'decimal', json: unknown): Value | undefined {
  if (typeof json !== 'string') return undefined
  const value = Buffer.from(json, 'latin1')
  if (value.toString('latin1') !== json) return undefined
  return kind === 'bytes' ? value : twosComplementOf(value)
}

function defaultList(items: AvroSlot, json: readonly unknown[]): Value | undefined {
  const list = json.map((item) => defaultValueOf(items, item))
  return list.includes(undefined) ? undefined : list.filter((item) => item !== undefined)
}

function defaultRecord({ fields }: AvroRecord, given: JsonObject): Value | undefined {
  const values = fields.map(({ name, slot, defaultValue }): [string, Value | undefined] => [
    name,
    Object.hasOwn(given, name) ? defaultValueOf(slot, given[name]) : defaultValue,
  ])
  const complete = values.flatMap(([name, value]): [string, Value][] => (value === undefined ? [] : [[name, value]]))
  return complete.length === values.length ? Object.fromEntries(complete) : undefined
}
