/** A story of the shop as the fulfilment service reads it: raw records in JSON, its tables in memory. */
import type { Dossiers } from '../../demo/fulfilment/orders/dossier.ts'
import { followStep, type SetAside } from '../../demo/fulfilment/orders/follow-step.ts'
import type { OutboxEvent, StateBeforeDispatch } from '../../demo/fulfilment/orders/order-events.ts'
import { readRawRecord } from '../../demo/fulfilment/legacy/raw-record.ts'
import { joinedSteps, type LegacyStep, LegacyTransactions } from '../../demo/fulfilment/legacy/transactions.ts'
import { type DossierRows, dossierOf, rowsOf } from '../../demo/fulfilment/store/dossier-rows.ts'
import { touchedBy } from '../../demo/fulfilment/orders/apply-changes.ts'
import type { RowChange } from '../../src/core/capture/row-change.ts'
import type { SourceTransaction } from '../../src/core/transaction/source-transaction.ts'
import type { Story } from './plans.ts'
import { SimulatedCapture } from './simulated-capture.ts'

/** What the connector writes into the raw log for the snapshot and for each transaction, a text for each record. */
export function rawLogOf({ opening, before, transactions }: Story): readonly string[] {
  const capture = new SimulatedCapture(opening)
  for (const transaction of before) capture.capture(transaction)
  const found = capture.snapshot().map((change) => rowText(change, null))
  const streamed = transactions.flatMap((transaction) => {
    const captured = capture.capture(transaction)
    return captured === null ? [] : transactionTexts(captured)
  })
  return [...found, ...streamed]
}

function transactionTexts({ position, changes }: SourceTransaction): readonly string[] {
  const number = Number(position)
  const id = `${number}:${number * 1000}`
  return [
    JSON.stringify({ status: 'BEGIN', id, event_count: null }),
    ...changes.map((change) => rowText(change, id)),
    JSON.stringify({ status: 'END', id: `${number}:${number * 1000 + 500}`, event_count: changes.length }),
  ]
}

function rowText({ table, op, before, after, committedAtUs }: RowChange, transaction: string | null): string {
  const [schema, name] = table.split('.')
  return JSON.stringify({
    op,
    before: before?.toJSON() ?? null,
    after: after?.toJSON() ?? null,
    source: { schema, table: name, ts_us: Number(committedAtUs) },
    transaction: transaction === null ? null : { id: transaction },
  })
}

export interface Told {
  readonly events: readonly OutboxEvent[]
  readonly setAside: readonly SetAside[]
}

/** The steps of a raw log; transactions in it that are not complete are none. */
export function stepsOf(rawLog: readonly string[]): readonly LegacyStep[] {
  const transactions = new LegacyTransactions(null)
  return joinedSteps(rawLog.flatMap((value, offset) => transactions.accept(readRawRecord(value), BigInt(offset)) ?? []))
}

/** The service's tables: rows in JSON, as a database gives them and takes them. */
class TablesInMemory {
  private readonly texts = new Map<string, string>()

  known({ found, changes }: LegacyStep): Dossiers {
    const touched = touchedBy([...found, ...changes])
    const read = [...this.texts].map(([id, text]) => [id, JSON.parse(text) as DossierRows] as const)
    const isTouched = (id: string, { payments, parcels }: DossierRows): boolean =>
      touched.orders.has(id) ||
      payments.some((payment) => touched.payments.has(payment.id)) ||
      parcels.some((parcel) => touched.parcels.has(parcel.id))
    return new Map(read.flatMap(([id, rows]) => (isTouched(id, rows) ? [[id, dossierOf(rows)]] : [])))
  }

  write(dossiers: Dossiers): void {
    for (const [id, dossier] of dossiers) {
      const { orders, ...parts } = rowsOf(new Map([[id, dossier]]))
      this.texts.set(id, JSON.stringify({ order: orders[0] ?? null, ...parts }))
    }
  }
}

export function told(
  rawLog: readonly string[],
  stateBeforeDispatch: StateBeforeDispatch = 'known',
  isClosed: (store: number) => boolean = () => false,
): Told {
  const tables = new TablesInMemory()
  const [events, setAside]: [OutboxEvent[], SetAside[]] = [[], []]
  for (const step of stepsOf(rawLog)) {
    const followed = followStep(step, { known: tables.known(step), isClosed }, stateBeforeDispatch)
    tables.write(followed.dossiers)
    events.push(...followed.events)
    setAside.push(...followed.setAside)
  }
  return { events, setAside }
}
