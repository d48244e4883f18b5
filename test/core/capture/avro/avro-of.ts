/** Avro as a converter would write it, encoded by avsc, which falsework does not use for it. */
import avsc from 'avsc'
import { parseExactly } from '../../../../src/core/values/exact-json.ts'
import { WriterSchemas } from '../../../../src/core/capture/avro/writer-schemas.ts'
import type { TextRecord } from '../raw-log-of.ts'

/** Longs as bigints: avsc's own are numbers. */
const longType = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0),
})

export const avroType = (schema: avsc.Schema): avsc.Type =>
  avsc.Type.forSchema(schema, {
    registry: { long: longType },
    wrapUnions: false,
    // A long with attributes of Connect beside its type.
    typeHook: (type) => (typeof type === 'object' && 'type' in type && type.type === 'long' ? longType : undefined),
  })

/** A registry and converters in one: each schema gets an id when it is first written with. */
export class Converter {
  readonly schemas = new WriterSchemas()
  private readonly ids = new Map<string, number>()

  /** `binary`: what the schema makes of a value. */
  framed(schema: avsc.Schema, binary: Buffer): Buffer {
    const text = JSON.stringify(schema)
    const id = this.ids.get(text) ?? this.ids.size + 70_000
    this.ids.set(text, id)
    this.schemas.add(id, text)
    const header = Buffer.alloc(5)
    header.writeUInt32BE(id, 1)
    return Buffer.concat([header, binary])
  }

  /** As a registry would give it. */
  textOf(id: number): string | null {
    return [...this.ids].find(([, known]) => known === id)?.[0] ?? null
  }

  /** A record of JSON objects, its schema guessed from what it holds. */
  recordOf(record: TextRecord): TextRecord {
    return { ...record, key: this.converted(record.key), value: this.converted(record.value) }
  }

  private converted(text: TextRecord['key']): Buffer | null {
    if (text === null) return null
    const { schema, value } = guessed(parseExactly(text.toString()), new Names())
    // No record is null as a whole.
    const [, type = schema] = Array.isArray(schema) ? schema : []
    return this.framed(type, avroType(type).toBuffer(value))
  }
}

class Names {
  private count = 0

  next(): string {
    this.count += 1
    return `N${this.count}`
  }
}

interface Guessed {
  readonly schema: avsc.Schema
  readonly value: unknown
}

function guessed(json: unknown, names: Names): Guessed {
  if (json === null) {
    const any = { type: 'record', name: names.next(), fields: [] }
    return { schema: ['null', any] as avsc.Schema, value: null }
  }
  if (typeof json === 'bigint') return { schema: 'long', value: json }
  if (typeof json === 'number') {
    return Number.isSafeInteger(json) && !Object.is(json, -0)
      ? { schema: 'long', value: BigInt(json) }
      : { schema: ['double', 'null'], value: json }
  }
  if (typeof json !== 'object') return { schema: typeof json, value: json }
  if (Array.isArray(json)) return guessedList(json, names)
  const members = Object.entries(json).map(([name, value]) => [name, guessed(value, names)] as const)
  const name = names.next()
  const fields = members.map(([field, { schema }]) => ({ name: field, type: schema }))
  return {
    schema: ['null', { type: 'record', name, fields }] as avsc.Schema,
    value: Object.fromEntries(members.map(([field, { value }]) => [field, value])),
  }
}

/** Of items that are of one type, or null. */
function guessedList(items: readonly unknown[], names: Names): Guessed {
  const made = items.map((item) => guessed(item, names))
  const [some] = made.filter((_, index) => items[index] !== null)
  const { schema = 'string' } = some ?? {}
  const type = Array.isArray(schema) ? schema : ['null', schema]
  const isObject = items.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  if (isObject) return { schema: { type: 'array', items: type } as avsc.Schema, value: made.map(({ value }) => value) }
  const isWhole = items.every((item) => item === null || typeof item !== 'number' || Number.isSafeInteger(item))
  if (!isWhole) return { schema: { type: 'array', items: ['null', 'double'] }, value: items.map(asDouble) }
  return { schema: { type: 'array', items: type } as avsc.Schema, value: made.map(({ value }) => value) }
}

const asDouble = (item: unknown): unknown => (typeof item === 'bigint' ? Number(item) : item)
