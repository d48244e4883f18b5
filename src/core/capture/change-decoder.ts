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
import { snapshotRequest } from './snapshot-request.ts'
import type { SourceDialect } from './source-dialect.ts'
import { type ReadTables, TablePlan } from './row/table-plan.ts'

export type RowOp = RowMessage['op']

/** The images of a row, and what they are slices of; null when they were parsed. */
export interface ReadImages {
  readonly images: Images
  readonly value: ImageBytes | null
}

/** `source.snapshot`; absent and false mean a streamed change. */
const snapshotPlaces: ReadonlyMap<unknown, SnapshotRowMessage['place']> = new Map<unknown, SnapshotRowMessage['place']>(
  [
    ['first', 'firstOfTable'],
    ['first_in_data_collection', 'firstOfTable'],
    [true, 'middle'],
    ['true', 'middle'],
    ['last_in_data_collection', 'middle'],
    ['last', 'last'],
    ['incremental', 'incremental'],
  ],
)

export class ChangeDecoder {
  private readonly dialect: SourceDialect
  private readonly read: ReadTables
  private readonly readKey: ReadKey
  private readonly scanner: EnvelopeScanner<TablePlan>
  /** Schema, then table: spares each record the joining of its table's name. */
  private readonly plans = new Map<unknown, Map<unknown, TablePlan>>()
  /** The commit time of the change before: that of nearly all of its transaction. */
  private commit = { us: 0, asBigint: 0n }

  constructor(options: { readonly dialect: SourceDialect } & ReadTables, readKey: ReadKey = readJsonKey) {
    this.readKey = readKey
    this.dialect = options.dialect
    this.read = options
    const { schemaField } = options.dialect
    this.scanner = new EnvelopeScanner({ schemaField, tableOf: (schema, table) => this.planOf(schema, table) })
  }

  /** The short way: a streamed row that is written as the one before it. Null for any other record. */
  scan(value: Buffer, at: RecordPlace): RowMessage | null {
    const found = this.scanner.scan(value)
    if (found === null) return null
    const { table, op, before, after, transactionId, totalOrder, commitUs } = found
    const place = this.placeOf({ transactionId, totalOrder, committedAtUs: this.commitTime(commitUs) }, at)
    return this.row({ table, op, place, images: { before, after }, value: (after ?? before)?.source ?? null }, at)
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

  /** The way of any change. `imagesOfRow` is asked for those of a streamed row. */
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
        return this.snapshotRow(source, at)
      case 'r':
        return this.snapshotRow(source, at)
      case 'm':
        return this.logicalMessage(envelope, source, at)
      default:
        throw recordError('UNKNOWN_OP', at, 'a change of an unknown op')
    }
  }

  private streamedRow(op: RowOp, { envelope, source, imagesOfRow }: Change, at: RecordPlace): RowMessage {
    const table = this.parsedPlan(source, at)
    const given = parsedPlace(envelope, at)
    const place = this.placeOf({ ...given, committedAtUs: parsedCommitTime(source, at) }, at)
    return this.row({ table, op, place, ...imagesOfRow(op, table) }, at)
  }

  private row({ table, op, place, images, value }: ReadRow, at: RecordPlace): RowMessage {
    const { offset, transaction, recordId, totalOrder, position, committedAtUs } = place
    const { keys, name } = table
    const keyBytes = at.records.key(at.index)
    const key = keyBytes === null ? null : { bytes: keyBytes, plain: false }
    const change = keys === null ? null : readChange({ table, keys, op, place, images, key, readKey: this.readKey }, at)
    const request = op === 'c' && images.after !== null ? snapshotRequest(images.after) : null
    const bytes = (value?.bytes ?? at.records.value(at.index))?.length ?? 0
    const row: RowMessage = {
      kind: 'row',
      offset,
      transaction,
      recordId,
      totalOrder,
      position,
      committedAtUs,
      table: name,
      op,
      key,
      value,
      bytes,
      change,
    }
    return request === null ? row : { ...row, request }
  }

  private snapshotRow(source: JsonObject, at: RecordPlace): SnapshotRowMessage {
    const place = snapshotPlaces.get(source['snapshot'])
    if (place === undefined) throw recordError('BAD_ENVELOPE', at, 'a snapshot row that does not say where it stands')
    return { kind: 'snapshotRow', offset: at.records.offset(at.index), table: this.parsedPlan(source, at).name, place }
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
  readonly op: RowOp
  readonly place: InTransaction
}

const isStreamed = (snapshot: unknown): boolean =>
  snapshot === undefined || snapshot === null || snapshot === false || snapshot === 'false'
