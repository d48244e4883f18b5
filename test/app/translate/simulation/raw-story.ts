/** A raw log as Debezium writes it, from a seed: few rows that change often, and a connector that dies now and then. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'

export interface RawStep {
  readonly key: Buffer
  readonly value: Buffer
  /** An exactly-once connector that dies leaves records behind that nobody may read. */
  readonly fate: 'committed' | 'aborted'
}

type Row = Readonly<Record<string, string | number | null>>
type Text = Pick<RawStep, 'key' | 'value'>

const rows = 6
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
  const emitted = Array.from({ length: transactions }, (_, number) =>
    transaction({ source, number, rows: number === largeAt ? 'all' : 'few', identity }, held, random),
  )
  const steps: RawStep[] = identity === 'full' ? [] : snapshotOf(source)
  for (let number = 0; number < emitted.length; ) {
    const records = emitted[number] ?? []
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
    number += 1
  }
  return steps
}

interface Written {
  readonly source: string
  readonly number: number
  readonly rows: 'few' | 'all'
  readonly identity: StoryOptions['identity']
}

function transaction(
  { source, number, rows: which, identity }: Written,
  held: Map<number, Row>,
  random: Random,
): Text[] {
  const commitUs = baseTimeUs + number * 250
  const place = { source, xid: 900 + number, lsn: 26_000_000 + number * lsnsOfOne, commitUs }
  const ids = which === 'all' ? manyRows(random) : fewRows(random)
  const records = [boundary('BEGIN', place, ids.length)]
  for (const [index, id] of ids.entries()) {
    const before = held.get(id) ?? firstImage(id)
    const after = nextImage(before, random)
    held.set(id, after)
    records.push(update({ before: identity === 'full' ? before : null, after, order: index + 1, place }))
  }
  return [...records, boundary('END', place, ids.length)]
}

const fewRows = (random: Random): readonly number[] =>
  Array.from({ length: random.chance(0.1) ? 0 : random.integer(1, 4) }, () => random.integer(1, rows))

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
  return Array.from({ length: rows }, (_, index): RawStep => {
    const after = firstImage(index + 1)
    const snapshot = index === 0 ? 'first' : index === rows - 1 ? 'last' : 'true'
    const place = {
      connector: 'postgresql',
      name: source,
      snapshot,
      ts_us: baseTimeUs,
      schema: 'public',
      table: 'orders',
    }
    const value = { before: null, after, source: place, transaction: null, op: 'r', ts_ms: baseTimeUs / 1_000 }
    return { ...text({ id: after['id'] }, value), fate: 'committed' }
  })
}
