/** The lines of an order: five of each, in a table of their own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CapturedTable, type Catalog, capturedTable } from './debezium/captured-table.ts'
import { everyUpdate, orderImage } from './workload.ts'

export const lineCount = 5

const file = join(import.meta.dirname, 'nested', 'tables.json')
/** `public.order_lines`, and others that belong to an order, as the catalog has them. */
export const tablesOfOrders = JSON.parse(readFileSync(file, 'utf8')) as Catalog['tables']
export const linesTable: CapturedTable = capturedTable({ tables: tablesOfOrders }, 'public.order_lines')

export type LineImage = ReturnType<typeof lineImage>

export const linesOf = (orderId: number): LineImage[] =>
  Array.from({ length: lineCount }, (_, index) => lineImage(orderId, index + 1))

const lineImage = (orderId: number, lineNo: number) => ({
  order_id: orderId,
  line_no: lineNo,
  sku: `A-${String((orderId * 7 + lineNo) % 1_000).padStart(4, '0')}`,
  product: `Folding chair, beech, number ${lineNo}`,
  qty: 1 + ((orderId + lineNo) % 9),
  price_cents: 995 + lineNo * 100,
  tax_percent: '19.00',
  warehouse: lineNo % 2 === 0 ? null : 'FRA-1',
  touched_at: orderImage(orderId, 0, everyUpdate)['touched_at'],
})
