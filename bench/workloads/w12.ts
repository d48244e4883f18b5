/** `w12`: what real logs have and clean ones have not. The slow paths must not sink the fast one. */
import { type CapturedTable, withColumn } from '../debezium/captured-table.ts'
import { plainJson } from '../debezium/record-form.ts'
import type { Row } from '../debezium/source-transaction.ts'
import { derivedProject } from '../projects.ts'
import { everySecondUpdate, orderChanged, orderLog, ordersTable } from '../workload.ts'
import { besideW1 } from './beside-w1.ts'

/** In the half that is measured. */
const columnAddedAtShare = 0.75
const ordersAfterwards: CapturedTable = withColumn(ordersTable, { name: 'loyalty', type: 'string', optional: true })

/** Of these every second update publishes, or would: one change of a hundred. */
const isPoisoned = (id: number): boolean => id % 50 === 7
const hasLargeNumber = (id: number): boolean => id % 10 === 3
/** Odd and beyond 2^53: no double is so. */
const largeNumber = (id: number): object => JSON.rawJSON(String(9_007_199_254_740_993n + 2n * BigInt(id)))

function dirty(row: Row, at: { readonly commitUs: number; readonly table: CapturedTable }): Row {
  const id = Number(row.after['id'])
  const more = {
    ...(hasLargeNumber(id) ? { customer_id: largeNumber(id) } : {}),
    ...(at.table === ordersAfterwards ? { loyalty: id % 2 === 0 ? null : 'GOLD' } : {}),
  }
  const before = { ...row.before, ...more }
  const after = { ...row.after, ...more, ...(isPoisoned(id) ? { status: '?' } : {}) }
  if (row.outcome === null)
    return { table: at.table, before, after: { ...after, status: row.after['status'] }, outcome: null }
  const outcome = isPoisoned(id) ? 'dead letter' : orderChanged({ before, after, commitUs: at.commitUs })
  return { table: at.table, before, after, outcome }
}

export const w12 = besideW1({
  name: 'w12',
  summary: '1 % poison, integers above 2^53, a column added in mid-stream',
  changes: 500_000,
  project: (bench) =>
    derivedProject(bench, 'w12', {
      'mappings/order-changed.yaml': (text) => `${text.trimEnd()}\nonError: {unknownCode: deadLetter}\n`,
    }),
  records: (topic, changes) =>
    orderLog(
      {
        topic,
        form: plainJson,
        updates: everySecondUpdate,
        change: (row, { update, commitUs }) =>
          dirty(row, { commitUs, table: update < changes * columnAddedAtShare ? ordersTable : ordersAfterwards }),
      },
      changes,
    ),
  figure: { kind: 'changes per CPU-second', wanted: '≥ 0.8' },
})
