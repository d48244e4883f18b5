/** Change envelopes, `{before, after, source, op, transaction, …}`: rows, logical messages and snapshot rows. */
import type { CaptureMessage, InTransaction, RowMessage, SnapshotRowMessage } from './capture-message.ts'
import type { ImageBytes } from './image/sliced-image.ts'
import { readChange, readJsonKey, type ReadKey } from './row/read-change.ts'
import { EnvelopeScanner } from './record/envelope-scanner.ts'
import {
  type Images,
  imagesOf,
  parsedCommitTime,
  parsedImages,
  parsedPlace,
  withoutPlace,
} from './record/parsed-change.ts'
import { type RecordPlace, recordError } from './record/raw-records.ts'
import { isObject, type JsonObject } from './record/record-json.ts'
import { isStreamed, snapshotPlace } from './record/snapshot-place.ts'
import type { RowChange } from './row-change.ts'
import { fenceMove, syncEpoch } from './own-tables.ts'
import { snapshotRequest } from './snapshot-request.ts'
import type { SourceDialect } from './source-dialect.ts'
import { type ReadTables, TablePlan } from './row/table-plan.ts'

export type RowOp = RowChange['op']

/** The images of a row, and what they are slices of; null when they were parsed. */
export interface ReadImages {
  readonly images: Images
  readonly value: ImageBytes | null
}

export class ChangeDecoder {
  private readonly dialect: SourceDialect
  private readonly read: ReadTables
  private readonly readKey: ReadKey
  private readonly scanner: EnvelopeScanner<TablePlan>
  /** Schema, then table: spares each record the joining of its table's name. */
  private readonly plans = new Map<unknown, Map<unknown, TablePlan>>()
  /** The commit time of the change before: that of nearly all of its transaction. */
  private commit = { us: 0, asBigint: 0n }

  constructor(options: ReadTables, readKey: ReadKey = readJsonKey) {
    this.readKey = readKey
    this.dialect = options.dialect
    this.read = options
    const { schemaField } = options.dialect
    this.scanner = new EnvelopeScanner({ schemaField, tableOf: (schema, table) => this.planOf(schema, table) })
  }

  /** The short way: a row that is written as the one before it. Null for any other record. */
  scan(bytes: Buffer, at: RecordPlace): RowMessage | SnapshotRowMessage | null {
    const found = this.scanner.scan(bytes)
    if (found === null) return null
    const { table, before, after } = found
    const images = { before, after }
    const value = (after ?? before)?.source ?? null
    const committedAtUs = this.commitTime(found.commitUs)
    if (found.op === 'r') {
      const place = snapshotPlace(found.snapshot)
      return place === null ? null : this.snapshotRow({ table, place, committedAtUs, images, value }, at)
    }
    const { op, transactionId, totalOrder } = found
    const place = this.placeOf({ transactionId, totalOrder, committedAtUs }, at)
    return this.row({ table, op, place, images, value }, at)
  }

  /** The way of any change that is JSON. */
  decodeText({ envelope, text, value }: ParsedChange, at: RecordPlace): CaptureMessage {
    const imagesOfRow = (op: RowOp, table: TablePlan): ReadImages => {
      if (op !== 't') this.scanner.learn(value, table)
      const images = table.keys === null ? imagesOf(envelope) : parsedImages(op, { envelope, text }, at)
      return { images, value: null }
    }
    return this.decode(envelope, imagesOfRow, at)
  }

  /** The way of any change. `imagesOfRow` is asked for those of a row, which is `r` in a snapshot. */
  decode(
    envelope: JsonObject,
    imagesOfRow: (op: RowOp, table: TablePlan) => ReadImages,
    at: RecordPlace,
  ): CaptureMessage {
    const { op, source } = envelope
    if (!isObject(source)) throw recordError('BAD_ENVELOPE', at, 'a change without source')
    switch (op) {
      case 'c':
      case 'u':
      case 'd':
      case 't':
        if (isStreamed(source['snapshot'])) return this.streamedRow(op, { envelope, source, imagesOfRow }, at)
        return this.parsedSnapshotRow({ source, imagesOfRow }, at)
      case 'r':
        return this.parsedSnapshotRow({ source, imagesOfRow }, at)
      case 'm':
        return this.logicalMessage(envelope, source, at)
      default:
        throw recordError('UNKNOWN_OP', at, 'a change of an unknown op')
    }
  }

  private streamedRow(op: RowMessage['op'], { envelope, source, imagesOfRow }: Change, at: RecordPlace): RowMessage {
    const table = this.parsedPlan(source, at)
    const given = parsedPlace(envelope, at)
    const place = this.placeOf({ ...given, committedAtUs: parsedCommitTime(source, at) }, at)
    return this.row({ table, op, place, ...imagesOfRow(op, table) }, at)
  }

