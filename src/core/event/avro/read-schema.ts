/** Schema text's JSON to the Avro types that contracts may use; what they may not use is reported, all at once. */
import type { eventCodes } from '../../diagnostics/codes/event.ts'
import { isJsonObject, type JsonObject, type JsonPath } from '../../diagnostics/json-object.ts'
import { exactJson } from '../../values/exact-json.ts'
import type { AvroField, AvroRecord, AvroSlot, AvroType } from './avro-type.ts'
import { defaultValueOf, describeDefault } from './default-value.ts'

export type Complain = (code: keyof typeof eventCodes, path: JsonPath, message: string) => void

const primitives: ReadonlyMap<unknown, AvroType> = new Map(
  (['int', 'long', 'float', 'double', 'string', 'bytes'] as const).map((kind) => [kind, { kind }] as const),
)
const boolean: AvroType = { kind: 'bool' }
const takenTypes =
  'string, boolean, int, long, float, double, bytes, decimal on bytes, date on int, timestamp-micros or local-timestamp-micros on long'

/** Reads one schema. A type that cannot be read gives null, after a complaint. */
export class SchemaReader {
  private readonly complain: Complain
  /** Named types that are complete; `null` stands for one that is being read, so that recursion is seen. */
  private readonly named = new Map<string, AvroType | null>()

  constructor(complain: Complain) {
    this.complain = complain
  }

  record(schema: JsonObject, path: JsonPath, namespace: string): AvroRecord | null {
    const { fullName, namespace: inner } = this.name(schema, namespace)
    const list = schema['fields']
    if (!Array.isArray(list)) {
      this.complain('FW2402', path, `record ${fullName} has no list of fields`)
      return null
    }
    this.named.set(fullName, null)
    const fields = list.map((field: unknown, index) => this.field(field, [...path, 'fields', index], inner))
    const complete = fields.filter((field) => field !== null)
    const record: AvroRecord = { kind: 'record', name: fullName, fields: complete }
    this.named.set(fullName, record)
    return complete.length === fields.length ? record : null
  }

  private name(schema: JsonObject, enclosing: string): { fullName: string; namespace: string } {
    const name = String(schema['name'])
    const dot = name.lastIndexOf('.')
    if (dot > 0) return { fullName: name, namespace: name.slice(0, dot) }
    const own = schema['namespace']
    const namespace = typeof own === 'string' ? own : enclosing
    return { fullName: namespace === '' ? name : `${namespace}.${name}`, namespace }
  }

  private field(field: unknown, path: JsonPath, namespace: string): AvroField | null {
    if (!isJsonObject(field) || typeof field['name'] !== 'string') {
      this.complain('FW2402', path, 'expected a field with a name and a type')
      return null
    }
    const { name, doc } = field
    // Assigning this one name to a plain object would change its prototype and not a field.
    if (name === '__proto__') this.complain('FW2404', [...path, 'name'], 'a field cannot be named __proto__')
    const text = typeof doc === 'string' && doc.trim() !== '' ? doc : null
    if (text === null) this.complain('FW2405', path, `field ${name} has no doc`)
    const slot = this.slot(field['type'], [...path, 'type'], namespace)
    if (slot === null) return null
    const common = { name, doc: text, slot }
    if (!('default' in field)) return common
    const defaultValue = defaultValueOf(slot, field['default'])
    if (defaultValue === undefined) {
      const given = exactJson(field['default'])
      this.complain('FW2402', [...path, 'default'], `invalid default ${given}: expected ${describeDefault(slot)}`)
    }
    return { ...common, defaultValue: defaultValue ?? null }
  }

  private slot(schema: unknown, path: JsonPath, namespace: string): AvroSlot | null {
    if (!Array.isArray(schema)) {
      const type = this.type(schema, path, namespace)
      return type === null ? null : { type, nullBranch: 'none' }
    }
    const branches: readonly unknown[] = schema
    const nullIndex = branches.indexOf('null')
    if (branches.length !== 2 || nullIndex < 0) {
      this.complain('FW2404', path, 'a union may have two branches only, one of them null')
      return null
    }
    const type = this.type(branches[1 - nullIndex], [...path, 1 - nullIndex], namespace)
    return type === null ? null : { type, nullBranch: nullIndex === 0 ? 'first' : 'second' }
  }

  private type(schema: unknown, path: JsonPath, namespace: string): AvroType | null {
    if (typeof schema === 'string') return this.typeByName(schema, path, namespace)
    if (!isJsonObject(schema)) {
      this.complain('FW2404', path, 'a union may stand only where a field or an array names its type')
      return null
    }
    if (schema['type'] === 'record') return this.record(schema, path, namespace)
    if (schema['type'] === 'enum') return this.enumeration(schema, path, namespace)
    if (schema['type'] === 'array') {
      const items = this.slot(schema['items'], [...path, 'items'], namespace)
      return items === null ? null : { kind: 'array', items }
    }
    if (schema['logicalType'] !== undefined) return this.logical(schema, path)
    return this.type(schema['type'], [...path, 'type'], namespace)
  }

  private typeByName(name: string, path: JsonPath, namespace: string): AvroType | null {
    const primitive = name === 'boolean' ? boolean : primitives.get(name)
    if (primitive !== undefined) return primitive
    const fullName = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    const type = this.named.get(fullName)
    if (type === null) this.complain('FW2404', path, `${fullName} contains itself`)
    if (type === undefined) this.complain('FW2404', path, `type ${name} is not one of: ${takenTypes}`)
    return type ?? null
  }

  private enumeration(schema: JsonObject, path: JsonPath, namespace: string): AvroType {
    const { fullName } = this.name(schema, namespace)
    const symbols = schema['symbols']
    this.complain('FW2406', path, `${fullName} is an enum: no symbol can be added later without breaking its readers`)
    const type: AvroType = { kind: 'enum', name: fullName, symbols: Array.isArray(symbols) ? symbols.map(String) : [] }
    this.named.set(fullName, type)
    return type
  }

  private logical(schema: JsonObject, path: JsonPath): AvroType | null {
    const { logicalType, precision, scale = 0 } = schema
    switch (`${String(logicalType)} on ${String(schema['type'])}`) {
      case 'date on int':
        return { kind: 'date' }
      case 'timestamp-micros on long':
        return { kind: 'timestamp' }
      case 'local-timestamp-micros on long':
        return { kind: 'localdatetime' }
      case 'decimal on bytes':
        if (isDigits(precision, 1) && isDigits(scale, 0) && scale <= precision)
          return { kind: 'decimal', precision, scale }
        this.complain('FW2404', path, 'a decimal needs a precision from 1 on and a scale from 0 to the precision')
        return null
      default:
        this.complain(
          'FW2404',
          path,
          `${String(logicalType)} on ${String(schema['type'])} is not one of: ${takenTypes}`,
        )
        return null
    }
  }
}

const isDigits = (value: unknown, least: number): value is number => Number.isInteger(value) && Number(value) >= least
