/** From the bytes of a raw record to what it says. */
import { WriterSchemas } from './avro/writer-schemas.ts'
import { AvroMessageDecoder } from './avro/avro-message-decoder.ts'
import type { CaptureMessage } from './capture-message.ts'
import { BoundaryScanner } from './boundary-scanner.ts'
import { ChangeDecoder } from './change-decoder.ts'
import type { RawFormat } from './raw-format.ts'
import { type RawRecords, type RecordPlace, recordError } from './record/raw-records.ts'
import { parseObject, readText, valueBytesMax } from './record/record-json.ts'
import { PayloadRecords, SchemaPrefixes } from './record/schema-prefixes.ts'
import { renamesIn } from './record/table-renames.ts'
import { snapshotNote } from './record/snapshot-note.ts'
import { jsonKey, shapeOf } from './record/record-shapes.ts'
import type { SourceDialect } from './source-dialect.ts'
import type { ReadTables } from './row/table-plan.ts'
import { decodeBoundary } from './transaction-boundary.ts'

/**
 * Decodes the records of one source. `tables` are those whose rows are read: of all others it takes only what proves
 * that a transaction is complete.
 */
export class MessageDecoder {
  private readonly dialect: SourceDialect
  private readonly changes: ChangeDecoder
  private readonly boundaries: BoundaryScanner
  private readonly format: RawFormat
  private readonly avro: AvroMessageDecoder | null
  private readonly prefixes = { keys: new SchemaPrefixes(), values: new SchemaPrefixes() }
  private parsedWhole = 0

  constructor(options: ReadTables) {
    this.dialect = options.dialect
    this.format = options.format
    // Without any schema each record is refused by the id of its own.
    const { writerSchemas = new WriterSchemas() } = options
    this.avro = options.format === 'avro' ? new AvroMessageDecoder(options, writerSchemas) : null
    this.changes = new ChangeDecoder(options)
    this.boundaries = new BoundaryScanner(options.dialect)
  }

  /** Rows with images, of snapshots too, whose envelope was not of the form that has a short way, since it was last asked. */
  takeParsedWhole(): number {
    const { parsedWhole } = this
    this.parsedWhole = 0
    return parsedWhole
  }

  /** Raises FalseworkError with a code of the capture room, and the record's offset, for what it does not understand. */
  decode(records: RawRecords, index: number): CaptureMessage {
    const whole = records.value(index)
    if (whole !== null && whole.length > valueBytesMax) {
      throw recordError('TOO_LARGE', { records, index }, `more than ${valueBytesMax} bytes`)
    }
    const isPayload = this.format === 'jsonWithSchema'
    const read = isPayload ? new PayloadRecords(records, this.prefixes) : records
    const value = isPayload ? read.value(index) : whole
    if (value === null) return { kind: 'tombstone', offset: records.offset(index) }
    const at = { records: read, index }
    if (this.avro !== null) return this.avro.decode(value, at)
    return this.boundaries.scan(value, at) ?? this.changes.scan(value, at) ?? this.parse(value, at)
  }

  private parse(value: Buffer, at: RecordPlace): CaptureMessage {
    const offset = at.records.offset(at.index)
    // No text of JSON begins with the byte that stands before an Avro record. In a payload it is only malformed.
    if (at.records.whole === undefined && value[0] === 0)
      throw recordError('FORMAT_MISMATCH', at, 'Avro, which it is not declared to be')
    const text = readText(value, valueBytesMax, at)
    const envelope = parseObject(text, at)
    // A row that a transform has flattened may have a column of either name: a change has both.
    if (Object.hasOwn(envelope, 'source')) {
      if (Object.hasOwn(envelope, 'op')) {
        const change = this.changes.decodeText({ envelope, text, value }, at)
        if (change.kind === 'snapshotRow' || (change.kind === 'row' && change.op !== 't')) this.parsedWhole += 1
        return change
      }
      if (!Object.hasOwn(envelope, 'tableChanges')) throw recordError('UNKNOWN_OP', at, 'a change without op')
    }
    const shape = shapeOf(envelope, (bytes) => jsonKey(bytes, at), at)
    if (shape === 'notification') return { kind: shape, offset, snapshot: snapshotNote(envelope) }
    if (shape === 'schemaChange') return { kind: shape, offset, renames: renamesIn(envelope) }
    if (shape !== 'boundary') return { kind: shape, offset }
    this.boundaries.learn(value, at)
    return decodeBoundary(envelope, this.dialect, at)
  }
}
