/** The writer schemas of a source's records by id, as a schema registry has them: fetched once, and kept. */
import type { RawRecords } from '../record/raw-records.ts'
import { AvroLayout } from './avro-image.ts'
import { type AvroRecord, avroRecord, expectRecord } from './avro-record.ts'
import { type AvroType, parseWriterSchema, SchemaFault } from './avro-type.ts'

/** Confluent's wire format: a zero, the id of the schema in four bytes, and Avro without any frame. */
const magicByte = 0
export const headerBytes = 5

/** Null for what does not begin so. */
export function schemaIdOf(bytes: Buffer): number | null {
  return bytes.length >= headerBytes && bytes[0] === magicByte ? bytes.readUInt32BE(1) : null
}

export type Known<T> = { readonly kind: 'known'; readonly value: T } | { readonly kind: 'fault'; readonly why: string }

export class WriterSchemas {
  private readonly texts = new Map<number, string>()
  /** What was made of them, each as it was first asked for. */
  private readonly values = new Map<number, Known<AvroRecord>>()
  private readonly keys = new Map<number, Known<AvroLayout>>()

  add(id: number, text: string): void {
    this.texts.set(id, text)
  }

  /** Ids in these records whose schemas are to be added before the records can be decoded. */
  unknownIds(records: RawRecords & { readonly count: number }): readonly number[] {
    const unknown = new Set<number>()
    for (let index = 0; index < records.count; index += 1) {
      for (const bytes of [records.value(index), records.key(index)]) {
        const id = bytes === null ? null : schemaIdOf(bytes)
        if (id !== null && !this.texts.has(id)) unknown.add(id)
      }
    }
    return [...unknown]
  }

  /** Null: nobody has added it. */
  value(id: number): Known<AvroRecord> | null {
    return this.made(id, this.values, avroRecord)
  }

  key(id: number): Known<AvroLayout> | null {
    return this.made(id, this.keys, (type) => new AvroLayout(expectRecord(type)))
  }

  private made<T>(id: number, known: Map<number, Known<T>>, make: (type: AvroType) => T): Known<T> | null {
    const before = known.get(id)
    if (before !== undefined) return before
    const text = this.texts.get(id)
    if (text === undefined) return null
    const made = understood(text, make)
    known.set(id, made)
    return made
  }
}

function understood<T>(text: string, make: (type: AvroType) => T): Known<T> {
  try {
    return { kind: 'known', value: make(parseWriterSchema(text)) }
  } catch (error) {
    if (error instanceof SchemaFault) return { kind: 'fault', why: error.message }
    throw error
  }
}
