/** A raw log as Debezium writes it, from a seed: few rows that change often, and a connector that dies now and then. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'

export interface RawStep {
  readonly key: Buffer
  readonly value: Buffer
  /** An exactly-once connector that dies leaves records behind that nobody may read. */
  readonly fate: 'committed' | 'aborted'
}

type Row = Readonly<Record<string, string | number | null>>
type Text = Pick<RawStep, 'key' | 'value'> & { readonly of?: 'snapshot' }

const rows = 6
/** Rows that an incremental snapshot is the first to show, by their ids: its two chunks read others beside them. */
const chunks = [
  [1, 2, 7, 8],
  [3, 9],
] as const
const rowsBehind = 9
const statuses = ['N', 'P', 'S', 'N', 'P', 'X'] as const
/** Between the beginnings of two transactions. */
const lsnsOfOne = 1_000_000
const baseTimeUs = 1_790_000_000_000_000

export interface StoryOptions {
  readonly source: string
  readonly transactions: number
  /** Whether one of them changes thousands of rows. */
  readonly large: 'one' | 'none'
  /** Under DEFAULT a snapshot comes first, and nothing is said of what a row was. */
  readonly identity: 'full' | 'default'
}

export function rawStory(random: Random, { source, transactions, large, identity }: StoryOptions): readonly RawStep[] {
  const held = new Map(Array.from({ length: rows }, (_, index): [number, Row] => [index + 1, firstImage(index + 1)]))
  const largeAt = large === 'one' ? random.integer(1, transactions - 2) : -1
  const chunkAt = identity === 'full' ? transactions : chunkPlace(transactions, largeAt)
  const emitted = Array.from({ length: transactions }, (_, number) => {
    const chunk = chunks[number - chunkAt]
    const read = chunk === undefined ? [] : chunk.map((id) => snapshotRow(source, held.get(id) ?? firstImage(id)))
    const told = chunk === chunks[1] ? [scanned(source, 'Incremental Snapshot')] : []
    const ids = number > chunkAt || chunk !== undefined ? rowsBehind : rows
    const written = { source, number, rows: number === largeAt ? 'all' : 'few', identity, ids } as const
    const [begin, ...others] = transaction(written, held, random)
    return begin === undefined ? [] : [begin, ...read, ...told, ...others]
  })
  const steps: RawStep[] = identity === 'full' ? [] : snapshotOf(source)
  const passed = new Set<number>()
  for (let number = 0; number < emitted.length; ) {
    // A chunk that is read once more would say what the rows are by then.
    const records = (emitted[number] ?? []).filter(({ of }) => of === undefined || !passed.has(number))
    if (random.chance(0.2)) steps.push({ ...heartbeatOf(source), fate: 'committed' })
    if (random.chance(0.12)) {
      // The connector dies in the middle, and goes back to a transaction that it had confirmed last.
      const fate = random.chance(0.5) ? 'committed' : 'aborted'
      const upTo = random.integer(0, records.length - 1)
      steps.push(...records.slice(0, upTo).map((text): RawStep => ({ ...text, fate })))
      if (fate === 'committed') number = Math.max(0, number - random.integer(0, 2))
      continue
    }
    steps.push(...records.map((text): RawStep => ({ ...text, fate: 'committed' })))
    passed.add(number)
    number += 1
  }
  return steps
}

/** The first of the two transactions in which an incremental snapshot shows its rows: neither is the large one. */
function chunkPlace(transactions: number, largeAt: number): number {
  const third = Math.floor(transactions / 3)
  return largeAt === third || largeAt === third + 1 ? third + 2 : third
}

interface Written {
  readonly source: string
  readonly number: number
  readonly rows: 'few' | 'all'
  readonly identity: StoryOptions['identity']
  /** Up to here they are numbered. */
  readonly ids: number
}

function transaction(
  { source, number, rows: which, identity, ids: upTo }: Written,
  held: Map<number, Row>,
  random: Random,
): Text[] {
  const commitUs = baseTimeUs + number * 250
  const place = { source, xid: 900 + number, lsn: 26_000_000 + number * lsnsOfOne, commitUs }
  const ids = which === 'all' ? manyRows(random) : fewRows(random, upTo)
  const records = [boundary('BEGIN', place, ids.length)]
  for (const [index, id] of ids.entries()) {
    const before = held.get(id) ?? firstImage(id)
    const after = nextImage(before, random)
    held.set(id, after)
    records.push(update({ before: identity === 'full' ? before : null, after, order: index + 1, place }))
  }
  return [...records, boundary('END', place, ids.length)]
}

const fewRows = (random: Random, upTo: number): readonly number[] =>
  Array.from({ length: random.chance(0.1) ? 0 : random.integer(1, 4) }, () => random.integer(1, upTo))

