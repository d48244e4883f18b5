/** Records in Confluent's wire format: from the bytes of a key or value to what the writer schema makes of them. */
import type { RowImage } from '../image/row-image.ts'
import type { ImageBytes } from '../image/sliced-image.ts'
import { Tape } from '../image/tape.ts'
import { type RecordPlace, recordError } from '../record/raw-records.ts'
import { isObject, type JsonObject, keyBytesMax } from '../record/record-json.ts'
import { AvroCursor, AvroFault } from './avro-cursor.ts'
import type { AvroChange } from './avro-record.ts'
import { headerBytes, type Known, schemaIdOf, type WriterSchemas } from './writer-schemas.ts'

export type AvroValue =
  | { readonly kind: 'change'; readonly change: AvroChange; readonly bytes: ImageBytes }
  | { readonly kind: 'other'; readonly value: JsonObject }

/** All of it raises `FORMAT_MISMATCH`, `UNKNOWN_SCHEMA` and `BAD_AVRO`. */
export class AvroRecords {
  private readonly schemas: WriterSchemas
  private readonly cursor = new AvroCursor()
  private readonly tape = new Tape()

  constructor(schemas: WriterSchemas) {
    this.schemas = schemas
  }

  value(bytes: Buffer, at: RecordPlace): AvroValue {
    const record = expectKnown(this.schemas.value(expectId(bytes, at)), { bytes, at })
    if (record.kind === 'other') {
      const value = this.whole(bytes, at, () => record.read(this.cursor))
      if (isObject(value)) return { kind: 'other', value }
      throw recordError('UNKNOWN_RECORD', at, 'Avro, but no record')
    }
    const source: ImageBytes = { bytes, plain: false }
    const change = this.whole(bytes, at, () => record.change.read(this.cursor, source, this.tape))
    return { kind: 'change', change, bytes: source }
  }

  key(source: ImageBytes, at: RecordPlace): RowImage {
    const { bytes } = source
    if (bytes.length > keyBytesMax) throw recordError('TOO_LARGE', at, `more than ${keyBytesMax} bytes`)
    const layout = expectKnown(this.schemas.key(expectId(bytes, at)), { bytes, at })
    return this.whole(bytes, at, () => layout.scan(this.cursor, source, this.tape))
  }

  private whole<T>(bytes: Buffer, at: RecordPlace, read: () => T): T {
    this.cursor.open(bytes, headerBytes)
    try {
      const found = read()
      if (this.cursor.left === 0) return found
    } catch (error) {
      if (error instanceof AvroFault) throw recordError('BAD_AVRO', at, `Avro with ${error.message}`)
      throw error
    }
    throw recordError('BAD_AVRO', at, 'Avro with bytes behind its last value')
  }
}

function expectId(bytes: Buffer, at: RecordPlace): number {
  const id = schemaIdOf(bytes)
  if (id !== null) return id
  throw recordError('FORMAT_MISMATCH', at, 'a key or value that does not begin with the id of a schema')
}

function expectKnown<T>(
  found: Known<T> | null,
  { bytes, at }: { readonly bytes: Buffer; readonly at: RecordPlace },
): T {
  if (found?.kind === 'known') return found.value
  const why = found === null ? 'which the registry does not have' : `which has ${found.why}`
  throw recordError('UNKNOWN_SCHEMA', at, `the id ${schemaIdOf(bytes) ?? '-'} of a schema ${why}`)
}
