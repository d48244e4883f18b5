/** Change envelopes, `{before, after, source, op, transaction, …}`: rows, logical messages and snapshot rows. */
import { type Column, type Table, type TableName, tableName } from '../catalog/catalog.ts'
import { sendsWholeRows } from '../catalog/proven-keys.ts'
import type { CaptureMessage, LogicalMessage, RowMessage, SnapshotRowMessage } from './capture-message.ts'
import { ColumnForms, type PromisedForm } from './column-forms.ts'
import { parseColumnType } from './decode/column-type.ts'
import { isNullWhenUnchanged } from './decode/postgres-types.ts'
import { RowKeys } from './row-keys.ts'
import { type RecordPlace, recordError } from './record/raw-records.ts'
import {
  isObject,
  isRounded,
  type JsonObject,
  keyBytesMax,
  parseObjectExactly,
  parseRow,
  readKey,
  readText,
} from './record/record-json.ts'
import { refuseSchema } from './record/record-shapes.ts'
import type { RowImage } from './image/row-image.ts'
import { imageOf, PartialImage } from './image/value-image.ts'
import type { RowChange } from './row-change.ts'
import type { SourceDialect } from './source-dialect.ts'

/** A table that was seen. */
interface TablePlan {
  readonly name: TableName
  /** Null when its rows are not read. */
  readonly keys: RowKeys | null
  /** Null when no form is promised. */
  readonly forms: ColumnForms | null
  /** Columns in which null says nothing when a row is updated. */
  readonly nullWhenUnchanged: readonly string[]
}

type RowOp = RowMessage['op']

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

/** What is read of a source. */
export interface ReadTables {
  readonly tables: ReadonlyMap<TableName, Table>
  /** Absent: whoever reads no value compares no form. */
  readonly promisedForms?: ReadonlyMap<TableName, readonly PromisedForm[]>
}

export class ChangeDecoder {
  private readonly dialect: SourceDialect
  private readonly read: ReadTables
  /** Schema, then table: spares each record the joining of its table's name. */
  private readonly plans = new Map<unknown, Map<unknown, TablePlan>>()

  constructor(options: { readonly dialect: SourceDialect } & ReadTables) {
    this.dialect = options.dialect
    this.read = options
  }

  decode(envelope: JsonObject, text: string, at: RecordPlace): CaptureMessage {
    const { op, source } = envelope
    if (!isObject(source)) throw recordError('BAD_ENVELOPE', at, 'a change without source')
    switch (op) {
      case 'c':
      case 'u':
      case 'd':
      case 't':
        if (isStreamed(source['snapshot'])) return this.row(op, { envelope, source, text }, at)
        return this.snapshotRow(source, at)
      case 'r':
        return this.snapshotRow(source, at)
      case 'm':
        return this.logicalMessage(envelope, source, at)
      default:
        throw recordError('UNKNOWN_OP', at, 'a change of an unknown op')
    }
  }

