/** An event's fields as JSON for people and for consumers without a registry: no digit and no zone is lost. */
import { formatDate, formatInstant } from '../values/instant-text.ts'
import type { Nullable, ValueType } from '../values/type.ts'
import type { RecordValue, Value } from '../values/value.ts'
import type { Contract } from './contract/contract.ts'
import { exactJson } from '../values/exact-json.ts'

/** Text of one line: decimals as strings with their scale, days and times in ISO 8601 with signed years where four digits do not do, bytes as hex, longs exact. */
export function eventJson(contract: Contract, fields: RecordValue): string {
  return exactJson(readableFields(contract, fields))
}

/** The same as a plain object, in the order of the contract; longs are bigints. */
export function readableFields(contract: Contract, fields: RecordValue): Readonly<Record<string, unknown>> {
  return Object.fromEntries(contract.fields.map((field) => [field.name, readable(field, fields[field.name] ?? null)]))
}

/** One value of a type, in the same form. */
export function readable({ type }: Nullable<ValueType>, value: Value): unknown {
  if (value === null) return null
  if (type.kind === 'list' && Array.isArray(value)) {
    return value.map((item: Value) => readable(type.element, item))
  }
  if (type.kind === 'record' && isRecord(value)) {
    return Object.fromEntries([...type.fields].map(([name, field]) => [name, readable(field, value[name] ?? null)]))
  }
  if (typeof value === 'bigint') return readableBigint(type, value)
  return type.kind === 'date' && typeof value === 'number' ? formatDate(value) : value
}

function readableBigint(type: ValueType, value: bigint): unknown {
  if (type.kind === 'decimal') return decimalText(value, type.scale)
  if (type.kind === 'timestamp') return formatInstant(value)
  return type.kind === 'localdatetime' ? formatInstant(value).slice(0, -1) : value
}

const isRecord = (value: Value): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `-5`, scale 2 → `-0.05` */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`
}
