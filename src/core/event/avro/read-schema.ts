/** Schema text's JSON to the Avro types that contracts may use; what they may not use is reported, all at once. */
import type { eventCodes } from '../../diagnostics/codes/event.ts'
import { isJsonObject, type JsonObject } from '../../diagnostics/json-object.ts'
import { exactJson } from '../../values/exact-json.ts'
import type { AvroField, AvroRecord, AvroSlot, AvroType } from './avro-type.ts'
import type { Path } from '../../shape/tree.ts'
import { defaultValueOf, describeDefault } from './default-value.ts'
import { checkEnumDefault, checkField, checkKeys, checkNamedType, fieldKeys, type Say } from './schema-attributes.ts'
import { fullNameOf, fullNamePattern, namePattern } from './schema-names.ts'

export type Complain = (code: keyof typeof eventCodes, path: Path, message: string) => void

const primitives: ReadonlyMap<unknown, AvroType> = new Map(
  (['int', 'long', 'float', 'double', 'string', 'bytes'] as const).map((kind) => [kind, { kind }] as const),
)
const boolean: AvroType = { kind: 'bool' }
const takenTypes =
  'string, boolean, int, long, float, double, bytes, decimal on bytes, date on int, timestamp-micros or local-timestamp-micros on long'

/** Reads one schema. A type that cannot be read gives null, after a complaint. */
export class SchemaReader {
  private readonly complain: Complain
  /** That it is no valid Avro. */
  private readonly say: Say
  /** Named types that are complete; `null` stands for one that is being read, so that recursion is seen. */
  private readonly named = new Map<string, AvroType | null>()

  constructor(complain: Complain) {
    this.complain = complain
    this.say = (path, message) => complain('FW2402', path, message)
  }

  record(schema: JsonObject, path: Path, namespace: string): AvroRecord | null {
    const named = this.name(schema, path, namespace)
    if (named === null) return null
    const { fullName, namespace: inner } = named
    const list = schema['fields']
    if (!Array.isArray(list)) {
      this.complain('FW2402', path, `record ${fullName} has no list of fields`)
      return null
    }
    this.named.set(fullName, null)
    const fields = list.map((field: unknown, index) => this.field(field, [...path, 'fields', index], inner))
    this.refuseRepeated(
      fields.map((field) => field?.name ?? null),
      [...path, 'fields'],
      ['name'],
    )
    const complete = fields.filter((field) => field !== null)
    const record: AvroRecord = { kind: 'record', name: fullName, fields: complete }
    this.named.set(fullName, record)
    return complete.length === fields.length ? record : null
  }

  /** Null for a type that has no name, or one that Avro does not take, or that another type has. */
  private name(schema: JsonObject, path: Path, enclosing: string): { fullName: string; namespace: string } | null {
    const given = schema['name']
    const kind = String(schema['type'])
    if (typeof given !== 'string' || !fullNamePattern.test(given)) {
      const found = given === undefined ? `${kind} without a name` : `${exactJson(given)} is no name of a type`
      this.complain('FW2402', given === undefined ? path : [...path, 'name'], found)
      return null
    }
    checkNamedType(schema, given, { path, say: this.say })
    const named = fullNameOf(given, schema['namespace'], enclosing)
    if (!this.named.has(named.fullName)) return named
    this.complain('FW2402', [...path, 'name'], `there is a type ${named.fullName} already: a type is spelled out once`)
    return null
  }

  private refuseRepeated(names: readonly (string | null)[], path: Path, more: Path): void {
    for (const [index, name] of names.entries()) {
      if (name === null || names.indexOf(name) === index) continue
      this.complain('FW2402', [...path, index, ...more], `'${name}' is there twice`)
    }
  }

  private field(field: unknown, path: Path, namespace: string): AvroField | null {
    if (!isJsonObject(field) || typeof field['name'] !== 'string') {
      this.complain('FW2402', path, 'expected a field with a name and a type')
      return null
    }
    const { name, doc } = field
    if (!namePattern.test(name)) {
      this.complain('FW2402', [...path, 'name'], `'${name}' is no name of a field: letters, digits and underscore`)
    }
    checkField(field, { path, say: this.say })
    checkKeys(field, fieldKeys, { path, say: (at, message) => this.complain('FW2410', at, message) })
    if (field['logicalType'] !== undefined) this.misplaced(field, [...path, 'logicalType'])
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

  private slot(schema: unknown, path: Path, namespace: string): AvroSlot | null {
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

  private type(schema: unknown, path: Path, namespace: string): AvroType | null {
    if (typeof schema === 'string') return this.typeByName(schema, path, namespace)
    if (!isJsonObject(schema)) {
      this.complain('FW2404', path, 'a union may stand only where a field or an array names its type')
      return null
    }
    const { type: kind } = schema
    if ((kind === 'record' || kind === 'enum' || kind === 'array') && schema['logicalType'] !== undefined) {
      this.misplaced(schema, [...path, 'logicalType'])
    }
    if (kind === 'record') return this.record(schema, path, namespace)
    if (kind === 'enum') return this.enumeration(schema, path, namespace)
    if (kind === 'array') {
      const items = this.slot(schema['items'], [...path, 'items'], namespace)
      return items === null ? null : { kind: 'array', items }
    }
    if (schema['logicalType'] !== undefined) return this.logical(schema, path)
    if (isJsonObject(kind)) {
      this.say([...path, 'type'], 'a type within a type: the inner one stands in place of the outer one')
      return null
    }
    return this.type(kind, [...path, 'type'], namespace)
  }

  private typeByName(name: string, path: Path, namespace: string): AvroType | null {
    const primitive = name === 'boolean' ? boolean : primitives.get(name)
    if (primitive !== undefined) return primitive
    const fullName = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    const type = this.named.get(fullName)
    if (type === null) this.complain('FW2404', path, `${fullName} contains itself`)
    if (type === undefined) this.complain('FW2404', path, `type ${name} is not one of: ${takenTypes}`)
    return type ?? null
  }

  /** A logical type that no reader of Avro sees where it stands. */
  private misplaced(schema: JsonObject, path: Path): void {
    const { type, logicalType } = schema
    const inside = `{"type": ${typeof type === 'string' ? exactJson(type) : '…'}, "logicalType": ${exactJson(logicalType)}, …}`
    this.complain('FW2404', path, `logicalType has no meaning here: it stands inside of the type, as ${inside}`)
  }

  private enumeration(schema: JsonObject, path: Path, namespace: string): AvroType | null {
    const named = this.name(schema, path, namespace)
    if (named === null) return null
    const { fullName } = named
    const symbols = this.symbols(schema['symbols'], [...path, 'symbols'])
    checkEnumDefault(schema, symbols, { path, say: this.say })
    this.complain('FW2406', path, `${fullName} is an enum: no symbol can be added later without breaking its readers`)
    const type: AvroType = { kind: 'enum', name: fullName, symbols }
    this.named.set(fullName, type)
    return type
  }

  private symbols(symbols: unknown, path: Path): readonly string[] {
    if (!Array.isArray(symbols) || symbols.length === 0) {
      this.complain('FW2402', path, 'an enum has a list of symbols')
      return []
    }
    const names = symbols.map(String)
    for (const [index, name] of names.entries()) {
      if (!namePattern.test(name))
        this.complain('FW2402', [...path, index], `'${name}' is no symbol: letters, digits and underscore`)
    }
    this.refuseRepeated(names, path, [])
    return names
  }

  private logical(schema: JsonObject, path: Path): AvroType | null {
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