  private row(op: RowOp, change: Change, at: RecordPlace): RowMessage {
    const { name, keys, forms, nullWhenUnchanged } = this.planOf(change.source, at)
    const place = this.transactionOf(change.envelope, at)
    const offset = at.records.offset(at.index)
    const committedAtUs = commitTime(change.source, at)
    const keyBytes = at.records.key(at.index)
    if (keys === null) {
      const keyText = keyBytes === null ? '' : readText(keyBytes, keyBytesMax, at)
      return { kind: 'row', offset, ...place, committedAtUs, table: name, op, keyText, change: null }
    }
    forms?.verify(at)
    const key = keyBytes === null ? null : readKey(keyBytes, at)
    if (key !== null) refuseSchema(key.row, at)
    const keyImage = key === null ? null : imageOf(key.row)
    const images = readImages(op, change, at)
    if (keyImage !== null) requireSameKey(keyImage, images.after ?? images.before, at)
    const ownKey = keys.of(keyImage, images)
    if (key === null && op !== 't' && ownKey === null && keys.lacksKey(images.after ?? images.before)) {
      throw recordError('KEY_MISSING', at, `a row of ${name} without the key that its table has`)
    }
    const given = key === null || op === 'u' ? null : readRekey(op, at)
    const madeUp = given !== null && keyImage !== null && !keys.knowsOld(keyImage) ? given.half : null
    const rekey =
      given === null || madeUp !== null ? null : { ...given, otherKey: keys.ordered(given.otherKey) ?? given.otherKey }
    const rowChange: RowChange = {
      table: name,
      // Whatever the key was, the new half is of a row that was there.
      op: madeUp === 'new' ? 'u' : op,
      before: images.before === null ? null : knownPart(images.before, keys),
      after:
        (op === 'u' || given !== null) && images.after !== null
          ? withoutFalseNulls(images.after, nullWhenUnchanged)
          : images.after,
      key: ownKey,
      rekey,
      committedAtUs,
      offset,
    }
    const keyText = key?.text ?? ''
    return {
      kind: 'row',
      offset,
      ...place,
      committedAtUs,
      table: name,
      op,
      keyText,
      change: madeUp === 'old' ? null : rowChange,
    }
  }

  private snapshotRow(source: JsonObject, at: RecordPlace): SnapshotRowMessage {
    const place = snapshotPlaces.get(source['snapshot'])
    if (place === undefined) throw recordError('BAD_ENVELOPE', at, 'a snapshot row that does not say where it stands')
    return { kind: 'snapshotRow', offset: at.records.offset(at.index), table: this.planOf(source, at).name, place }
  }

  /** A message outside of any transaction is none of anybody's rows: like a heartbeat, it only shows life. */
  private logicalMessage(envelope: JsonObject, source: JsonObject, at: RecordPlace): CaptureMessage {
    const offset = at.records.offset(at.index)
    if (envelope['transaction'] === null || envelope['transaction'] === undefined) return { kind: 'heartbeat', offset }
    const place = this.transactionOf(envelope, at)
    const message: LogicalMessage = {
      kind: 'logicalMessage',
      offset,
      ...place,
      committedAtUs: commitTime(source, at),
    }
    return message
  }

  private planOf(source: JsonObject, at: RecordPlace): TablePlan {
    const schema = source[this.dialect.schemaField]
    const table = source['table']
    const known = this.plans.get(schema)?.get(table)
    if (known !== undefined) return known
    if (typeof schema !== 'string' || typeof table !== 'string') {
      throw recordError('BAD_ENVELOPE', at, 'a change whose source names no table')
    }
    const name = tableName(schema, table)
    const read = this.read.tables.get(name)
    const promised = this.read.promisedForms?.get(name)
    const plan: TablePlan = {
      name,
      keys: read === undefined ? null : new RowKeys(read),
      forms: promised === undefined ? null : new ColumnForms(name, promised),
      nullWhenUnchanged: read === undefined ? [] : columnsNullWhenUnchanged(read),
    }
    const ofSchema = this.plans.get(schema) ?? new Map<unknown, TablePlan>()
    this.plans.set(schema, ofSchema.set(table, plan))
    return plan
  }

  private transactionOf(
    envelope: JsonObject,
    at: RecordPlace,
  ): Pick<RowMessage, 'transaction' | 'recordId' | 'totalOrder' | 'position'> {
    const given = envelope['transaction']
    if (!isObject(given)) {
      throw recordError('NO_TRANSACTION_METADATA', at, 'a change that names no source transaction')
    }
    const { id, total_order: totalOrder } = given
    const transaction = typeof id === 'string' ? this.dialect.transactionOf(id) : null
    if (
      typeof id !== 'string' ||
      transaction === null ||
      typeof totalOrder !== 'number' ||
      !Number.isSafeInteger(totalOrder) ||
      totalOrder < 1
    ) {
      throw recordError('BAD_ENVELOPE', at, 'a change without its place in its source transaction')
    }
    const position = totalOrder === 1 ? this.dialect.positionOf(id) : null
    return { transaction, recordId: id, totalOrder, position }
  }
}

