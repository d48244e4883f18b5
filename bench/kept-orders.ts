/** Orders whose rows are kept: a snapshot of them, and updates behind it that do not say what a row was. */
import { Random } from '../demo/old-application/plan/random.ts'
import type { Draw } from './draw.ts'
import type { RecordForm } from './debezium/record-form.ts'
import {
  placeOf,
  type RawRecord,
  type Row,
  snapshotPlace,
  snapshotRecords,
  sourceTransaction,
} from './debezium/source-transaction.ts'
import { derivedProject, keepingRows } from './projects.ts'
import type { Bench } from './bench.ts'
import { everySecondUpdate, orderImage, ordersTable, rowsPerTransaction, stepOfOrder, type Update } from './workload.ts'

export interface KeptOrders {
  readonly topic: string
  readonly form: RecordForm
  readonly orders: number
}

/** The project of w1 for a table with REPLICA IDENTITY DEFAULT, whose rows are kept. */
export const keptOrdersProject = (bench: Pick<Bench, 'folder'>, name: string): string =>
  derivedProject(bench, name, {
    'falsework.yaml': keepingRows,
    'catalog/bench.json': (text) => text.replace('"replicaIdentity": "full"', '"replicaIdentity": "default"'),
  })

/** As orders are before any update. */
export function keptOrders({ topic, form, orders }: KeptOrders): Iterable<RawRecord> {
  return snapshotRecords(snapshotPlace({ topic, form }), ordersOf(orders))
}

function* ordersOf(orders: number): Generator<Row> {
  for (let id = 1; id <= orders; id++) {
    yield { table: ordersTable, before: null, after: orderImage(id, 0, everySecondUpdate), outcome: null }
  }
}

/** An order comes once in a transaction at most: several of its changes would become one. */
const ordersMin = 10 * rowsPerTransaction
const seed = 7

export interface DrawnLog extends KeptOrders {
  readonly draw: Draw
  /** How the log says an update, and what has to come of it. */
  readonly written: (update: Update, commitUs: number) => Row
}

/** As a table with REPLICA IDENTITY DEFAULT logs it. */
export const withoutBefore = (update: Update): Row => ({ ...update, op: 'u', before: null })

export function* drawnUpdates(log: DrawnLog, changes: number): Generator<RawRecord> {
  const draws = new DrawnUpdates(log)
  for (let number = 0; number < changes / rowsPerTransaction; number++) yield* draws.next()
}

/** Transaction by transaction. */
export class DrawnUpdates {
  private readonly log: DrawnLog
  private readonly random = new Random(seed)
  /** How often each order was updated. */
  private readonly steps: Uint32Array
  private number = 0

  /** Raises RangeError where there are too few orders for one transaction. */
  constructor(log: DrawnLog) {
    if (log.orders < ordersMin) throw new RangeError(`expected ${ordersMin} rows or more, got ${log.orders}`)
    this.log = log
    this.steps = new Uint32Array(log.orders)
  }

  next(): Iterable<RawRecord> {
    const place = placeOf(this.number, { ...this.log, rowsMax: rowsPerTransaction })
    this.number += 1
    const rows = this.drawn().map((index): Row => {
      const step = this.steps[index] ?? 0
      this.steps[index] = step + 1
      const update = stepOfOrder({ id: index + 1, step, commitUs: place.commitUs }, everySecondUpdate)
      return this.log.written(update, place.commitUs)
    })
    return sourceTransaction(place, rows)
  }

  private drawn(): number[] {
    const drawn = new Set<number>()
    while (drawn.size < rowsPerTransaction) drawn.add(this.log.draw(this.random))
    return [...drawn]
  }
}