/** More than a slice holds, and more bytes than one batch. */
const manyRows = (random: Random): readonly number[] =>
  Array.from({ length: random.integer(2_100, 2_600) }, (_, index) => index + 1)

const firstImage = (id: number): Row => ({
  id,
  store_no: 1 + (id % 3),
  customer_id: 700_000 + id,
  status: 'N',
  total_cents: 1_000 * id,
  curr_cd: 'EUR',
  order_dt: 20_260_101 + id,
  carrier_cd: null,
  discount: null,
  sku: `A-${String(id).padStart(4, '0')}`,
  qty: 1,
})

/** Some dates are none: a rule fails on them. */
const nextImage = (before: Row, random: Random): Row => ({
  ...before,
  status: random.pick(statuses),
  total_cents: Number(before['total_cents']) + 1,
  order_dt: random.chance(0.1) ? 20_260_231 : 20_260_101,
  carrier_cd: random.pick(['DHL', null]),
})

interface Place {
  readonly source: string
  readonly xid: number
  readonly lsn: number
  readonly commitUs: number
}

function text(key: object, value: object): Text {
  return { key: Buffer.from(JSON.stringify(key)), value: Buffer.from(JSON.stringify(value)) }
}

const heartbeatOf = (source: string): Text => text({ serverName: source }, { ts_ms: baseTimeUs / 1_000 })

function boundary(status: 'BEGIN' | 'END', { xid, lsn, commitUs }: Place, changes: number): Text {
  const id = `${xid}:${status === 'BEGIN' ? lsn : lsn + lsnsOfOne - 200}`
  const collections = changes === 0 ? [] : [{ data_collection: 'public.orders', event_count: changes }]
  const counts =
    status === 'BEGIN'
      ? { event_count: null, data_collections: null }
      : { event_count: changes, data_collections: collections }
  return text({ id }, { status, id, ...counts, ts_ms: Math.floor(commitUs / 1_000) })
}

function update(change: {
  readonly before: Row | null
  readonly after: Row
  readonly order: number
  readonly place: Place
}): Text {
  const { before, after, order, place } = change
  const { xid, commitUs } = place
  const lsn = place.lsn + order * 300
  const source = {
    connector: 'postgresql',
    name: place.source,
    snapshot: null,
    ts_us: commitUs,
    schema: 'public',
    table: 'orders',
  }
  return text(
    { id: after['id'] },
    {
      before,
      after,
      source: { ...source, txId: xid, lsn },
      transaction: { id: `${xid}:${lsn}`, total_order: order, data_collection_order: order },
      op: 'u',
      ts_ms: Math.floor(commitUs / 1_000) + 12,
    },
  )
}

function snapshotOf(source: string): RawStep[] {
  const read = Array.from({ length: rows }, (_, index) => {
    const snapshot = index === 0 ? 'first' : index === rows - 1 ? 'last' : 'true'
    return rowOf({ source, snapshot, after: firstImage(index + 1) })
  })
  const kind = 'Initial Snapshot'
  const [last = read[0]] = read.slice(-1)
  const texts = [noteOf({ source, kind, type: 'STARTED' }), ...read.slice(0, -1), scanned(source, kind), last]
  return [...texts, noteOf({ source, kind, type: 'COMPLETED' })].flatMap((one) =>
    one === undefined ? [] : [{ key: one.key, value: one.value, fate: 'committed' }],
  )
}

const snapshotRow = (source: string, after: Row): Text => ({
  ...rowOf({ source, snapshot: 'incremental', after }),
  of: 'snapshot',
})

function rowOf({
  source,
  snapshot,
  after,
}: {
  readonly source: string
  readonly snapshot: string
  readonly after: Row
}): Text {
  const place = {
    connector: 'postgresql',
    name: source,
    snapshot,
    ts_us: baseTimeUs,
    schema: 'public',
    table: 'orders',
  }
  const value = { before: null, after, source: place, transaction: null, op: 'r', ts_ms: baseTimeUs / 1_000 }
  return text({ id: after['id'] }, value)
}

const scanned = (source: string, kind: string): Text =>
  noteOf({
    source,
    kind,
    type: 'TABLE_SCAN_COMPLETED',
    more: { scanned_collection: 'public.orders', status: 'SUCCEEDED', total_rows_scanned: '6' },
  })

function noteOf(note: {
  readonly source: string
  readonly kind: string
  readonly type: string
  readonly more?: Readonly<Record<string, string>>
}): Text {
  const { source, kind, type, more = {} } = note
  const id = `${kind} of ${source}`
  const data = { connector_name: source, ...more }
  return text({ id }, { id, aggregate_type: kind, type, additional_data: data, timestamp: baseTimeUs / 1_000 })
}
