/** A database in memory, for whoever reads its tables. */
import type { TextRow } from '../../../core/audit/table-comparison.ts'
import type { VisibleTransactions } from '../../../core/audit/visible-transactions.ts'
import type { Table, TableName } from '../../../core/catalog/catalog.ts'
import type { OpenTableReader, Watermark } from '../../../ports/database/table-reader.ts'

/** Column to text. */
export type MemoryRow = Readonly<Record<string, string | null>>

export interface MemoryDatabase {
  readonly tables: ReadonlyMap<TableName, Table>
  /** What a snapshot sees that is taken now. */
  visible(): VisibleTransactions
  rows(table: TableName): readonly MemoryRow[]
  emitWatermark(content: string): Watermark
}

/** Rows of one page: small, so that tests have several. */
const pageRows = 2

export const memoryTableReader =
  (database: MemoryDatabase): OpenTableReader =>
  async () =>
    await Promise.resolve({
      snapshot: async (names) => {
        const tables = new Map([...database.tables].filter(([name]) => names.includes(name)))
        const rows = new Map([...tables.keys()].map((name) => [name, [...database.rows(name)]]))
        const visible = database.visible()
        return await Promise.resolve({
          visible,
          tables,
          rows: (table, columns) => pagesOf(rows.get(table) ?? [], columns),
          close: async () => await Promise.resolve(),
        })
      },
      emitWatermark: async (content) => await Promise.resolve(database.emitWatermark(content)),
      close: async () => await Promise.resolve(),
    })

async function* pagesOf(rows: readonly MemoryRow[], columns: readonly string[]): AsyncGenerator<readonly TextRow[]> {
  for (let at = 0; at < rows.length; at += pageRows) {
    yield await Promise.resolve(rows.slice(at, at + pageRows).map((row) => columns.map((name) => row[name] ?? null)))
  }
}
