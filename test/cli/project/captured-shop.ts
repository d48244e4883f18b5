/** What somebody has captured of the shop's raw log: a file of records. */
import { join } from 'node:path'
import { capturedTable, readCatalog } from '../../../bench/debezium/captured-table.ts'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import { type Image, placeOf, sourceTransaction } from '../../../bench/debezium/source-transaction.ts'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import { repository } from '../in-process.ts'

export interface CapturedRow {
  readonly table: 'customers' | 'products' | 'web_orders' | 'web_order_lines' | 'web_order_history'
  /** As the log says it under REPLICA IDENTITY DEFAULT: an update has no row before. */
  readonly op?: 'u'
  readonly after: Image
}

const shop = readCatalog(join(repository, 'catalog', 'shop.json'))

/** As the connector writes them. Columns that are not given are null. */
export const capturedRecords = (transactions: readonly (readonly CapturedRow[])[]): readonly OutputRecord[] =>
  transactions
    .flatMap((rows, number) => [
      ...sourceTransaction(
        placeOf(number, { topic: 'raw.shop', form: plainJson, rowsMax: 10 }),
        rows.map(({ table: name, op, after }) => {
          const table = capturedTable(shop, `public.${name}`)
          const nothing = Object.fromEntries(table.columns.map((column) => [column.name, null]))
          const row = { table, before: null, after: { ...nothing, ...after }, outcome: null }
          return { ...row, ...(op === undefined ? {} : { op }) }
        }),
      ),
    ])
    .map(({ record }) => record)

/** What somebody has kept of them. */
export const capturedFile = (transactions: readonly (readonly CapturedRow[])[]): string =>
  capturedRecords(transactions)
    .map(({ key, value }, at) =>
      JSON.stringify({ offset: 100 + at, key: key?.toString() ?? null, value: value?.toString() ?? null, headers: {} }),
    )
    .map((line) => `${line}\n`)
    .join('')
