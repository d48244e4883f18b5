/** A predicate and twelve fields of one changed row, evaluated beside the same written by hand, in memory. */
import { deepStrictEqual } from 'node:assert'
import type { CaptureSettings } from '../../src/core/capture/connector/capture-settings.ts'
import { imageOf } from '../../src/core/capture/image/value-image.ts'
import { type Table, tableName } from '../../src/core/catalog/catalog.ts'
import { compileExpression } from '../../src/core/expression/compile.ts'
import { columnReaders } from '../../src/core/expression/types/column-readers.ts'
import type { RowType } from '../../src/core/expression/types/expression-type.ts'
import type { Frame, Scope } from '../../src/core/expression/types/scope.ts'
import type { Value } from '../../src/core/values/value.ts'
import { median, type Outcome } from '../bench.ts'

/** So many different rows that no branch of a field is always taken. */
const rowsCount = 1_000
const passes = 200
const rounds = 9

const settings: CaptureSettings = {
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  intervalHandling: 'string',
  hstoreHandling: 'json',
  unavailablePlaceholder: '__debezium_unavailable_value',
}

const types = {
  id: 'bigint',
  customer_id: 'bigint',
  status: 'character(1)',
  total_cents: 'bigint',
  currency: 'character(3)',
  carrier: 'character varying(40)',
  qty: 'integer',
  order_dt: 'integer',
  gift: 'boolean',
  sku: 'character(8)',
  phone: 'character varying(40)',
  created_at: 'timestamp without time zone',
}
const nullable: readonly string[] = ['carrier']

