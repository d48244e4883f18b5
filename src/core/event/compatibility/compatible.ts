/** Whether a new version of a contract keeps what its released versions promised, and in words where it does not. */
import type { AvroField, AvroRecord, AvroSlot, AvroType } from '../avro/avro-type.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import { parseJson } from '../../shape/json/json-tree.ts'
import { anyJson } from '../../shape/json/json-value.ts'
import { readParsed } from '../../shape/shape.ts'
import { SchemaReader } from '../avro/read-schema.ts'
import type { Contract } from '../contract/contract.ts'

export interface ReleasedSchema {
  readonly version: number
  readonly schema: string
}

/** One broken promise. */
export interface Incompatibility {
  /** The field, as `lines[].sku`; empty for the record itself. */
  readonly field: string
  /** The released version that the promise was given with. */
  readonly version: number
  readonly message: string
}

/**
 * Compares with every released version (transitively), in both directions or, for `FORWARD_TRANSITIVE`, in the one
 * that readers of released versions need. Stricter than Avro where Avro lets a meaning change: logical types must
 * stay as they are, and no promotion may lose digits or turn text into bytes.
 */
export function compatible(
  schema: string,
  released: readonly ReleasedSchema[],
  mode: Contract['compatibility'],
): readonly Incompatibility[] {
  const present = readSchema(schema)
  if (present === null)
    return [{ field: '', version: 0, message: 'the new schema uses types that contracts do not take' }]
  return released.flatMap(({ version, schema: text }) => {
    const past = readSchema(text)
    if (past === null) {
      return [{ field: '', version, message: `released version ${version} uses types that contracts do not take` }]
    }
    const breaks = new ResolutionCheck(version)
    breaks.record({ reader: past, writer: present }, '', `readers of released version ${version}`)
    if (mode === 'FULL_TRANSITIVE') {
      breaks.record({ reader: present, writer: past }, '', `events of released version ${version}`)
    }
    return breaks.found
  })
}

/** The record that a schema text describes; null where it uses types that contracts do not take. */
export function readSchema(text: string): AvroRecord | null {
  const read = readParsed(anyJson, parseJson(text))
  const json = read.kind === 'value' ? read.value : null
  return isJsonObject(json) ? new SchemaReader(() => undefined).record(json, [], '') : null
}

interface Sides<T> {
  readonly reader: T
  readonly writer: T
}

/** Promotions that keep every value: what was written may be read as the wider type. */
const promotions: Readonly<Partial<Record<AvroType['kind'], readonly AvroType['kind'][]>>> = {
  int: ['long', 'double'],
  float: ['double'],
}

class ResolutionCheck {
  readonly found: Incompatibility[] = []
  private readonly version: number

  constructor(version: number) {
    this.version = version
  }

  /** `losing` says who loses when this direction breaks. */
  record({ reader, writer }: Sides<AvroRecord>, path: string, losing: string): void {
    if (reader.name !== writer.name) {
      this.report(path, `record ${writer.name} cannot be read as ${reader.name}`, losing)
      return
    }
    const written = new Map(writer.fields.map((field) => [field.name, field]))
    for (const field of reader.fields) this.field(field, written.get(field.name), { path, losing })
  }

  private field(field: AvroField, writer: AvroField | undefined, at: { path: string; losing: string }): void {
    const path = at.path === '' ? field.name : `${at.path}.${field.name}`
    if (writer !== undefined) this.slot({ reader: field.slot, writer: writer.slot }, path, at.losing)
    else if (field.defaultValue === undefined) {
      this.report(path, 'it is missing on one side and has no default to stand in', at.losing)
    }
  }

  private slot({ reader, writer }: Sides<AvroSlot>, path: string, losing: string): void {
    if (writer.nullBranch !== 'none' && reader.nullBranch === 'none') {
      this.report(path, 'it may be null where a value was promised', losing)
    }
    this.type({ reader: reader.type, writer: writer.type }, path, losing)
  }

  private type({ reader, writer }: Sides<AvroType>, path: string, losing: string): void {
    if (reader.kind === 'record' && writer.kind === 'record') {
      this.record({ reader, writer }, path, losing)
    } else if (reader.kind === 'array' && writer.kind === 'array') {
      this.slot({ reader: reader.items, writer: writer.items }, `${path}[]`, losing)
    } else if (reader.kind === 'enum' && writer.kind === 'enum') {
      const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
      if (unknown.length > 0) this.report(path, `${unknown.join(', ')} is no symbol of ${reader.name} there`, losing)
    } else if (reader.kind === 'decimal' && writer.kind === 'decimal') {
      this.decimal({ reader, writer }, path, losing)
    } else if (reader.kind !== writer.kind && promotions[writer.kind]?.includes(reader.kind) !== true) {
      this.report(path, `${writer.kind} cannot be read as ${reader.kind}`, losing)
    }
  }

  private decimal(
    { reader, writer }: Sides<{ readonly precision: number; readonly scale: number }>,
    path: string,
    losing: string,
  ): void {
    if (reader.scale !== writer.scale) {
      this.report(path, `scale ${writer.scale} read as scale ${reader.scale} is another number`, losing)
    }
    if (reader.precision < writer.precision) {
      this.report(path, `${writer.precision} digits do not fit in ${reader.precision}`, losing)
    }
  }

  private report(field: string, what: string, losing: string): void {
    const where = field === '' ? '' : `field ${field}: `
    this.found.push({ field, version: this.version, message: `${where}${what} (breaks ${losing})` })
  }
}
