/** Whether a value has the representation that its type promises. */
import type { ExpressionType } from '../../../src/core/expression/types/expression-type.ts'
import type { Value } from '../../../src/core/values/value.ts'

export function conforms(value: Value, type: ExpressionType, nullable: boolean): boolean {
  if (value === null) return nullable || type.kind === 'null'
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
      return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)
    case 'date':
      return typeof value === 'number' && Number.isInteger(value)
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'long':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
    case 'time':
    case 'localdatetime':
    case 'timestamp':
      return typeof value === 'bigint'
    case 'decimal':
      return (
        typeof value === 'bigint' && value < 10n ** BigInt(type.precision) && value > -(10n ** BigInt(type.precision))
      )
    case 'bigdecimal':
      return typeof value === 'object' && 'unscaled' in value && 'scale' in value
    case 'string':
    case 'uuid':
    case 'json':
      return typeof value === 'string'
    case 'enum':
      return typeof value === 'string' && type.values.includes(value)
    case 'bytes':
      return value instanceof Uint8Array
    case 'list':
      return (
        Array.isArray(value) && value.every((item: Value) => conforms(item, type.element.type, type.element.nullable))
      )
    default:
      return typeof value === 'object'
  }
}
