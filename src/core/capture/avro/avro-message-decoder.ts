/** From the bytes of an Avro record to what it says: the way of `message-decoder.ts` behind another reader. */
import { AvroRecords } from './avro-records.ts'
import type { AvroChange } from './avro-record.ts'
import type { WriterSchemas } from './writer-schemas.ts'
import type { CaptureMessage } from '../capture-message.ts'
import { ChangeDecoder, type ReadImages, type RowOp } from '../change-decoder.ts'
import { valuesOf } from '../image/row-image.ts'
import type { ImageBytes } from '../image/sliced-image.ts'
import { noImages } from '../record/parsed-change.ts'
import { type RecordPlace, recordError } from '../record/raw-records.ts'
import { renamesIn } from '../record/table-renames.ts'
import { snapshotNote } from '../record/snapshot-note.ts'
import { shapeOf } from '../record/record-shapes.ts'
import type { SourceDialect } from '../source-dialect.ts'
import type { ReadTables, TablePlan } from '../row/table-plan.ts'
import { decodeBoundary } from '../transaction-boundary.ts'

export class AvroMessageDecoder {
  private readonly dialect: SourceDialect
  private readonly records: AvroRecords
  private readonly changes: ChangeDecoder

  constructor(options: ReadTables, schemas: WriterSchemas) {
    this.dialect = options.dialect
    this.records = new AvroRecords(schemas)
    this.changes = new ChangeDecoder(options, (key, _, at) => this.records.key(key, at))
  }

  /** Raises what avro-records.ts raises, and what the rooms of the parts raise for what is no record of Debezium. */
  decode(value: Buffer, at: RecordPlace): CaptureMessage {
    const record = this.records.value(value, at)
    if (record.kind === 'change') {
      const { change, bytes } = record
      return this.changes.decode(change.envelope, (op, table) => imagesOf(op, { table, change, bytes }, at), at)
    }
    const keyOf = (bytes: Buffer) => valuesOf(this.records.key({ bytes, plain: false }, at))
    const shape = shapeOf(record.value, keyOf, at)
    const offset = at.records.offset(at.index)
    if (shape === 'notification') return { kind: shape, offset, snapshot: snapshotNote(record.value) }
    if (shape === 'schemaChange') return { kind: shape, offset, renames: renamesIn(record.value) }
    if (shape !== 'boundary') return { kind: shape, offset }
    return decodeBoundary(record.value, this.dialect, at)
  }
}

interface RowOfTable {
  readonly table: TablePlan
  readonly change: AvroChange
  readonly bytes: ImageBytes
}

/** The images that the op promises, where the rows of the table are read. Raises `BAD_ENVELOPE`. */
function imagesOf(op: RowOp, { table, change, bytes }: RowOfTable, at: RecordPlace): ReadImages {
  if (op === 't') return { images: noImages, value: null }
  const { before, after } = change
  const isComplete = op === 'd' ? before !== null && after === null : after !== null
  if (!isComplete && table.keys !== null) {
    throw recordError('BAD_ENVELOPE', at, `op ${op} without the image that it needs`)
  }
  return { images: { before, after }, value: bytes }
}
