/** What every table reader must do, on a table that the suite has made for itself. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TextRow } from '../../src/core/audit/table-comparison.ts'
import { isVisible } from '../../src/core/audit/visible-transactions.ts'
import { type TableName, tableName } from '../../src/core/catalog/catalog.ts'
import type { TableReader, TableSnapshot } from '../../src/ports/database/table-reader.ts'

export interface ReadDatabase {
  /** Of a table with the columns `id` (an integer, its primary key) and `note`. */
  readonly table: TableName
  readonly open: () => Promise<TableReader>
  /** Empties the table. */
  readonly empty: () => Promise<void>
  readonly insert: (rows: readonly { readonly id: number; readonly note: string | null }[]) => Promise<void>
}

export function tableReaderContract({ table, open, empty, insert }: ReadDatabase): void {
  let reader: TableReader
  beforeEach(async () => {
    await empty()
    reader = await open()
  })
  afterEach(async () => await reader.close())

  const rowsOf = async (snapshot: TableSnapshot, columns: readonly string[]): Promise<readonly TextRow[]> => {
    const rows: TextRow[] = []
    for await (const page of snapshot.rows(table, columns)) rows.push(...page)
    return rows.toSorted(([a], [b]) => Number(a) - Number(b))
  }

  it('gives all rows as texts, in the order of the columns that are asked for', async () => {
    await insert([
      { id: 1, note: 'a, "b"' },
      { id: 2, note: null },
      { id: 3, note: '' },
    ])
    const snapshot = await reader.snapshot([table])
    expect(await rowsOf(snapshot, ['id', 'note'])).toEqual([
      ['1', 'a, "b"'],
      ['2', null],
      ['3', ''],
    ])
    expect(await rowsOf(snapshot, ['note'])).toHaveLength(3)
    await snapshot.close()
  })

  it('sees no row that came after the snapshot, of more rows than it reads at once', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => ({ id: index + 1, note: 'x' }))
    await insert(many)
    const snapshot = await reader.snapshot([table])
    await insert([{ id: 9_000, note: 'later' }])
    expect(await rowsOf(snapshot, ['id'])).toHaveLength(2_500)
    await snapshot.close()
    const next = await reader.snapshot([table])
    expect(await rowsOf(next, ['id'])).toHaveLength(2_501)
    await next.close()
  })

  it('describes the tables that are there', async () => {
    const snapshot = await reader.snapshot([table, tableName('nowhere', 'nothing')])
    expect([...snapshot.tables.keys()]).toEqual([table])
    expect(snapshot.tables.get(table)).toMatchObject({ primaryKey: ['id'] })
    await snapshot.close()
  })

  it('emits a watermark that no snapshot before it sees, and every one behind it does', async () => {
    const before = await reader.snapshot([table])
    const { transaction, position } = await reader.emitWatermark('one')
    const second = await reader.emitWatermark('two')
    const behind = await reader.snapshot([table])
    const isSeenIn = ({ visible }: TableSnapshot): boolean =>
      isVisible(visible, typeof transaction === 'string' ? transaction : BigInt.asUintN(32, transaction).toString())
    expect([before, behind].map(isSeenIn)).toEqual([false, true])
    expect(second.position > position).toBe(true)
    await before.close()
    await behind.close()
  })
}
