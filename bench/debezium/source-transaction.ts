/** Records of Debezium 3.7 for PostgreSQL: a source transaction with BEGIN, its rows and END, and a snapshot. */
import { columnFormsHeader } from '../../src/core/capture/row/column-forms.ts'
import type { FixedHeaders, OutputRecord } from '../../src/core/event/event-record.ts'
import type { CapturedTable } from './captured-table.ts'
import type { RecordForm } from './record-form.ts'

export type Image = Readonly<Record<string, unknown>>

/** What has to come out for an input, in the form in which outputs are compared. */
export interface ExpectedEvent {
  readonly key: string
  readonly text: string
}

export interface Row {
  readonly table: CapturedTable
  /** Absent: an insert where nothing was before, else an update. */
  readonly op?: 'u'
  /** As the log says it: under REPLICA IDENTITY DEFAULT null for an update too. */
  readonly before: Image | null
  readonly after: Image
  /** What comes of this row, or of the transaction that it is the last of. */
  readonly outcome: ExpectedEvent | 'dead letter' | null
}

/** A record of the raw log; BEGIN and END have no row. */
export interface RawRecord {
  readonly record: OutputRecord
  readonly row: Row | null
}

export interface TransactionPlace {
  readonly topic: string
  readonly form: RecordForm
  readonly xid: number
  readonly lsn: number
  readonly commitUs: number
}

const baseTimeUs = 1_790_000_000_000_000
/** Between the rows of a transaction, in the log of the database. */
const lsnStep = 300

/** Place of the transaction with that number, from 0, where none before it is longer than `rowsMax`. */
export function placeOf(number: number, { topic, form, rowsMax }: PlaceOptions): TransactionPlace {
  const lsn = 26_000_000 + number * (rowsMax + 2) * lsnStep
  return { topic, form, xid: 1_000 + number, lsn, commitUs: baseTimeUs + number * 1_000 }
}

export interface PlaceOptions {
  readonly topic: string
  readonly form: RecordForm
  readonly rowsMax: number
}

/** Row by row, so that a transaction may be as long as it likes. */
export function* sourceTransaction(place: TransactionPlace, rows: Iterable<Row>): Generator<RawRecord> {
  const { xid, lsn } = place
  yield boundary(place, { status: 'BEGIN', id: `${xid}:${lsn}`, event_count: null, data_collections: null })
  const counts = new Map<string, number>()
  let order = 0
  for (const row of rows) {
    order += 1
    const ofTable = (counts.get(row.table.name) ?? 0) + 1
    counts.set(row.table.name, ofTable)
    yield { record: rowRecord(place, row, { order, ofTable }), row }
  }
  const collections = [...counts].map(([name, count]) => ({ data_collection: name, event_count: count }))
  const id = `${xid}:${lsn + (order + 1) * lsnStep}`
  yield boundary(place, { status: 'END', id, event_count: order, data_collections: collections })
}

/** A place that no row of a transaction has, from which a snapshot is taken. */
export const snapshotPlace = ({ topic, form }: Pick<TransactionPlace, 'topic' | 'form'>): TransactionPlace => ({
  topic,
  form,
  xid: 900,
  lsn: 25_000_000,
  commitUs: baseTimeUs - 1_000_000,
})

/** All rows of some tables, table by table, as an initial snapshot writes them. */
export function* snapshotRecords(place: TransactionPlace, rows: Iterable<Row>): Generator<RawRecord> {
  let before: Row | null = null
  let row: Row | null = null
  for (const next of rows) {
    if (row !== null) yield { record: snapshotRecord(place, row, { before, next }), row }
    before = row
    row = next
  }
  if (row !== null) yield { record: snapshotRecord(place, row, { before, next: null }), row }
}

function snapshotRecord(
  place: TransactionPlace,
  row: Row,
  { before, next }: { readonly before: Row | null; readonly next: Row | null },
): OutputRecord {
  let snapshot = 'true'
  if (next === null) snapshot = 'last'
  else if (before === null) snapshot = 'first'
  else if (before.table !== row.table) snapshot = 'first_in_data_collection'
  else if (next.table !== row.table) snapshot = 'last_in_data_collection'
  return recordOf(place, row, { source: { lsn: place.lsn, snapshot }, transaction: null, op: 'r' })
}

function boundary({ topic, form, commitUs }: TransactionPlace, value: Readonly<Record<string, unknown>>): RawRecord {
  const whole = { ...value, ts_ms: Math.floor(commitUs / 1000) }
  const record = { key: form.key({ id: value['id'] }, null), value: form.value(whole, null), fixedHeaders: [] }
  return { record: { topic, partition: 0, headers: [], ...record }, row: null }
}

function rowRecord(place: TransactionPlace, row: Row, at: { order: number; ofTable: number }): OutputRecord {
  const lsn = place.lsn + at.order * lsnStep
  const transaction = { id: `${place.xid}:${lsn}`, total_order: at.order, data_collection_order: at.ofTable }
  const op = row.op ?? (row.before === null ? 'c' : 'u')
  return recordOf(place, row, { source: { lsn, snapshot: null }, transaction, op })
}

interface Envelope {
  readonly source: { readonly lsn: number; readonly snapshot: string | null }
  readonly transaction: object | null
  readonly op: 'c' | 'u' | 'r'
}

function recordOf(place: TransactionPlace, row: Row, { source, transaction, op }: Envelope): OutputRecord {
  const { topic, form, xid, commitUs } = place
  const { table, before, after } = row
  const { lsn, snapshot } = source
  const [schema, name] = table.name.split('.')
  const commitMs = Math.floor(commitUs / 1000)
  const value = {
    before,
    after,
    source: {
      version: '3.7.0.Final',
      connector: 'postgresql',
      name: 'bench',
      ts_ms: commitMs,
      snapshot,
      db: 'bench',
      sequence: `["${place.lsn}","${lsn}"]`,
      ts_us: commitUs,
      // Beyond 2^53 like a real one: a number that JSON.parse rounds, and nobody reads.
      ts_ns: commitUs * 1000,
      schema,
      table: name,
      txId: xid,
      lsn,
      xmin: null,
      origin: null,
      origin_lsn: null,
    },
    transaction,
    op,
    ts_ms: commitMs + 12,
    ts_us: commitUs + 12_345,
    ts_ns: (commitUs + 12_345) * 1000,
  }
  const key = Object.fromEntries(table.primaryKey.map((column) => [column, after[column]]))
  return {
    topic,
    partition: 0,
    key: form.key(key, table),
    value: form.value(value, table),
    fixedHeaders: headersOf(table),
    headers: [],
  }
}

const headers = new Map<CapturedTable, FixedHeaders>()

function headersOf(table: CapturedTable): FixedHeaders {
  const known = headers.get(table) ?? Object.freeze([[columnFormsHeader, table.forms]] as const)
  headers.set(table, known)
  return known
}
