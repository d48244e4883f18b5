/** What somebody has captured of the shop's raw log: a file of records. */
import { join } from 'node:path'
import { type CapturedTable, capturedTable, readCatalog } from '../../../bench/debezium/captured-table.ts'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import {
  type Image,
  placeOf,
  type Row,
  snapshotPlace,
  snapshotRecords,
  sourceTransaction,
} from '../../../bench/debezium/source-transaction.ts'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import { repository } from '../in-process.ts'

export interface CapturedRow {
  readonly table: 'customers' | 'products' | 'web_orders' | 'web_order_lines' | 'web_order_history'
  /** As the log says it under REPLICA IDENTITY DEFAULT: an update has no row before. */
  readonly op?: 'u'
  readonly after: Image
}

const shop = readCatalog(join(repository, 'catalog', 'shop.json'))

/** As the connector writes them: rows of a snapshot first, where there are any. Columns that are not given are null. */
export const capturedRecords = (
  transactions: readonly (readonly CapturedRow[])[],
  snapshot: readonly CapturedRow[] = [],
): readonly OutputRecord[] => {
  const place = { topic: 'raw.shop', form: plainJson }
  return [
    ...snapshotRecords(snapshotPlace(place), snapshot.map(rowOf)),
    ...transactions.flatMap((rows, number) => [
      ...sourceTransaction(placeOf(number, { ...place, rowsMax: 10 }), rows.map(rowOf)),
    ]),
  ].map(({ record }) => record)
}

/** Where the rows of a table begin and end in a snapshot is told by the one object that it is. */
const tables = new Map<string, CapturedTable>()

function tableOf(name: CapturedRow['table']): CapturedTable {
  const table = tables.get(name) ?? capturedTable(shop, `public.${name}`)
  tables.set(name, table)
  return table
}

function rowOf({ table: name, op, after }: CapturedRow): Row {
  const table = tableOf(name)
  const nothing = Object.fromEntries(table.columns.map((column) => [column.name, null]))
  const row = { table, before: null, after: { ...nothing, ...after }, outcome: null }
  return { ...row, ...(op === undefined ? {} : { op }) }
}

/** What somebody has kept of them. */
export const capturedFile = (...captured: Parameters<typeof capturedRecords>): string =>
  fileOf(capturedRecords(...captured), (bytes) => bytes.toString())

/** The same of records in another form, of which `text` says how their bytes are written. */
export const fileOf = (
  records: readonly Pick<OutputRecord, 'key' | 'value'>[],
  text: (bytes: Buffer) => string,
): string =>
  records
    .map(({ key, value }, at) => {
      const [keyText, valueText] = [key, value].map((bytes) => (bytes === null ? null : text(bytes)))
      return `${JSON.stringify({ offset: 100 + at, key: keyText, value: valueText, headers: {} })}\n`
    })
    .join('')
