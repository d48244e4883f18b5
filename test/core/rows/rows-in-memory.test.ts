import { describe, expect, it } from 'vitest'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import type { RowIndex } from '../../../src/core/rows/rows-at-hand.ts'
import { rowsLeftBy } from '../../../src/core/rows/rows-in-memory.ts'
import { netChanges } from '../../../src/core/transaction/net-changes.ts'
import { settings } from '../expression/scopes.ts'
import { imageOf } from '../images.ts'
import { type Change, deleted, inserted, rekeyed, transactionOf, updated } from '../mapping/rows.ts'

const orders: Table = {
  name: tableName('public', 'orders'),
  columns: [
    { name: 'id', type: 'bigint', nullable: false },
    { name: 'status', type: 'text', nullable: true },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

const byStatus: RowIndex = {
  id: 'status',
  table: orders.name,
  keyOf: (row) => row.get('status') as string | null,
}

const row = (id: number, status: string | null) => ({ id, status })

/** Ids of the rows with status N, and of those that are gone. */
function found(
  held: readonly ReturnType<typeof row>[],
  changes: readonly Change[],
  index = byStatus,
): { readonly ids: unknown[]; readonly gone: unknown[] } {
  const net = netChanges(transactionOf(changes))
  const rows = rowsLeftBy(net, [{ table: orders, rows: held.map(imageOf) }], settings)
  const [ids, gone] = [rows.find(index, 'N'), rows.deleted(index, 'N')]
  return { ids: ids.map((image) => image.get('id')), gone: gone.map((image) => image.get('id')) }
}

describe('rows in memory', () => {
  it('are found in the order of their key, as numbers', () => {
    expect(found([row(10, 'N'), row(9, 'N'), row(100, 'N'), row(2, 'S'), row(3, null)], [])).toEqual({
      ids: [9, 10, 100],
      gone: [],
    })
  })

  it('are none of a table of which none are held', () => {
    const other = { ...byStatus, table: tableName('public', 'payments') }
    expect(found([row(1, 'N')], [], other)).toEqual({ ids: [], gone: [] })
  })

  it.each<{ what: string; changes: readonly Change[]; ids: readonly number[]; gone?: readonly number[] }>([
    { what: 'inserted: they are found', changes: [inserted('orders', row(2, 'N'))], ids: [1, 2] },
    {
      what: 'updated: they are found as they are after',
      changes: [updated('orders', row(1, 'N'), row(1, 'S'))],
      ids: [],
    },
    {
      what: 'updated, and not held before: they are found, too',
      changes: [updated('orders', row(7, 'S'), row(7, 'N'))],
      ids: [1, 7],
    },
    { what: 'deleted: they are gone', changes: [deleted('orders', row(1, 'N'))], ids: [], gone: [1] },
    {
      what: 'changed and deleted: they are gone as they were before',
      changes: [updated('orders', row(1, 'N'), row(1, 'S')), deleted('orders', row(1, 'S'))],
      ids: [],
      gone: [1],
    },
    {
      what: 'inserted and deleted: they never were',
      changes: [inserted('orders', row(2, 'N')), deleted('orders', row(2, 'N'))],
      ids: [1],
    },
    { what: 'moved to another key: they are found under it', changes: rekeyed(row(1, 'N'), row(5, 'N')), ids: [5] },
  ])('that a transaction has $what', ({ changes, ids, gone = [] }) => {
    expect(found([row(1, 'N')], changes)).toEqual({ ids, gone })
  })
})
