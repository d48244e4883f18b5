import { describe } from 'vitest'
import { type MemoryRow, memoryTableReader } from '../../../src/adapters/memory/database/memory-table-reader.ts'
import { postgresPosition } from '../../../src/core/capture/positions/postgres.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { tableReaderContract } from '../../contract/table-reader.ts'

describe('a database in memory', () => {
  const table = tableName('contract', 'notes')
  const rows: MemoryRow[] = []
  let transaction = 10n
  const columns = [
    { name: 'id', type: 'integer', nullable: false },
    { name: 'note', type: 'text', nullable: true },
  ]
  const described = {
    columns,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'default',
  } as const
  const open = memoryTableReader({
    tables: new Map([[table, { name: table, ...described }]]),
    visible: () => ({ xmin: transaction + 1n, xmax: transaction + 1n, inProgress: new Set() }),
    rows: () => rows,
    emitWatermark: () => {
      transaction += 1n
      const position = postgresPosition(transaction)
      if (position === null) throw new Error('no position')
      return { transaction, position }
    },
  })
  tableReaderContract({
    table,
    open: async () => await open('shop'),
    empty: async () => {
      rows.length = 0
      await Promise.resolve()
    },
    insert: async (more) => {
      rows.push(...more.map(({ id, note }) => ({ id: String(id), note })))
      await Promise.resolve()
    },
  })
})