const orders: Table = {
  name: tableName('public', 'orders'),
  columns: Object.entries(types).map(([name, type]) => ({ name, type, nullable: nullable.includes(name) })),
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

const words = { N: 'NEW', P: 'PAID', S: 'SHIPPED' } as const

const predicate = "before.status != 'S' && after.status == 'S'"
const fields = {
  orderId: 'string(after.id)',
  customerId: 'string(after.customer_id)',
  total: 'scaled(after.total_cents, 2)',
  currency: 'upper(trim(after.currency))',
  carrier: "coalesce(trim(after.carrier), 'UNKNOWN')",
  previously: 'orderStatus(before.status)',
  pieces: 'after.qty * 2 + 1',
  placedOn: 'ymd(after.order_dt)',
  wrapping: "after.gift ? 'GIFT' : 'PLAIN'",
  difference: 'after.total_cents - before.total_cents',
  sku: 'trim(after.sku)',
  phoneEnd: 'last(digits(after.phone), 4)',
}

interface Order {
  readonly id: number
  readonly customer_id: number
  readonly status: string
  readonly total_cents: number
  readonly currency: string
  readonly carrier: string | null
  readonly qty: number
  readonly order_dt: number
  readonly gift: boolean
  readonly sku: string
  readonly phone: string
  readonly created_at: number
}

type Fields = Readonly<Record<keyof typeof fields, Value>>

/** As a careful person would write it for these rows, with the same results. */
function byHand(before: Order, after: Order): Fields | null {
  if (before.status === 'S' || after.status !== 'S') return null
  const [year, month, day] = [
    Math.floor(after.order_dt / 10_000),
    Math.floor(after.order_dt / 100) % 100,
    after.order_dt % 100,
  ]
  return {
    orderId: String(after.id),
    customerId: String(after.customer_id),
    total: BigInt(after.total_cents),
    currency: after.currency.trim().toUpperCase(),
    carrier: after.carrier === null ? 'UNKNOWN' : after.carrier.trim(),
    previously: words[before.status as keyof typeof words],
    pieces: after.qty * 2 + 1,
    placedOn: Date.UTC(year, month - 1, day) / 86_400_000,
    wrapping: after.gift ? 'GIFT' : 'PLAIN',
    difference: BigInt(after.total_cents) - BigInt(before.total_cents),
    sku: after.sku.trim(),
    phoneEnd: after.phone.replaceAll(/[^0-9]/g, '').slice(-4),
  }
}

function scope(): Scope {
  const rowOf = (name: string): RowType => ({
    kind: 'row',
    name,
    table: orders,
    columns: columnReaders(orders, settings),
  })
  let slots = 2
  return {
    bindings: new Map([
      ['before', { slot: 0, type: rowOf('before'), nullable: false }],
      ['after', { slot: 1, type: rowOf('after'), nullable: false }],
    ]),
    lets: new Map(),
    absent: new Map(),
    codes: new Map([
      ['orderStatus', { name: 'orderStatus', values: new Map(Object.entries(words)), unknown: { kind: 'error' } }],
    ]),
    lookups: new Map(),
    repeats: 1,
    changed: null,
    keys: new Map(),
    takeSlot: () => slots++,
  }
}

function compiled(text: string): (frame: Frame) => Value {
  const place = (): never => {
    throw new Error(`the benchmark has a mistake in ${text}`)
  }
  const result = compileExpression({ text, place }, scope())
  return result.kind === 'compiled' ? result.typed.evaluate : place()
}

function compiledMapping(): (frame: Frame) => Fields | null {
  const when = compiled(predicate)
  const evaluations = Object.entries(fields).map(([name, text]) => [name, compiled(text)] as const)
  return (frame) => {
    if (when(frame) !== true) return null
    const record: Record<string, Value> = {}
    for (const [name, evaluate] of evaluations) record[name] = evaluate(frame)
    return record as Fields
  }
}

const orderOf = (id: number): Order => ({
  id,
  customer_id: id * 7,
  status: 'P',
  total_cents: 4_990 + id,
  currency: 'eur',
  carrier: id % 3 === 0 ? null : ` DHL ${id}`,
  qty: id % 50,
  order_dt: 20_260_101 + (id % 28),
  gift: id % 2 === 0,
  sku: `A-${id}`.padEnd(8),
  phone: `+49 (30) ${id}-${id}`,
  created_at: 1_769_853_600_000_000 + id,
})

/** Raises an error where the two do not agree: then there is no figure. */
export function measureExpressions(): Outcome {
  const rows = Array.from(
    { length: rowsCount },
    (_, id) => [orderOf(id), { ...orderOf(id), status: 'S', qty: 5 }] as const,
  )
  const mapping = compiledMapping()
  const frames = rows.map(([before, after]): Frame => [imageOf({ ...before }), imageOf({ ...after })])
  for (const [at, [before, after]] of rows.entries()) deepStrictEqual(mapping(frames[at] ?? []), byHand(before, after))
  const measured = Array.from({ length: rounds }, () => {
    const hand = usEach(() =>
      rows.reduce((count, [before, after]) => count + Number(byHand(before, after) !== null), 0),
    )
    const ours = usEach(() => frames.reduce((count, frame) => count + Number(mapping(frame) !== null), 0))
    return { hand, ours, ratio: ours / hand }
  }).slice(1)
  const figure = (of: (round: (typeof measured)[number]) => number): number => median(measured.map(of))
  return {
    figures: [
      { name: 'µs for a predicate and 12 fields', value: figure(({ ours }) => ours), wanted: '≤ 1' },
      { name: 'µs for the same by hand', value: figure(({ hand }) => hand) },
      { name: 'expressions ÷ by hand', value: figure(({ ratio }) => ratio), wanted: '≤ 8' },
    ],
    measured,
  }
}

/** Of a row, over some passes; every row must come to something, so that no work is left out. */
function usEach(pass: () => number): number {
  const from = process.hrtime.bigint()
  let count = 0
  for (let at = 0; at < passes; at += 1) count += pass()
  const ns = Number(process.hrtime.bigint() - from)
  if (count !== passes * rowsCount) throw new Error('a row gave no fields')
  return ns / count / 1000
}
