/** From the bytes of a raw record to what it says. */
import type { CaptureMessage, RowMessage } from './capture-message.ts'
import { ChangeDecoder, type ReadTables } from './change-decoder.ts'
import { type RawRecords, recordError } from './record/raw-records.ts'
import { parseEnvelope } from './record/envelope.ts'
import { isObject, readText, valueBytesMax } from './record/record-json.ts'
import { shapeOf } from './record/record-shapes.ts'
import { snapshotRequest } from './snapshot-request.ts'
import type { SourceDialect } from './source-dialect.ts'
import { decodeBoundary } from './transaction-boundary.ts'

/**
 * Decodes the records of one source. `tables` are those whose rows are read: of all others it takes only what proves
 * that a transaction is complete.
 */
export class MessageDecoder {
  private readonly dialect: SourceDialect
  private readonly changes: ChangeDecoder
  private parsedWhole = 0

  constructor(options: { readonly dialect: SourceDialect } & ReadTables) {
    this.dialect = options.dialect
    this.changes = new ChangeDecoder(options)
  }

  /** Rows with images whose envelope was not of the form that has a short way, since it was last asked. */
  takeParsedWhole(): number {
    const { parsedWhole } = this
    this.parsedWhole = 0
    return parsedWhole
  }

  /** Raises FalseworkError with a code of the capture room, and the record's offset, for what it does not understand. */
  decode(records: RawRecords, index: number): CaptureMessage {
    const offset = records.offset(index)
    const value = records.value(index)
    if (value === null) return { kind: 'tombstone', offset }
    const at = { records, index }
    const text = readText(value, valueBytesMax, at)
    const { members: envelope, parsed } = parseEnvelope(text, at)
    // A row that a transform has flattened may have a column of either name: a change has both.
    if (Object.hasOwn(envelope, 'source')) {
      if (Object.hasOwn(envelope, 'op')) {
        const change = this.changes.decode(envelope, text, at)
        if (parsed === 'whole' && change.kind === 'row' && change.op !== 't') this.parsedWhole += 1
        return change.kind === 'row' && change.op === 'c' ? withRequest(change, envelope['after']) : change
      }
      if (!Object.hasOwn(envelope, 'tableChanges')) throw recordError('UNKNOWN_OP', at, 'a change without op')
    }
    const shape = shapeOf(envelope, at)
    return shape === 'boundary' ? decodeBoundary(envelope, this.dialect, at) : { kind: shape, offset }
  }
}

function withRequest(change: RowMessage, row: unknown): RowMessage {
  const request = isObject(row) ? snapshotRequest(row) : null
  return request === null ? change : { ...change, request }
}
