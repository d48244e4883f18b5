/** Rows of other tables that a change looks up: the customer of an order, or its five lines. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import {
  benchCatalog,
  type CapturedTable,
  type Catalog,
  capturedTable,
  readCatalog,
} from '../debezium/captured-table.ts'
import { plainJson } from '../debezium/record-form.ts'
import { type Image, type RawRecord, type Row, snapshotPlace, snapshotRecords } from '../debezium/source-transaction.ts'
import { uniform } from '../draw.ts'
import { drawnUpdates } from '../kept-orders.ts'
import { lineCount, linesOf, linesTable, tablesOfOrders } from '../order-lines.ts'
import { derivedProject } from '../projects.ts'
import { everySecondUpdate, orderImage, type Update } from '../workload.ts'

/** What is looked up for an order. */
export interface LookedUp {
  readonly name: string
  /** As the catalog has it. */
  readonly table: Catalog['tables'][number]
  /** All rows of it, for so many orders. */
  readonly rows: (orders: number) => Iterable<Row>
  /** In the mapping: the look-up, a condition that asks it for every change, and the field of the event. */
  readonly mapping: { readonly lookup: string; readonly condition: string; readonly field: string }
  /** The field in the contract. */
  readonly field: { readonly name: string; readonly type: unknown; readonly doc: string }
  /** Its value in the event. */
  readonly valueOf: (order: Image) => unknown
}

const customersFile = join(import.meta.dirname, 'customers.json')
const customers = JSON.parse(readFileSync(customersFile, 'utf8')) as Catalog['tables'][number]
const customersTable = capturedTable({ tables: [customers] }, 'public.customers')

/** All that orders name. */
const customerCount = 9_000
const firstCustomer = 700_000
const nameOf = (id: number): string => `Ann Example, customer ${id}`

const customerRow = (id: number): Row => {
  const after = {
    id,
    name: nameOf(id),
    country: 'DE',
    email: `ann.example.${id}@example.org`,
    phone: id % 3 === 0 ? null : `+49 30 ${id}`,
    touched_at: orderImage(1, 0, everySecondUpdate)['touched_at'],
  }
  return rowOf(customersTable, after)
}

const rowOf = (table: CapturedTable, after: Image): Row => ({ table, before: null, after, outcome: null })

function* linesOfOrders(orders: number): Generator<Row> {
  for (let id = 1; id <= orders; id++) yield* linesOf(id).map((line) => rowOf(linesTable, line))
}

const oneRow: LookedUp = {
  name: 'one row',
  table: customers,
  rows: () => Array.from({ length: customerCount }, (_, number) => customerRow(firstCustomer + number)),
  mapping: {
    lookup: 'customer: {table: others, key: [id], columns: [name, country], missing: error}',
    condition: "customer(after.customer_id).country == 'DE'",
    field: 'customer: "customer(after.customer_id).name"',
  },
  field: { name: 'customer', type: 'string', doc: 'Name of the customer.' },
  valueOf: (order) => nameOf(Number(order['customer_id'])),
}

const [lines] = tablesOfOrders
if (lines === undefined) throw new Error('there is no table of lines')

const fiveRows: LookedUp = {
  name: 'five rows',
  table: lines,
  rows: linesOfOrders,
  mapping: {
    lookup: 'linesOf: {table: others, key: [order_id], columns: [sku, qty], rows: 1..100, orderBy: line_no}',
    condition: `size(linesOf(after.id)) == ${lineCount}`,
    field: 'lines: {each: "linesOf(after.id)", as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}}',
  },
  field: {
    name: 'lines',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'Line',
        doc: 'A line.',
        fields: [
          { name: 'sku', type: 'string', doc: 'The article.' },
          { name: 'quantity', type: 'int', doc: 'How many.' },
        ],
      },
    },
    doc: 'By their number.',
  },
  valueOf: (order) => linesOf(Number(order['id'])).map(({ sku, qty }) => ({ sku, quantity: qty })),
}

/** The project of w1 whose rule looks rows of another table up, which are kept; those of the orders are not. */
export const lookingUpProject = (
  bench: Pick<Bench, 'folder'>,
  name: string,
  { table, mapping, field }: LookedUp,
): string =>
  derivedProject(bench, name, {
    'catalog/bench.json': (text) =>
      JSON.stringify({ ...(JSON.parse(text) as object), tables: [...readCatalog(benchCatalog).tables, table] }),
    'contracts/OrderChanged.v1.avsc': (text) => {
      const contract = JSON.parse(text) as { readonly fields: readonly object[] }
      return JSON.stringify({ ...contract, fields: [...contract.fields, field] })
    },
    'mappings/order-changed.yaml': (text) =>
      text
        .replace('{orders: public.orders}', `{orders: public.orders, others: ${table.name}}`)
        .replace('rules:\n', `lookups:\n  ${mapping.lookup}\nrules:\n`)
        .replace('changed: [status]', 'changed: any')
        .replace(/when: .*/, `when: "${mapping.condition} && before.status != after.status"`)
        .replace('changedAt: "meta.ts"', (last) => `${last}\n          ${mapping.field}`),
  })

/** What is due of an update, with what was looked up for it. */
function withLookedUp({ valueOf, field }: LookedUp, update: Update): Row {
  const { outcome } = update
  if (outcome === null || outcome === 'dead letter') return update
  const fields = JSON.parse(outcome.text) as object
  return {
    ...update,
    outcome: { ...outcome, text: JSON.stringify({ ...fields, [field.name]: valueOf(update.after) }) },
  }
}

export const lookedUp: readonly LookedUp[] = [oneRow, fiveRows]

/** The rows that are looked up for so many orders, in a snapshot. */
export const otherRows = ({ rows }: LookedUp, { topic, orders }: LookingUp): Iterable<RawRecord> =>
  snapshotRecords(snapshotPlace({ topic, form: plainJson }), rows(orders))

/** Updates of orders that are drawn from all of them, and what has to come of each. */
export const lookingUp = (one: LookedUp, { topic, orders }: LookingUp, changes: number): Iterable<RawRecord> => {
  const written = (update: Update): Row => withLookedUp(one, update)
  return drawnUpdates({ topic, form: plainJson, orders, draw: uniform(orders), written }, changes)
}

interface LookingUp {
  readonly topic: string
  readonly orders: number
}
