/** `w4`: ten tables mixed in every source transaction; of twenty changes `when` lets one through. */
import {
  benchCatalog,
  type CapturedTable,
  type Catalog,
  capturedTable,
  readCatalog,
} from '../debezium/captured-table.ts'
import { plainJson } from '../debezium/record-form.ts'
import type { Row } from '../debezium/source-transaction.ts'
import { derivedProject, excludingRows } from '../projects.ts'
import { everyUpdate, orderLog, rowsPerTransaction } from '../workload.ts'
import { besideW1 } from './beside-w1.ts'

const tableCount = 10
/** Two stores of forty. */
const storeNoMax = 2

const [orders] = readCatalog(benchCatalog).tables
const tableNames = Array.from({ length: tableCount }, (_, number) => `public.orders_${number}`)
const catalogOfTen: Catalog = {
  tables: tableNames.flatMap((name) => (orders === undefined ? [] : [{ ...orders, name }])),
}
const tables: readonly CapturedTable[] = tableNames.map((name) => capturedTable(catalogOfTen, name))

/** The mapping of w1 with its rule once for each table, and another `when`. */
function mappingOfTen(text: string): string {
  const [head = '', rule = ''] = text.split('rules:\n')
  const aliases = tableNames.map((name, number) => `orders${number}: ${name}`).join(', ')
  const rules = tableNames.map((_name, number) =>
    rule
      .replace('name: changed', `name: changed-${number}`)
      .replace('table: orders', `table: orders${number}`)
      .replace(/when: .*/, `when: "after.store_no <= ${storeNoMax}"`),
  )
  return `${head.replace(/^tables: .*$/m, `tables: {${aliases}}`)}rules:\n${rules.join('')}`
}

export const w4 = besideW1({
  name: 'w4',
  summary: 'ten tables mixed, 95 % of the changes dropped by when',
  changes: 500_000,
  project: (bench) =>
    derivedProject(bench, 'w4', {
      'falsework.yaml': excludingRows(tableNames),
      'catalog/bench.json': (text) => JSON.stringify({ ...(JSON.parse(text) as object), ...catalogOfTen }),
      'mappings/order-changed.yaml': mappingOfTen,
    }),
  records: (topic, changes) =>
    orderLog(
      {
        topic,
        form: plainJson,
        updates: everyUpdate,
        change: (row, { update }): Row => {
          // An order stays in its table: there are as many orders as fit into whole rounds of tables.
          const table = tables[(update + Math.floor(update / rowsPerTransaction)) % tableCount] ?? row.table
          return { ...row, table, outcome: Number(row.after['store_no']) <= storeNoMax ? row.outcome : null }
        },
      },
      changes,
    ),
  figure: { kind: 'cost per change', wanted: '≤ 0.5' },
})