  private row({ table, op, place, images, value }: ReadRow, at: RecordPlace): RowMessage {
    const { offset, transaction, recordId, totalOrder, position, committedAtUs } = place
    const key = keyOf(at)
    const change = readChange({ table, op, place, images, key, readKey: this.readKey }, at)
    const { after } = images
    const request = op === 'c' && after !== null ? snapshotRequest(after) : null
    const fence = table.isFence && after !== null ? fenceMove(after) : null
    const sync = table.isSync && op === 'c' && after !== null ? syncEpoch(after) : null
    const row: RowMessage = {
      kind: 'row',
      offset,
      transaction,
      recordId,
      totalOrder,
      position,
      committedAtUs,
      table: table.name,
      op,
      key,
      value,
      bytes: sizeOf(value, at),
      change,
    }
    if (request === null && fence === null && sync === null) return row
    return { ...row, ...(request && { request }), ...(fence && { fence }), ...(sync !== null && { sync }) }
  }

  private parsedSnapshotRow(
    { source, imagesOfRow }: Pick<Change, 'source' | 'imagesOfRow'>,
    at: RecordPlace,
  ): SnapshotRowMessage {
    const place = snapshotPlace(source['snapshot'])
    if (place === null) throw recordError('BAD_ENVELOPE', at, 'a snapshot row that does not say where it stands')
    const table = this.parsedPlan(source, at)
    const committedAtUs = parsedCommitTime(source, at)
    return this.snapshotRow({ table, place, committedAtUs, ...imagesOfRow('r', table) }, at)
  }

  /** Nothing stands before a row that was only read, whatever the record says. */
  private snapshotRow(
    { table, place, committedAtUs, images: { after }, value }: ReadSnapshotRow,
    at: RecordPlace,
  ): SnapshotRowMessage {
    const offset = at.records.offset(at.index)
    const key = keyOf(at)
    const images = { before: null, after }
    const change = readChange(
      { table, op: 'r', place: { offset, committedAtUs }, images, key, readKey: this.readKey },
      at,
    )
    return { kind: 'snapshotRow', offset, table: table.name, place, key, value, bytes: sizeOf(value, at), change }
  }

  /** A message outside of any transaction is none of anybody's rows: like a heartbeat, it only shows life. */
  private logicalMessage(envelope: JsonObject, source: JsonObject, at: RecordPlace): CaptureMessage {
    const offset = at.records.offset(at.index)
    if (envelope['transaction'] === null || envelope['transaction'] === undefined) return { kind: 'heartbeat', offset }
    const given = parsedPlace(envelope, at)
    return {
      kind: 'logicalMessage',
      ...this.placeOf({ ...given, committedAtUs: parsedCommitTime(source, at) }, at),
    }
  }

  private parsedPlan(source: JsonObject, at: RecordPlace): TablePlan {
    const schema = source[this.dialect.schemaField]
    const { table } = source
    if (typeof schema !== 'string' || typeof table !== 'string') {
      throw recordError('BAD_ENVELOPE', at, 'a change whose source names no table')
    }
    return this.planOf(schema, table)
  }

  private planOf(schema: string, table: string): TablePlan {
    const known = this.plans.get(schema)?.get(table)
    if (known !== undefined) return known
    const plan = new TablePlan(schema, table, this.read)
    const ofSchema = this.plans.get(schema) ?? new Map<string, TablePlan>()
    this.plans.set(schema, ofSchema.set(table, plan))
    return plan
  }

  private placeOf(
    given: { readonly transactionId: string; readonly totalOrder: number; readonly committedAtUs: bigint },
    at: RecordPlace,
  ): InTransaction {
    const { transactionId: recordId, totalOrder, committedAtUs } = given
    const transaction = this.dialect.transactionOf(recordId)
    if (transaction === null || !Number.isSafeInteger(totalOrder) || totalOrder < 1) throw withoutPlace(at)
    const position = totalOrder === 1 ? this.dialect.positionOf(recordId) : null
    return { offset: at.records.offset(at.index), transaction, recordId, totalOrder, position, committedAtUs }
  }

  private commitTime(us: number): bigint {
    if (us !== this.commit.us) this.commit = { us, asBigint: BigInt(us) }
    return this.commit.asBigint
  }
}

interface ParsedChange {
  readonly envelope: JsonObject
  readonly text: string
  readonly value: Buffer
}

interface Change {
  readonly envelope: JsonObject
  readonly source: JsonObject
  readonly imagesOfRow: (op: RowOp, table: TablePlan) => ReadImages
}

interface ReadRow extends ReadImages {
  readonly table: TablePlan
  readonly op: RowMessage['op']
  readonly place: InTransaction
}

interface ReadSnapshotRow extends ReadImages {
  readonly table: TablePlan
  readonly place: SnapshotRowMessage['place']
  readonly committedAtUs: bigint
}

function keyOf({ records, index }: RecordPlace): ImageBytes | null {
  const bytes = records.key(index)
  return bytes === null ? null : { bytes, plain: false }
}

const sizeOf = (value: ImageBytes | null, { records, index }: RecordPlace): number =>
  (value?.bytes ?? records.value(index))?.length ?? 0
