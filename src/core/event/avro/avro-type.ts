/** The Avro types that a contract may use, read from schema text: what encoder, decoder and compatibility work on. */
import type { Nullable, ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'

export type AvroType =
  | { readonly kind: AvroPrimitive }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroSlot }
  | AvroRecord

/** Named as our value types are: `date` is an int, `timestamp` and `localdatetime` are longs of microseconds. */
export type AvroPrimitive = 'bool' | 'int' | 'long' | 'float' | 'double' | 'string' | 'bytes' | AvroTemporal
type AvroTemporal = 'date' | 'timestamp' | 'localdatetime'

export interface AvroRecord {
  readonly kind: 'record'
  /** Full name: namespace and name. */
  readonly name: string
  readonly fields: readonly AvroField[]
}

/** A type where it is used. The branch of `null` in its union decides the index that is written. */
export interface AvroSlot {
  readonly type: AvroType
  readonly nullBranch: 'none' | 'first' | 'second'
}

export interface AvroField {
  readonly name: string
  readonly doc: string | null
  readonly slot: AvroSlot
  /** Absent: the field has no default. */
  readonly defaultValue?: Value
}

/** The type of the mapping language that a slot takes. */
export function valueTypeOf({ type, nullBranch }: AvroSlot): Nullable<ValueType> {
  return { type: unionFree(type), nullable: nullBranch !== 'none' }
}

function unionFree(type: AvroType): ValueType {
  switch (type.kind) {
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale }
    case 'enum':
      return { kind: 'enum', values: type.symbols }
    case 'array':
      return { kind: 'list', element: valueTypeOf(type.items) }
    case 'record':
      return { kind: 'record', fields: new Map(type.fields.map((field) => [field.name, contractFieldOf(field)])) }
    case 'string':
      return { kind: 'string' }
    case 'bool':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'date':
    case 'timestamp':
    case 'localdatetime':
      return { kind: type.kind }
  }
}

/** A field as mappings see it; fields of nested records carry name, doc and default too. */
export const contractFieldOf = (field: AvroField) => ({
  ...valueTypeOf(field.slot),
  name: field.name,
  hasDefault: field.defaultValue !== undefined,
  doc: field.doc,
})