interface Change {
  readonly envelope: JsonObject
  readonly source: JsonObject
  readonly text: string
}

const isStreamed = (snapshot: unknown): boolean =>
  snapshot === undefined || snapshot === null || snapshot === false || snapshot === 'false'

/** `source.ts_us`; connectors before 2.6 say it in `ts_ms` alone. */
function commitTime(source: JsonObject, at: RecordPlace): bigint {
  const { ts_us: us, ts_ms: ms } = source
  if (typeof us === 'number' && Number.isSafeInteger(us)) return BigInt(us)
  if (us === undefined && typeof ms === 'number' && Number.isSafeInteger(ms)) return BigInt(ms) * 1000n
  throw recordError('BAD_ENVELOPE', at, 'a change without its commit time')
}

interface Images {
  readonly before: RowImage | null
  readonly after: RowImage | null
}

const noImages: Images = { before: null, after: null }

/** The images that the op promises, every integer exact. */
function readImages(op: RowOp, { envelope, text }: Change, at: RecordPlace): Images {
  if (op === 't') return noImages
  const { before, after } = envelope
  const complete = op === 'd' ? isObject(before) && !isObject(after) : isObject(after)
  if (!complete) throw recordError('BAD_ENVELOPE', at, `op ${op} without the image that it needs`)
  const rounded = (isObject(before) && isRounded(before, at)) || (isObject(after) && isRounded(after, at))
  return imagesOf(rounded ? parseObjectExactly(text, at) : envelope)
}

function imagesOf(envelope: JsonObject): Images {
  const { before, after } = envelope
  return { before: isObject(before) ? imageOf(before) : null, after: isObject(after) ? imageOf(after) : null }
}

function requireSameKey(key: RowImage, image: RowImage | null, at: RecordPlace): void {
  if (image === null) return
  for (const column of key.columns) {
    const [one, other] = [key.get(column), image.get(column)]
    if (one !== other && typeof one !== 'object') {
      throw recordError('KEY_MISMATCH', at, 'a row whose key is not that of its record')
    }
  }
}

function columnsNullWhenUnchanged(table: Table): readonly string[] {
  if (sendsWholeRows(table)) return []
  const isAmbiguous = ({ type }: Column): boolean => {
    const parsed = parseColumnType(type)
    return parsed !== null && isNullWhenUnchanged(parsed)
  }
  return table.columns.filter(isAmbiguous).map(({ name }) => name)
}

/** A null that may stand for an unchanged value is not known to be null. */
function withoutFalseNulls(after: RowImage, columns: readonly string[]): RowImage {
  const unknown = columns.filter((column) => after.get(column) === null)
  return unknown.length === 0 ? after : new PartialImage(after, (column) => !unknown.includes(column))
}

/**
 * Without REPLICA IDENTITY FULL the connector knows the primary key at most of what was, and puts "" or 0 into other
 * NOT NULL columns: these are not read.
 */
function knownPart(before: RowImage, keys: RowKeys): RowImage {
  return keys.wholeRows ? before : new PartialImage(before, (column) => keys.knowsBefore(column))
}

const controlCharacters = /[\u0000-\u001f]/g
const textOrNoNumber = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A changed key: `d` names the new key, `c` the old one. */
function readRekey(op: RowOp, at: RecordPlace): RowChange['rekey'] {
  const half = op === 'd' ? 'old' : 'new'
  const header = at.records.header(at.index, half === 'old' ? '__debezium.newkey' : '__debezium.oldkey')
  if (header === null) return null
  // Connect's header converter quotes a text, but leaves its control characters as they are, and numbers that are none
  // without the quotes that its JSON converter puts around them.
  const text = readText(header, keyBytesMax, at)
    .replace(controlCharacters, escaped)
    .replace(textOrNoNumber, (found) => (found.startsWith('"') ? found : `"${found}"`))
  return { half, otherKey: imageOf(parseRow(text, at)) }
}
