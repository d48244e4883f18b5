/** Records in Confluent's Avro wire format, from the schemas that Connect's converter is given. */
import avro, { type Type } from 'avsc'
import type { CapturedTable } from './captured-table.ts'
import { boundarySchemas, rowSchemas, type Schemas } from './connect-schemas.ts'
import type { RecordForm } from './record-form.ts'

interface ConnectSchema {
  readonly type: string
  readonly name?: string
  readonly field?: string
  readonly optional?: boolean
  readonly fields?: readonly ConnectSchema[]
  readonly items?: ConnectSchema
}

interface Writer {
  readonly id: number
  readonly type: Type
}

const primitives: Readonly<Record<string, string>> = {
  int32: 'int',
  int64: 'long',
  float64: 'double',
  string: 'string',
}

/** Numbers are taken as they are: `ts_ns` is beyond 2^53, and read by nobody. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: Number,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'number',
  compare: (a: number, b: number) => a - b,
})

/** Registers the schemas of these tables, and of BEGIN and END. */
export async function avroForm(registryUrl: string, tables: readonly CapturedTable[]): Promise<RecordForm> {
  const writers = new Map<CapturedTable | null, { readonly key: Writer; readonly value: Writer }>()
  for (const table of [null, ...tables]) {
    const { key, value }: Schemas = table === null ? boundarySchemas : rowSchemas(table)
    writers.set(table, { key: await writer(registryUrl, key), value: await writer(registryUrl, value) })
  }
  const encode = (part: 'key' | 'value') => (value: object, of: CapturedTable | null) => {
    const found = writers.get(of)?.[part]
    if (found === undefined) throw new Error(`no schema was registered for ${of?.name ?? 'boundaries'}`)
    const frame = Buffer.alloc(5)
    frame.writeInt32BE(found.id, 1)
    return Buffer.concat([frame, found.type.toBuffer(value)])
  }
  return { name: 'Avro', key: encode('key'), value: encode('value') }
}

async function writer(registryUrl: string, connectSchema: string): Promise<Writer> {
  const schema = avroSchema(JSON.parse(connectSchema) as ConnectSchema, new Set())
  const { name, namespace } = schema as { readonly name: string; readonly namespace: string }
  const response = await fetch(`${registryUrl}/subjects/${namespace}.${name}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  })
  if (!response.ok) throw new Error(`the registry does not take ${name}: ${await response.text()}`)
  const { id } = (await response.json()) as { readonly id: number }
  return { id, type: avro.Type.forSchema(schema as avro.Schema, { registry: { long } }) }
}

/** `seen`: records that are defined before, and are named from then on. */
function avroSchema(schema: ConnectSchema, seen: Set<string>): unknown {
  const { type, name: fullName = '', fields = [], items } = schema
  if (type === 'array' && items !== undefined) return { type: 'array', items: avroSchema(items, seen) }
  if (type !== 'struct') return primitives[type]
  if (seen.has(fullName)) return fullName
  seen.add(fullName)
  const dot = fullName.lastIndexOf('.')
  return {
    type: 'record',
    name: fullName.slice(dot + 1),
    namespace: fullName.slice(0, dot),
    fields: fields.map((field) => {
      const inner = avroSchema(field, seen)
      return field.optional === true
        ? { name: field.field, type: ['null', inner], default: null }
        : { name: field.field, type: inner }
    }),
  }
}
