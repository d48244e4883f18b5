/** The schema that a record was written with, as AvroConverter registers it, with all names resolved. */

export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' }
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | RecordType

export interface RecordType {
  readonly kind: 'record'
  readonly fields: readonly { readonly name: string; readonly type: AvroType }[]
  /** A map whose keys are no texts is a list of such records, which JsonConverter writes as pairs. */
  readonly isMapEntry: boolean
}

/** Its message says what is wrong with the schema: names of types, and no value. */
export class SchemaFault extends Error {}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const isPrimitive = (name: string): name is (typeof primitives)[number] => primitives.some((known) => known === name)

/** Raises SchemaFault. */
export function parseWriterSchema(text: string): AvroType {
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch {
    throw new SchemaFault('it is no JSON')
  }
  return new SchemaReader().read(schema, '')
}

class SchemaReader {
  /** By full name; null while it is being read: what contains itself is refused. */
  private readonly named = new Map<string, AvroType | null>()

  read(schema: unknown, namespace: string): AvroType {
    if (typeof schema === 'string') return this.byName(schema, namespace)
    if (Array.isArray(schema)) {
      return { kind: 'union', branches: (schema as readonly unknown[]).map((branch) => this.read(branch, namespace)) }
    }
    if (!isObject(schema)) throw new SchemaFault('a type that is none')
    const { type } = schema
    switch (type) {
      case 'record':
        return this.define(schema, namespace, (own) => this.record(schema, own))
      case 'enum':
        return this.define(schema, namespace, () => ({ kind: 'enum', symbols: texts(schema['symbols']) }))
      case 'fixed':
        return this.define(schema, namespace, () => ({ kind: 'fixed', size: size(schema['size']) }))
      case 'array':
        return { kind: 'array', items: this.read(schema['items'], namespace) }
      case 'map':
        return { kind: 'map', values: this.read(schema['values'], namespace) }
      default:
        return this.read(type, namespace)
    }
  }

  private record(schema: JsonObject, namespace: string): RecordType {
    const { fields } = schema
    if (!Array.isArray(fields)) throw new SchemaFault('a record without fields')
    const read = (fields as readonly unknown[]).map((field) => {
      const name = isObject(field) ? field['name'] : null
      if (!isObject(field) || typeof name !== 'string') throw new SchemaFault('a field without a name')
      return { name, type: this.read(field['type'], namespace) }
    })
    if (new Set(read.map(({ name }) => name)).size !== read.length) throw new SchemaFault('a field twice')
    return { kind: 'record', fields: read, isMapEntry: schema['connect.internal.type'] === 'MapEntry' }
  }

  private define(schema: JsonObject, namespace: string, make: (namespace: string) => AvroType): AvroType {
    const { name, namespace: own } = schema
    if (typeof name !== 'string') throw new SchemaFault('a type without a name')
    const full = fullName(name, typeof own === 'string' ? own : namespace)
    if (this.named.has(full)) throw new SchemaFault(`the type ${full} twice`)
    this.named.set(full, null)
    const made = make(full.slice(0, Math.max(0, full.lastIndexOf('.'))))
    this.named.set(full, made)
    return made
  }

  private byName(name: string, namespace: string): AvroType {
    if (isPrimitive(name)) return { kind: name }
    const found = this.named.get(fullName(name, namespace))
    if (found === undefined) throw new SchemaFault(`the type ${name}, which it does not define`)
    if (found === null) throw new SchemaFault(`the type ${name}, which contains itself`)
    return found
  }
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`

function texts(list: unknown): readonly string[] {
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  throw new SchemaFault('an enum without its symbols')
}

function size(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SchemaFault('a fixed type without its size')
}
